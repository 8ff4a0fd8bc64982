"""A lock across processes that lives as long as its owner does.

The owner renews it every ten seconds; whoever stops renewing (a crash, a cut line) loses it after thirty. Redis cannot
stop an owner that lost its lock without knowing, so a holder looks at `lost` before each step that must not be done by
two, and `lost` also turns true by the clock alone when the renewals get no answer.
"""

import asyncio
import contextlib
import time
import uuid
from typing import Self, cast

from storage.errors import LockHeld, StorageUnavailable
from storage.keys import Keys
from storage.redis_client import RedisConnection

LOCK_TTL_S = 30.0
HEARTBEAT_S = 10.0

_ACQUIRE = """
local token, owner = unpack(redis.call('HMGET', KEYS[1], 'token', 'owner'))
if token and token ~= ARGV[1] then return owner end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'owner', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return false
"""
_RENEW = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class Lock:
    """One holder's claim to a name; `async with lock:` acquires, renews and releases it.

    `owner` is what others are told of the holder, in words for a person ("/reindex by Ann, on shop-1").
    """

    def __init__(
        self,
        redis: RedisConnection,
        keys: Keys,
        name: str,
        owner: str,
        *,
        ttl_s: float = LOCK_TTL_S,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        if not 0 < heartbeat_s < ttl_s:
            raise ValueError(f"heartbeat_s ({heartbeat_s}) must lie between 0 and ttl_s ({ttl_s}).")
        self._redis = redis
        self._key = keys.lock(name)
        self._name = name
        self._owner = owner
        self._ttl_s = ttl_s
        self._heartbeat_s = heartbeat_s
        self._token: str | None = None
        self._valid_until = 0.0  # monotonic clock; never later than Redis's own idea of it
        self._renewal: asyncio.Task[None] | None = None
        self._released = asyncio.Event()

    @property
    def lost(self) -> bool:
        """Whether this is no longer, or not yet, the holder."""
        return self._token is None or time.monotonic() >= self._valid_until

    async def acquire(self) -> None:
        """Take the lock and keep renewing it in the background until `release`.

        Raises:
            LockHeld: it has another live owner (another claim of this process counts as one).
            StorageUnavailable: Redis does not answer.
        """
        if not self.lost:
            raise LockHeld(f"{self._name} is held already by {self._owner}.", self._owner)
        await self._stop_renewal()
        token = uuid.uuid4().hex
        asked = time.monotonic()
        holder = await self._redis.script(_ACQUIRE, self._key, token, _storable(self._owner), self._ttl_ms)
        if holder is not None:
            owner = cast(bytes, holder).decode(errors="replace")
            raise LockHeld(f"{self._name} is held by {owner}.", owner)
        self._token = token
        self._valid_until = asked + self._ttl_s
        self._released.clear()
        self._renewal = asyncio.create_task(self._renew_until_released(), name=f"renew lock {self._name}")

    async def heartbeat(self) -> bool:
        """Renew the lock once; False when it was lost, which is final.

        Raises:
            StorageUnavailable: Redis does not answer; the lock is kept until its time is over.
        """
        if self._token is None:
            return False
        asked = time.monotonic()
        if await self._redis.script(_RENEW, self._key, self._token, self._ttl_ms) == 1:
            self._valid_until = asked + self._ttl_s
        else:
            self._token = None
        return self._token is not None

    async def release(self) -> None:
        """Give the lock back if it is still one's own; somebody else's is left alone.

        Raises:
            StorageUnavailable: Redis does not answer; the lock ends by itself within its lifetime.
        """
        await self._stop_renewal()
        token, self._token = self._token, None
        if token is not None:
            await self._redis.script(_RELEASE, self._key, token)

    async def __aenter__(self) -> Self:
        """Acquire."""
        await self.acquire()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Release; what happened inside matters more than a Redis that is gone."""
        with contextlib.suppress(StorageUnavailable):
            await self.release()

    @property
    def _ttl_ms(self) -> int:
        return round(self._ttl_s * 1000)

    async def _renew_until_released(self) -> None:
        alive = True
        while alive:
            try:
                async with asyncio.timeout(self._heartbeat_s):
                    await self._released.wait()
            except TimeoutError:
                with contextlib.suppress(StorageUnavailable):  # `lost` follows from the clock; it may be back in time
                    alive = await self.heartbeat()
            else:
                return

    async def _stop_renewal(self) -> None:
        # Asked to end, not cancelled: before Python 3.12 asyncio.wait_for, which redis calls, swallows a cancellation
        # that comes together with the answer (python/cpython issue 86296), and the renewal would go on for ever.
        if self._renewal is not None:
            self._released.set()
            await asyncio.wait({self._renewal})
            self._renewal = None


def _storable(text: str) -> str:
    """The text with what UTF-8 cannot hold replaced (names from outside may carry lone surrogates)."""
    return text.encode(errors="replace").decode()
