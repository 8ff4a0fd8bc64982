from storage.cached_bytes import CACHED_TTL_S, CachedBytes
from storage.keys import Keys


async def test_what_is_kept_is_found_and_what_is_not_left_out(any_redis, keys):
    cache = CachedBytes(any_redis, keys)
    await cache.put_many({"a": b"\x00\xff", "b": b""})
    assert await cache.get_many(["b", "c", "a"]) == {"a": b"\x00\xff", "b": b""}
    assert await cache.get_many([]) == {}


async def test_a_newer_value_replaces_the_older(any_redis, keys):
    cache = CachedBytes(any_redis, keys)
    await cache.put_many({"a": b"old"})
    await cache.put_many({"a": b"new"})
    assert await cache.get_many(["a"]) == {"a": b"new"}


async def test_each_bot_has_its_own(any_redis, keys):
    await CachedBytes(any_redis, keys).put_many({"a": b"1"})
    assert await CachedBytes(any_redis, Keys(keys.prefix, keys.bot_id + 1)).get_many(["a"]) == {}


async def test_it_goes_away_after_a_week(any_redis, keys):
    await CachedBytes(any_redis, keys).put_many({"a": b"1"})
    left_ms = await any_redis.redis.pttl(keys.cached("a"))
    assert CACHED_TTL_S * 1000 - 10_000 < left_ms <= CACHED_TTL_S * 1000
