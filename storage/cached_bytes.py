"""Bytes that could be computed again: kept for a while, for all processes of one bot."""

from collections.abc import Mapping, Sequence
from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection

CACHED_TTL_S = 7 * 24 * 3600


class CachedBytes:
    """Values by name; each goes away some time after it was put."""

    def __init__(self, redis: RedisConnection, keys: Keys, *, ttl_s: int = CACHED_TTL_S) -> None:
        self._redis = redis
        self._keys = keys
        self._ttl_s = ttl_s

    async def get_many(self, names: Sequence[str]) -> dict[str, bytes]:
        """The values by name, of those that are there.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        if not names:
            return {}
        keys = [self._keys.cached(name) for name in names]
        found = cast(list[bytes | None], await self._redis.run(self._redis.redis.mget(keys)))
        return {name: value for name, value in zip(names, found, strict=True) if value is not None}

    async def put_many(self, values: Mapping[str, bytes]) -> None:
        """Keep values; those of the same names are replaced.

        Raises:
            StorageUnavailable: Redis does not answer; some may be kept.
        """
        for name, value in values.items():
            await self._redis.run(self._redis.redis.set(self._keys.cached(name), value, ex=self._ttl_s))
