from storage.file_ids import FILE_ID_TTL_S, FileIds
from storage.keys import Keys


async def test_known_pictures_are_found_and_unknown_ones_left_out(any_redis, keys):
    file_ids = FileIds(any_redis, keys)
    await file_ids.put("aa", "AgAC-1")
    await file_ids.put("bb", "AgAC-2")
    assert await file_ids.get_many(["bb", "cc", "aa", "aa"]) == {"aa": "AgAC-1", "bb": "AgAC-2"}
    assert await file_ids.get_many([]) == {}
    assert await file_ids.get_many(["cc"]) == {}


async def test_a_newer_file_id_replaces_the_older(any_redis, keys):
    file_ids = FileIds(any_redis, keys)
    await file_ids.put("aa", "old")
    await file_ids.put("aa", "new")
    assert await file_ids.get_many(["aa"]) == {"aa": "new"}


async def test_a_refused_file_id_is_forgotten(any_redis, keys):
    file_ids = FileIds(any_redis, keys)
    await file_ids.put("aa", "AgAC-1")
    await file_ids.forget("aa")
    await file_ids.forget("aa")
    assert await file_ids.get_many(["aa"]) == {}


async def test_a_file_id_is_good_for_its_own_bot_alone(any_redis, keys):
    await FileIds(any_redis, keys).put("aa", "AgAC-1")
    assert await FileIds(any_redis, Keys(keys.prefix, keys.bot_id + 1)).get_many(["aa"]) == {}


async def test_it_is_kept_for_90_days(any_redis, keys):
    await FileIds(any_redis, keys).put("aa", "AgAC-1")
    left_ms = await any_redis.redis.pttl(keys.file_id("aa"))
    assert FILE_ID_TTL_S * 1000 - 10_000 < left_ms <= FILE_ID_TTL_S * 1000
