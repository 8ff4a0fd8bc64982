"""What administrators are told of the use: how many searches, how many found something, how many ended with an item.

Counted in memory and put into Redis every few seconds, so that no answer waits for it; a crash loses those seconds.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Protocol

from bot.metrics import turns_taken
from bot.requests import AcceptItem, NextPage, Request, Search
from bot.turns import Dialog
from storage.errors import StorageUnavailable

logger = logging.getLogger(__name__)

FLUSH_S = 10.0
PERIODS = (1, 7, 30)
"""What /stats tells of, in days, today included."""
_SUCCESS = "success after "


@dataclass(frozen=True, slots=True)
class Use:
    """What happened in some days.

    Attributes:
        searches: turns that searched, refinements among them.
        pages: further pages of them.
        without_result: searches that had nothing close to show.
        successes: items accepted.
        turns_to_success: median number of turns of the searches that ended so; None without any.
    """

    days: int
    searches: int = 0
    pages: int = 0
    without_result: int = 0
    successes: int = 0
    turns_to_success: float | None = None


class Store(Protocol):
    """Where counts are kept; see `storage.statistics`."""

    async def add(self, day: date, counts: Mapping[str, int]) -> None:
        """Add to the counts of a day."""
        ...

    async def read(self, days: Sequence[date]) -> list[dict[str, int]]:
        """The counts of each day."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class Statistics:
    """Counts what is done for people."""

    def __init__(self, store: Store, now: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._now = now
        self._counts: Counter[str] = Counter()

    def advanced(self, request: Request, dialog: Dialog) -> None:
        """Take what was done for a person; `dialog` as it is afterwards."""
        match request:
            case Search():
                self._counts["searches"] += 1
                turn = dialog.turn(dialog.current)
                self._counts["without result"] += turn is None or not turn.pages
            case NextPage():
                self._counts["pages"] += 1
            case AcceptItem():
                self._counts[f"{_SUCCESS}{turns_taken(dialog)}"] += 1

    async def flush(self) -> None:
        """Put what was counted into the store; what cannot be put there now stays for the next time."""
        counts, self._counts = self._counts, Counter()
        if not +counts:
            return
        try:
            await self._store.add(self._now().date(), +counts)
        except StorageUnavailable as error:
            logger.info("Statistics wait for Redis: %s", error)
            self._counts += counts

    async def run(self) -> None:
        """Flush until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_S)
            await self.flush()

    async def report(self) -> tuple[Use, ...]:
        """The use in each of `PERIODS`.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        await self.flush()
        today = self._now().date()
        days = await self._store.read([today - timedelta(days=back) for back in range(max(PERIODS))])
        return tuple(_use(days[:period]) for period in PERIODS)


@contextlib.asynccontextmanager
async def counting(statistics: Statistics) -> AsyncIterator[Statistics]:
    """The same, flushed now and then, and at the end."""
    task = asyncio.create_task(statistics.run())
    try:
        yield statistics
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await statistics.flush()


def _use(days: Sequence[Mapping[str, int]]) -> Use:
    total: Counter[str] = sum((Counter(day) for day in days), Counter())
    turns = [int(name.removeprefix(_SUCCESS)) for name in total.elements() if name.startswith(_SUCCESS)]
    return Use(
        days=len(days),
        searches=total["searches"],
        pages=total["pages"],
        without_result=total["without result"],
        successes=len(turns),
        turns_to_success=median(turns) if turns else None,
    )
