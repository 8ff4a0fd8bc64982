"""What went out for an update, so that it does not go out again when the update has to be handled a second time.

Kept as long as the update itself may come again. What the documents hold is the caller's business.
"""

from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection
from storage.updates import UPDATE_TTL_S

_PUT = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""


class OutboxStore:
    """The sends of one bot, by update."""

    def __init__(self, redis: RedisConnection, keys: Keys, *, ttl_s: int = UPDATE_TTL_S) -> None:
        self._redis = redis
        self._keys = keys
        self._ttl_s = ttl_s

    async def load(self, update_id: int) -> dict[int, str]:
        """What was put for an update in the last 25 hours, by the number of the send.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        stored = await self._redis.run(self._redis.redis.hgetall(self._keys.sent(update_id)))
        return {int(number): document.decode() for number, document in cast(dict[bytes, bytes], stored).items()}

    async def put(self, update_id: int, number: int, document: str) -> None:
        """Remember what went out; call it at once after the send.

        Raises:
            StorageUnavailable: Redis does not answer; it may go out a second time.
        """
        await self._redis.script(_PUT, self._keys.sent(update_id), number, document, self._ttl_s)
