"""Latest wins: a search is given up when its person has asked for something else meanwhile, and it never waits mutely.

A search that is given up was not sent: its turn stays in the dialog without pages, so that what was said in it still
counts for the words that overtook it. Only the wait for model and index is cut short, never a send, nor Redis.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.protocols import Person

T = TypeVar("T")

SLOW_S = 3.0
"""After this long a person is told that the search goes on, in seconds."""


class Overtaken(Exception):
    """The person has asked for something else while this was searched."""


class Latest:
    """What each person has sent that is not answered yet. Belongs to one event loop."""

    def __init__(self, slow_s: float = SLOW_S) -> None:
        self._slow_s = slow_s
        self._open: dict[Person, deque[bool]] = {}
        self._waiting: dict[Person, asyncio.Future[None]] = {}  # done where something newer has come

    def arrived(self, person: Person, *, asks: bool) -> None:
        """Something came and waits behind what came before; `asks`: words, a photo or "start over"."""
        self._open.setdefault(person, deque()).append(asks)
        self._look(person)

    def settled(self, person: Person) -> None:
        """The oldest of what a person has sent is done with."""
        self._open[person].popleft()
        if not self._open[person]:
            del self._open[person]
        self._look(person)

    async def result(self, person: Person, search: Awaitable[T], on_slow: Callable[[], Awaitable[None]]) -> T:
        """What `search` finds; `on_slow` is called once when that takes long.

        Raises:
            Overtaken: something newer of that person waits; the search is cancelled.
            Exception: whatever `search` raises.
        """
        overtaken = self._waiting.setdefault(person, asyncio.get_running_loop().create_future())
        self._look(person)
        searching = asyncio.ensure_future(search)
        try:
            await asyncio.wait((searching, overtaken), timeout=self._slow_s, return_when=asyncio.FIRST_COMPLETED)
            if not searching.done() and not overtaken.done():
                await on_slow()
                await asyncio.wait((searching, overtaken), return_when=asyncio.FIRST_COMPLETED)
            if not searching.done():
                raise Overtaken
            return searching.result()
        finally:
            searching.cancel()
            self._waiting.pop(person, None)

    def _look(self, person: Person) -> None:
        """Wake the search of a person behind whose oldest update something waits that asks."""
        waits = any(list(self._open.get(person, ()))[1:])
        if waits and (overtaken := self._waiting.get(person)) is not None and not overtaken.done():
            overtaken.set_result(None)
