"""How often things happened on each day, counted across all processes: names and numbers, nobody's."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection

KEPT_S = 100 * 24 * 3600


class StatisticsStore:
    """The counts of one bot."""

    def __init__(self, redis: RedisConnection, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def add(self, day: date, counts: Mapping[str, int]) -> None:
        """Add to the counts of a day, all of them or none.

        Raises:
            StorageUnavailable: Redis does not answer; the counts may have been added.
        """
        key = self._keys.statistics(day.isoformat())
        pipeline = self._redis.redis.pipeline(transaction=True)
        for name, count in counts.items():
            pipeline.hincrby(key, name, count)
        pipeline.expire(key, KEPT_S)
        await self._redis.run(pipeline.execute())

    async def read(self, days: Sequence[date]) -> list[dict[str, int]]:
        """The counts of each day; empty where nothing was counted.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        pipeline = self._redis.redis.pipeline(transaction=False)
        for day in days:
            pipeline.hgetall(self._keys.statistics(day.isoformat()))
        found = cast(list[dict[bytes, bytes]], await self._redis.run(pipeline.execute()))
        return [{name.decode(): int(count) for name, count in counts.items()} for counts in found]
