import asyncio

import pytest

from storage.errors import LockHeld
from storage.locks import Lock


@pytest.fixture
def lock_of(any_redis, keys):
    """Makes a quick lock: it lives 300 ms and is renewed every 50."""

    def make(owner, *, ttl_s=0.3, heartbeat_s=0.05):
        return Lock(any_redis, keys, "reindex", owner, ttl_s=ttl_s, heartbeat_s=heartbeat_s)

    return make


async def test_one_owner_at_a_time_and_the_other_is_told_whose_it_is(lock_of):
    async with lock_of("Ann") as ann:
        assert not ann.lost
        with pytest.raises(LockHeld, match="Ann") as refusal:
            await lock_of("Bob").acquire()
        assert refusal.value.owner == "Ann"
    assert ann.lost
    async with lock_of("Bob") as bob:
        assert not bob.lost


async def test_of_many_at_once_exactly_one_gets_it(lock_of):
    locks = [lock_of(f"owner {number}") for number in range(10)]
    outcomes = await asyncio.gather(*(lock.acquire() for lock in locks), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LockHeld) for outcome in outcomes) == 9
    assert sum(not lock.lost for lock in locks) == 1
    await asyncio.gather(*(lock.release() for lock in locks))


async def test_the_heartbeat_keeps_it_beyond_its_lifetime(lock_of):
    async with lock_of("Ann") as ann:
        await asyncio.sleep(0.5)
        assert not ann.lost
        with pytest.raises(LockHeld):
            await lock_of("Bob").acquire()


async def test_it_is_taken_over_only_after_missed_heartbeats(any_redis, lock_of, keys):
    dead = lock_of("a process that was killed", heartbeat_s=0.29)
    await dead.acquire()
    with pytest.raises(LockHeld):
        await lock_of("Bob").acquire()
    await any_redis.redis.pexpire(keys.lock("reindex"), 1)  # as if 300 ms had gone by without a heartbeat
    await asyncio.sleep(0.01)
    async with lock_of("Bob") as bob:
        assert not await dead.heartbeat()
        assert dead.lost
        await dead.release()
        assert await bob.heartbeat()
        assert not bob.lost


async def test_a_holder_notices_by_itself_that_it_lost_the_lock(any_redis, lock_of, keys):
    async with lock_of("Ann") as ann:
        await any_redis.redis.delete(keys.lock("reindex"))
        async with lock_of("Bob") as bob:
            await asyncio.sleep(0.15)
            assert ann.lost
            assert not bob.lost


async def test_it_is_held_against_other_claims_of_the_same_owner_too(lock_of):
    async with lock_of("Ann") as ann:
        with pytest.raises(LockHeld):
            await ann.acquire()
        with pytest.raises(LockHeld):
            await lock_of("Ann").acquire()
        assert not ann.lost


async def test_released_it_is_gone_and_can_be_had_again(any_redis, lock_of, keys):
    ann = lock_of("Ann")
    for _ in range(2):
        await ann.acquire()
        await ann.release()
        await ann.release()
        assert not await any_redis.redis.exists(keys.lock("reindex"))


async def test_released_in_the_middle_of_a_heartbeat_it_is_released(any_redis, keys):
    async def hold(name):
        for _ in range(20):
            async with Lock(any_redis, keys, name, "Ann", ttl_s=0.5, heartbeat_s=0.001) as lock:
                await asyncio.sleep(0.002)
            assert lock.lost

    async with asyncio.timeout(60):
        await asyncio.gather(*(hold(f"chat:{number}") for number in range(20)))


async def test_its_lifetime_is_set(any_redis, keys):
    async with Lock(any_redis, keys, "reindex", "Ann"):
        assert 25_000 < await any_redis.redis.pttl(keys.lock("reindex")) <= 30_000


async def test_an_owner_with_an_odd_name_can_hold_it(lock_of):
    async with lock_of("Ann 🙂\n\udc80"):
        with pytest.raises(LockHeld) as refusal:
            await lock_of("Bob").acquire()
        assert refusal.value.owner == "Ann 🙂\n?"


def test_a_heartbeat_slower_than_the_lifetime_is_refused(keys):
    with pytest.raises(ValueError, match="heartbeat_s"):
        Lock(None, keys, "reindex", "Ann", ttl_s=1, heartbeat_s=2)
