"""How people want the bot: what they chose in /settings, by name."""

from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection

LANGUAGE = "language"
"""The code of the language that somebody wants to be spoken to in."""


class Preferences:
    """The settings of the users of one bot; what somebody has not set is not here."""

    def __init__(self, redis: RedisConnection, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def get(self, user: int, name: str) -> str | None:
        """What a user has set.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        found = await self._redis.run(self._redis.redis.hget(self._keys.settings(user), name))
        return None if found is None else cast(bytes, found).decode("utf-8", "replace")

    async def put(self, user: int, name: str, value: str | None) -> None:
        """Set something; with None, take it back.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        key = self._keys.settings(user)
        if value is None:
            await self._redis.run(self._redis.redis.hdel(key, name))
        else:
            await self._redis.run(self._redis.redis.hset(key, name, value))
