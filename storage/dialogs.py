"""Dialogs, one per chat, as versioned JSON; whoever saves must have read what is there.

A dialog is forgotten a week after it was last saved. What it holds is the caller's business: it comes with the adapter.
"""

import uuid
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from pydantic import TypeAdapter

from storage.documents import read_document, write_document
from storage.errors import WriteConflict
from storage.keys import Keys
from storage.redis_client import RedisConnection

DIALOG_TTL_S = 7 * 24 * 3600

T = TypeVar("T")

# The writer's token makes a repeated save (the answer to the first was lost) the same save, and no conflict.
_SAVE = """
local stored = redis.call('HMGET', KEYS[1], 'version', 'writer')
if stored[2] ~= ARGV[3] then
    if (stored[1] or '0') ~= ARGV[1] then return -1 end
    redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1, 'value', ARGV[2], 'writer', ARGV[3])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return ARGV[1] + 1
"""


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A value as it was read.

    Attributes:
        version: 1 for the first save of a value, one more for each that follows; give it back when saving.
    """

    value: T
    version: int


class DialogStore(Generic[T]):
    """The dialogs of one bot."""

    def __init__(
        self, redis: RedisConnection, keys: Keys, adapter: TypeAdapter[T], *, ttl_s: float = DIALOG_TTL_S
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._adapter = adapter
        self._ttl_ms = round(ttl_s * 1000)

    async def load(self, chat: int | str) -> Stored[T] | None:
        """The dialog of a chat, or None if there is none (any more).

        Raises:
            StoredDataInvalid: it does not parse; `delete` it to start afresh.
            StorageUnavailable: Redis does not answer.
        """
        version, document = cast(
            tuple[bytes | None, bytes | None],
            await self._redis.run(self._redis.redis.hmget(self._keys.dialog(chat), ["version", "value"])),
        )
        if version is None or document is None:
            return None
        return Stored(read_document(self._adapter, document, f"The dialog of chat {chat}"), int(version))

    async def save(self, chat: int | str, value: T, expected_version: int, *, writer: str | None = None) -> int:
        """Store a dialog and return its new version; `expected_version` is the one that was loaded, 0 for none.

        Whoever tries the same save again after StorageUnavailable names it by the same `writer`, a token of its own:
        the first try may have happened, and then the second is no conflict.

        Raises:
            WriteConflict: somebody else saved or deleted it since.
            StorageUnavailable: Redis does not answer; the save may have happened all the same.
        """
        document = write_document(self._adapter, value)
        version = await self._redis.script(
            _SAVE, self._keys.dialog(chat), expected_version, document, writer or uuid.uuid4().hex, self._ttl_ms
        )
        if version == -1:
            raise WriteConflict(f"The dialog of chat {chat} was changed by somebody else meanwhile.")
        return cast(int, version)

    async def delete(self, chat: int | str) -> None:
        """Forget the dialog of a chat, if there is one.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        await self._redis.run(self._redis.redis.delete(self._keys.dialog(chat)))

    async def move(self, old: str, new: str) -> int:
        """Give the dialogs whose names begin with `old` to the same names with `new`; how many there were.

        One that is there under its new name already stays, and the old one is left to expire.

        Raises:
            StorageUnavailable: Redis does not answer; moving again is safe.
        """
        moved, start = 0, self._keys.dialog(old)
        names = self._redis.redis.scan_iter(match=f"{start}*", count=1000)
        while (name := await self._redis.run(anext(names, None))) is not None:
            target = self._keys.dialog(new) + name.decode().removeprefix(start)
            moved += await self._redis.run(self._redis.redis.renamenx(name, target))
        return moved
