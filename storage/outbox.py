"""What went out for an update, so that it does not go out again when the update has to be handled a second time.

Kept as long as the update itself may come again. What the documents hold is the caller's business.
"""

from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection
from storage.updates import UPDATE_TTL_S


class OutboxStore:
    """The sends of one bot, by name."""

    def __init__(self, redis: RedisConnection, keys: Keys, *, ttl_s: int = UPDATE_TTL_S) -> None:
        self._redis = redis
        self._keys = keys
        self._ttl_s = ttl_s

    async def load(self, name: str) -> str | None:
        """What was put under this name in the last 25 hours.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        stored = cast(bytes | None, await self._redis.run(self._redis.redis.get(self._keys.sent(name))))
        return None if stored is None else stored.decode()

    async def put(self, name: str, document: str) -> None:
        """Remember what went out; call it at once after the send.

        Raises:
            StorageUnavailable: Redis does not answer; it may go out a second time.
        """
        await self._redis.run(self._redis.redis.set(self._keys.sent(name), document, ex=self._ttl_s))
