"""How often somebody has asked within the current minute, counted across all processes."""

from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection

WINDOW_S = 60

# A window begins with the first request in it.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
"""


class Pace:
    """Counts the requests of each user of one bot."""

    def __init__(self, redis: RedisConnection, keys: Keys, *, window_s: float = WINDOW_S) -> None:
        self._redis = redis
        self._keys = keys
        self._window_ms = round(window_s * 1000)

    async def count(self, user: int) -> int:
        """One more request; how many there were in this window, this one included.

        Raises:
            StorageUnavailable: Redis does not answer; the request may have been counted.
        """
        return cast(int, await self._redis.script(_COUNT, self._keys.pace(user), self._window_ms))
