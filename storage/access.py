"""Whom an administrator has let in or kept out, by Telegram's user id."""

from typing import Literal, cast

from storage.keys import Keys
from storage.redis_client import RedisConnection

Standing = Literal["allowed", "denied"]


class AccessList:
    """What was decided about the users of one bot; most users nobody decides about."""

    def __init__(self, redis: RedisConnection, keys: Keys) -> None:
        self._redis = redis
        self._key = keys.users()

    async def standing(self, user: int) -> Standing | None:
        """What was decided about a user.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        found = await self._redis.run(self._redis.redis.hget(self._key, str(user)))
        return None if found is None else _standing(cast(bytes, found))

    async def decide(self, user: int, standing: Standing | None) -> None:
        """Let a user in, keep one out, or with None go back to what holds for everybody.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        if standing is None:
            await self._redis.run(self._redis.redis.hdel(self._key, str(user)))
        else:
            await self._redis.run(self._redis.redis.hset(self._key, str(user), standing))

    async def decided(self) -> dict[int, Standing]:
        """Everybody about whom something was decided.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        found = cast(dict[bytes, bytes], await self._redis.run(self._redis.redis.hgetall(self._key)))
        return {int(user): _standing(standing) for user, standing in found.items()}


def _standing(stored: bytes) -> Standing:
    return "allowed" if stored == b"allowed" else "denied"
