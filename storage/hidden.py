"""Which items an administrator has hidden: by id, so that a reindexing does not bring them back."""

from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection


class HiddenItems:
    """The hidden items of one bot."""

    def __init__(self, redis: RedisConnection, keys: Keys) -> None:
        self._redis = redis
        self._key = keys.hidden()

    async def all(self) -> frozenset[str]:
        """The ids of all hidden items.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        found = cast(set[bytes], await self._redis.run(self._redis.redis.smembers(self._key)))
        # Ids may come from file names that are no UTF-8; see `add`.
        return frozenset(item.decode("utf-8", "surrogateescape") for item in found)

    async def add(self, item_id: str) -> None:
        """Hide an item.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        await self._redis.run(self._redis.redis.sadd(self._key, _name(item_id)))

    async def remove(self, item_id: str) -> bool:
        """Show an item again; whether it was hidden.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        return bool(await self._redis.run(self._redis.redis.srem(self._key, _name(item_id))))


def _name(item_id: str) -> bytes:
    return item_id.encode("utf-8", "surrogateescape")
