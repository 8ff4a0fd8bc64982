import asyncio

from storage.keys import Keys
from storage.updates import UpdateLog


async def test_an_update_is_handled_once_it_is_remembered(any_redis, keys):
    log = UpdateLog(any_redis, keys)
    assert not await log.handled(7)
    await log.remember(7)
    await log.remember(7)
    assert await log.handled(7)
    assert not await log.handled(8)


async def test_it_is_remembered_for_25_hours(any_redis, keys):
    await UpdateLog(any_redis, keys).remember(7)
    left_ms = await any_redis.redis.pttl(keys.update(7))
    assert 25 * 3600_000 - 10_000 < left_ms <= 25 * 3600_000


async def test_and_forgotten_after(any_redis, keys):
    log = UpdateLog(any_redis, keys, ttl_s=1)
    await log.remember(7)
    await any_redis.redis.pexpire(keys.update(7), 10)
    await asyncio.sleep(0.03)
    assert not await log.handled(7)


async def test_another_bot_has_updates_of_its_own(any_redis, keys):
    await UpdateLog(any_redis, keys).remember(7)
    assert not await UpdateLog(any_redis, Keys(keys.prefix, keys.bot_id + 1)).handled(7)
