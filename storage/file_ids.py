"""Telegram's `file_id` of each picture that was sent before, so that its bytes need not travel again.

Kept by the picture's content hash, so that a renamed picture is still known and a changed one is not. A `file_id` is
valid for one bot alone, hence the bot id in the key.
"""

from collections.abc import Sequence
from typing import cast

from storage.keys import Keys
from storage.redis_client import RedisConnection

FILE_ID_TTL_S = 90 * 24 * 3600  # a picture that left the catalogue leaves Redis too, in time


class FileIds:
    """The pictures that Telegram holds already, for one bot."""

    def __init__(self, redis: RedisConnection, keys: Keys, *, ttl_s: int = FILE_ID_TTL_S) -> None:
        self._redis = redis
        self._keys = keys
        self._ttl_s = ttl_s

    async def get_many(self, content_hashes: Sequence[str]) -> dict[str, str]:
        """The `file_id` by content hash, of those that are known.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        if not content_hashes:
            return {}
        keys = [self._keys.file_id(name) for name in content_hashes]
        found = cast(list[bytes | None], await self._redis.run(self._redis.redis.mget(keys)))
        return {name: value.decode() for name, value in zip(content_hashes, found, strict=True) if value is not None}

    async def put(self, content_hash: str, file_id: str) -> None:
        """Remember the `file_id` that Telegram gave to a picture.

        Raises:
            StorageUnavailable: Redis does not answer; the picture will be uploaded once more.
        """
        await self._redis.run(self._redis.redis.set(self._keys.file_id(content_hash), file_id, ex=self._ttl_s))

    async def forget(self, content_hash: str) -> None:
        """Forget a `file_id`, because Telegram refused it.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        await self._redis.run(self._redis.redis.delete(self._keys.file_id(content_hash)))
