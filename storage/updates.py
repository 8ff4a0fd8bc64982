"""Which updates have been handled, so that one that comes again is not acted on again.

Telegram keeps an unconfirmed update for 24 hours; an hour more is remembered here.
"""

from storage.keys import Keys
from storage.redis_client import RedisConnection

UPDATE_TTL_S = 25 * 3600


class UpdateLog:
    """The handled updates of one bot."""

    def __init__(self, redis: RedisConnection, keys: Keys, *, ttl_s: int = UPDATE_TTL_S) -> None:
        self._redis = redis
        self._keys = keys
        self._ttl_s = ttl_s

    async def handled(self, update_id: int) -> bool:
        """Whether this update was remembered in the last 25 hours.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        return bool(await self._redis.run(self._redis.redis.exists(self._keys.update(update_id))))

    async def remember(self, update_id: int) -> None:
        """Remember an update as handled; call it after the answer is sent.

        Raises:
            StorageUnavailable: Redis does not answer; the update may be handled twice.
        """
        await self._redis.run(self._redis.redis.set(self._keys.update(update_id), "1", ex=self._ttl_s))
