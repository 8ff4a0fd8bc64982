"""Pictures go out once for an update, even when the update is handled twice.

An update is handled again after a crash, or when Redis went away before its dialog was saved. What was sent for it by
then is remembered under the update's id and the number of the send, and is not sent again. Left is a crash in the
moment between Telegram's answer and the remembering of the send itself.
"""

import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from storage.errors import StorageUnavailable

logger = logging.getLogger(__name__)

Messages = tuple[int, ...]


class SendStore(Protocol):
    """Where sends are remembered; see `storage.outbox`."""

    async def load(self, update_id: int) -> Mapping[int, str]:
        """What was put for an update, by the number of the send."""
        ...

    async def put(self, update_id: int, number: int, document: str) -> None:
        """Remember a send."""
        ...


@dataclass(slots=True)
class _Answer:
    """The answer to one update, how many sends it has had, and those of earlier times, by number."""

    update_id: int
    before: Mapping[int, str]
    sends: int = 0


_answer: ContextVar[_Answer | None] = ContextVar("answer", default=None)


class Outbox:
    """Remembers what was sent in answer to each update."""

    def __init__(self, store: SendStore) -> None:
        self._store = store

    async def answering(self, update_id: int) -> AbstractContextManager[None]:
        """What is sent inside answers this update.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        return _answering(_Answer(update_id, await self._store.load(update_id)))

    async def once(self, items: tuple[str, ...], send: Callable[[], Awaitable[Messages]]) -> Messages:
        """The message ids of the send, made now or the last time that this update was handled.

        `items` are what it shows: when the second time shows others, they are sent.

        Raises:
            Exception: whatever `send` raises; then nothing is remembered.
        """
        answer = _answer.get()
        if answer is None:  # of the bot's own accord
            return await send()
        number = answer.sends
        answer.sends += 1
        if number in answer.before:
            before = json.loads(answer.before[number])
            if before["items"] == list(items):
                logger.info("Update %d is handled again: its pictures are there already", answer.update_id)
                return tuple(before["messages"])
        messages = await send()
        with contextlib.suppress(StorageUnavailable):  # then they go out again if the update has to be handled again
            await self._store.put(answer.update_id, number, json.dumps({"items": items, "messages": messages}))
        return messages


@contextlib.contextmanager
def _answering(answer: _Answer) -> Iterator[None]:
    token = _answer.set(answer)
    try:
        yield
    finally:
        _answer.reset(token)
