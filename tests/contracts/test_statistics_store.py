from datetime import date

import pytest

from storage.statistics import StatisticsStore

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


@pytest.fixture
def store(any_redis, keys):
    return StatisticsStore(any_redis, keys)


async def test_counts_of_a_day_add_up(store):
    await store.add(MONDAY, {"searches": 2, "pages": 1})
    await store.add(MONDAY, {"searches": 3})
    await store.add(TUESDAY, {"searches": 7})
    assert await store.read([TUESDAY, MONDAY]) == [{"searches": 7}, {"searches": 5, "pages": 1}]


async def test_a_day_without_counts_is_empty(store):
    assert await store.read([MONDAY]) == [{}]


async def test_counts_do_not_stay_for_ever(store, any_redis, keys):
    await store.add(MONDAY, {"searches": 1})
    assert await any_redis.redis.ttl(keys.statistics(MONDAY.isoformat())) > 30 * 24 * 3600
