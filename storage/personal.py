"""Everything that is kept about a person, so that it can be deleted at their word."""

from storage.keys import Keys
from storage.redis_client import RedisConnection


class PersonalData:
    """What one bot keeps about people."""

    def __init__(self, redis: RedisConnection, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def delete(self, user: int) -> int:
        """Delete all that is kept about a user; how many keys and votes that were. Looks through all keys.

        What an administrator has decided about them stays: who is kept out must not get in by being forgotten.

        Raises:
            StorageUnavailable: Redis does not answer; some of it may be deleted already.
        """
        return await self._redis.run(self._delete(self._keys.personal(user), user))

    async def _delete(self, patterns: tuple[str, ...], user: int) -> int:
        redis = self._redis.redis
        found = [key for pattern in patterns async for key in redis.scan_iter(match=pattern, count=1000)]
        deleted = await redis.delete(*found) if found else 0
        async for poll in redis.scan_iter(match=self._keys.votes("*"), count=1000):
            deleted += await redis.hdel(poll, str(user))
        return deleted
