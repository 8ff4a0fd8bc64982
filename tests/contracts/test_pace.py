import asyncio

import pytest

from storage.pace import Pace


@pytest.fixture
def pace(any_redis, keys):
    return Pace(any_redis, keys)


async def test_everybody_is_counted_by_themselves(pace):
    assert [await pace.count(1) for _ in range(3)] == [1, 2, 3]
    assert await pace.count(2) == 1


async def test_requests_at_once_are_all_counted(pace):
    assert sorted(await asyncio.gather(*(pace.count(7) for _ in range(20)))) == list(range(1, 21))


async def test_a_window_ends_however_many_come(any_redis, keys):
    pace = Pace(any_redis, keys, window_s=0.05)
    await pace.count(1)
    await pace.count(1)
    await asyncio.sleep(0.08)
    assert await pace.count(1) == 1
