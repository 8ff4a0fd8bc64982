"""Polls: one vote a person, counted across all processes, forgotten a week after the last one.

What a vote says is the caller's business.
"""

from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection

VOTES_TTL_S = 7 * 24 * 3600

# Casting the same vote again changes nothing, so an update that is handled twice is no second vote.
_CAST = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('HGETALL', KEYS[1])
"""


class Votes:
    """The polls of one bot."""

    def __init__(self, redis: RedisConnection, keys: Keys, *, ttl_s: float = VOTES_TTL_S) -> None:
        self._redis = redis
        self._keys = keys
        self._ttl_ms = round(ttl_s * 1000)

    async def cast(self, poll: str, user: int, vote: str) -> dict[int, str]:
        """Vote, in place of what the user voted before; all votes of the poll by user, the new one among them.

        Raises:
            StorageUnavailable: Redis does not answer; the vote may be cast all the same.
        """
        answer = cast(list[bytes], await self._redis.script(_CAST, self._keys.votes(poll), user, vote, self._ttl_ms))
        flat = iter(answer)
        return {int(voter): said.decode() for voter, said in zip(flat, flat, strict=True)}
