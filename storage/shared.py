"""Values that somebody shares by a link: under a random key, readable by whoever has it, for a week."""

import secrets
from typing import Generic, TypeVar, cast

from pydantic import TypeAdapter

from storage.documents import read_document, write_document
from storage.keys import Keys
from storage.redis_client import RedisConnection

SHARED_TTL_S = 7 * 24 * 3600
_TOKEN_BYTES = 16
"""128 random bits: nobody finds a key by trying."""

T = TypeVar("T")


class SharedValues(Generic[T]):
    """What the people of one bot share."""

    def __init__(
        self, redis: RedisConnection, keys: Keys, adapter: TypeAdapter[T], *, ttl_s: int = SHARED_TTL_S
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._adapter = adapter
        self._ttl_s = ttl_s

    async def put(self, user: int, value: T) -> str:
        """Keep a value that a user shares; the token is all that leads back to it.

        Returns:
            30 characters of A-Z, a-z, 0-9, - and _; the first 8 are the user's pseudonym, so that all that somebody
            shares can be found and deleted.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        token = self._keys.pseudonym(user) + secrets.token_urlsafe(_TOKEN_BYTES)
        document = write_document(self._adapter, value)
        await self._redis.run(self._redis.redis.set(self._keys.shared(token), document, ex=self._ttl_s))
        return token

    async def get(self, token: str) -> T | None:
        """The value, or None if there is none of that token (any more).

        Raises:
            StoredDataInvalid: it does not parse.
            StorageUnavailable: Redis does not answer.
        """
        document = cast(bytes | None, await self._redis.run(self._redis.redis.get(self._keys.shared(token))))
        return None if document is None else read_document(self._adapter, document, "A shared value")
