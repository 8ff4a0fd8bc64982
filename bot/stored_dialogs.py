"""Dialogs in the store: one per person and chat, a fresh one where none can be read."""

import asyncio
import contextlib
import logging
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar

from pydantic import TypeAdapter

from bot.protocols import Person
from bot.turns import FORMAT, Dialog
from storage.dialogs import DialogStore
from storage.errors import StorageUnavailable, StoredDataInvalid

logger = logging.getLogger(__name__)

ADAPTER: TypeAdapter[Dialog] = TypeAdapter(Dialog)
_known: ContextVar[dict[str, tuple[Dialog, int]]] = ContextVar("known")
"""Dialogs that were read ahead, by name."""
SAVE_PATIENCE_S = 30.0
SAVE_PAUSE_S = 0.5
_FIRST_NUMBERS = 900_000_000
"""Turn numbers have up to nine digits on buttons."""


class StoredDialogs:
    """`conversation.Dialogs` over `storage.dialogs`."""

    def __init__(self, store: DialogStore[Dialog]) -> None:
        self._store = store

    async def answering(self, person: Person) -> AbstractContextManager[None]:
        """Read a dialog now; the first time that it is loaded inside, it is this one.

        Inside, nobody else may change it: its chat's lane is for one update at a time.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        return _knowing({_name(person): await self._read(person)})

    async def load(self, person: Person) -> tuple[Dialog, int]:
        """The dialog and its version; a fresh one (version 0) when there is none, or none that this version reads."""
        return _known.get({}).pop(_name(person), None) or await self._read(person)

    async def _read(self, person: Person) -> tuple[Dialog, int]:
        try:
            stored = await self._store.load(_name(person))
        except StoredDataInvalid as error:
            logger.warning("A dialog is started afresh: %s", error)
            await self._store.delete(_name(person))
            return _fresh(), 0
        if stored is None:
            return _fresh(), 0
        if stored.value.format != FORMAT:
            logger.warning("A dialog of format %s is started afresh", stored.value.format)
            return Dialog(last_number=stored.value.last_number), stored.version
        return stored.value, stored.version

    async def save(self, person: Person, dialog: Dialog, expected_version: int) -> None:
        """Store what the person has just been shown.

        Waits for a Redis that is away for a moment: giving up would have the same pictures sent again.
        """
        give_up = time.monotonic() + SAVE_PATIENCE_S
        writer = uuid.uuid4().hex
        while True:
            try:
                await self._store.save(_name(person), dialog, expected_version, writer=writer)
            except StorageUnavailable:
                if time.monotonic() > give_up:
                    raise
                await asyncio.sleep(SAVE_PAUSE_S)
            else:
                return

    async def move_chat(self, old: int, new: int) -> None:
        """The group has got another id: its dialogs go on there.

        Raises:
            StorageUnavailable: Redis does not answer; moving again is safe.
        """
        moved = await self._store.move(f"{old}:", f"{new}:")
        logger.info("A group has become a supergroup: %d dialogs go on there", moved)


@contextlib.contextmanager
def _knowing(dialogs: dict[str, tuple[Dialog, int]]) -> Iterator[None]:
    token = _known.set(dialogs)
    try:
        yield
    finally:
        _known.reset(token)


def _fresh() -> Dialog:
    """A dialog whose turns have other numbers than those of earlier ones, whose buttons are still in the chat."""
    return Dialog(last_number=secrets.randbelow(_FIRST_NUMBERS))


def _name(person: Person) -> str:
    # The chat first, so that all of a group's can be moved; the person last, so that all of theirs can be deleted.
    topic = "" if person.thread is None else f":{person.thread}"
    return f"{person.chat}{topic}:{person.user}"
