"""At-least-once delivery of updates, acted on once.

Whoever brings updates (`polling`, `webhook`) tells Telegram to forget one only when it is handled, and handled ones are
remembered in Redis, so that one that comes again is skipped. The one gap left: a crash between the last send and the
remembering repeats that one answer.

Updates of one chat are handled in their order, chats side by side. Where several processes share the work, each holds
the chat's lock meanwhile, and looks only then whether the update has been handled elsewhere: the same one given to two
at once is acted on once. A holder that dies loses the lock by the lock's own lifetime.

What does not come as an update, such as a click on a page, enters the same lane as an errand.

While Redis is away nothing is confirmed: the person is told once, and the update is tried again until it is back.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from telegram import Update

from bot.metrics import Metrics
from storage.errors import LockHeld, StorageUnavailable

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY)
_PAUSE_S = 0.2
_MAX_PAUSE_S = 15.0
_LOCK_PAUSE_S = 0.05
"""How often a chat that another process is answering is tried again; that is rare, so this may be short."""

R = TypeVar("R")
Tell = Callable[[Update], Awaitable[None]]
Answer = Callable[[], Awaitable[None]]
Prepare = Callable[[Update], Awaitable[Answer]]
"""Reads what is to be known of an update, and gives what answers it; StorageUnavailable has both tried again."""
Note = Callable[[Update], None]
Exclusively = Callable[[int], AbstractAsyncContextManager[object]]
"""What one process at a time can enter for a chat; raises LockHeld while another one is inside."""


class Handled(Protocol):
    """Which updates have been handled; see `storage.updates`."""

    async def handled(self, update_id: int) -> bool:
        """Whether it was remembered."""
        ...

    async def remember(self, update_id: int) -> None:
        """Remember it as handled."""
        ...


class Together(Protocol):
    """See `storage.redis_client.RedisConnection.together`."""

    async def __call__(self, ask: Callable[[], Awaitable[R]]) -> R:
        """What `ask` gives."""
        ...


async def _apart(ask: Callable[[], Awaitable[R]]) -> R:
    """For stores that have nothing to gain."""
    return await ask()


def _unnoted(_: Update) -> None:
    """For whoever does not want to know what comes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Errand:
    """Something to be done in a chat that no update asks for."""

    act: Callable[[], Awaitable[None]]
    done: asyncio.Future[None]


def _alone(_: int) -> AbstractAsyncContextManager[object]:
    """For the only process there is: its own order is enough."""
    return nullcontext()


class Delivery:
    """Has updates answered, those of one chat one after the other."""

    def __init__(
        self,
        handled: Handled,
        prepare: Prepare,
        on_outage: Tell,
        metrics: Metrics,
        exclusively: Exclusively = _alone,
        arrived: Note = _unnoted,
        settled: Note = _unnoted,
        together: Together = _apart,
    ) -> None:
        """Deliver to what `prepare` gives.

        `on_outage` is told once of each update that waits for Redis, and must not need it. `arrived` is told of each
        update once it waits in its chat, `settled` when it is done with.
        """
        self._arrived = arrived
        self._settled = settled
        self._handled = handled
        self._prepare = prepare
        self._together = together
        self._on_outage = on_outage
        self._metrics = metrics
        self._exclusively = exclusively
        self._waiting: dict[int, deque[Update | _Errand]] = {}  # by chat; a chat is in here exactly while its task runs
        self._open: dict[int, asyncio.Future[bool]] = {}  # by update id, those being handled or waiting
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    @property
    def open(self) -> int:
        """Number of updates being handled or waiting."""
        return len(self._open)

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def take(self, update: Update) -> asyncio.Future[bool]:
        """Put the update behind those of its chat; one that is open already is not taken twice.

        The future turns True when the update is handled (or was, earlier), False when that cannot be done before the
        process ends. Cancelling it changes nothing for others: await it shielded.
        """
        if update.update_id in self._open:
            return self._open[update.update_id]
        future = self._open[update.update_id] = asyncio.get_running_loop().create_future()
        self._arrived(update)
        self._put(_lane(update), update)
        return future

    async def run(self, chat: int, act: Callable[[], Awaitable[None]]) -> None:
        """Do something in a chat when all that came before it there is done, and before what comes after.

        Nobody brings it a second time, so it is done at most once. Cancelling the wait does not stop it.

        Raises:
            LockHeld: the process ends before the chat's turn came; nothing was done.
            Exception: whatever `act` raises.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(chat, _Errand(act, done))
        await asyncio.shield(done)

    def _put(self, lane: int, entry: Update | _Errand) -> None:
        if lane in self._waiting:
            self._waiting[lane].append(entry)
            return
        self._waiting[lane] = deque([entry])
        task = asyncio.create_task(self._work(lane), name=f"chat {lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Handle what is open, but wait for Redis and for other processes no longer."""
        self._stopping.set()

    async def drain(self) -> None:
        """Return when nothing is open any more."""
        if self._tasks:
            logger.info("Stopping: finishing %d open updates", len(self._open))
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, lane: int) -> None:
        """Handle the updates of one chat, one after the other."""
        queue = self._waiting[lane]
        try:
            while queue:
                first = queue[0]
                if isinstance(first, _Errand):
                    await self._run_errand(lane, first)
                elif await self._handle_once(lane, first):
                    self._settle(first, done=True)
                else:
                    return
                queue.popleft()
        finally:
            # Updates that are left stay with Telegram, which gives them to the next process.
            for left in queue:
                if isinstance(left, _Errand):
                    _end(left, _stopping())
                else:
                    self._settle(left, done=False)
            del self._waiting[lane]

    def _settle(self, update: Update, *, done: bool) -> None:
        future = self._open.pop(update.update_id)
        self._settled(update)
        if not future.done():
            future.set_result(done)

    async def _handle_once(self, lane: int, update: Update) -> bool:
        """Handle one update; False when it cannot be handled before the process ends."""
        pause, told = _PAUSE_S, False
        while True:
            try:
                async with self._exclusively(lane):
                    handled, answer = await self._together(partial(self._known, update))
                    if handled:
                        self._metrics.updates.labels("repeated").inc()
                    else:
                        with self._metrics.update_seconds.time():
                            await answer()
                        await self._remember(update.update_id)
                        self._metrics.updates.labels("handled").inc()
            except LockHeld:
                if self._stopping.is_set():
                    return False
                await self._sleep(_LOCK_PAUSE_S)
            except StorageUnavailable as error:
                logger.warning("Update %d waits for Redis: %s", update.update_id, error)
                if not told:
                    await self._on_outage(update)
                    told = True
                if self._stopping.is_set():
                    return False
                await self._sleep(pause)
                pause = min(pause * 2, _MAX_PAUSE_S)
            else:
                return True

    def _known(self, update: Update) -> Awaitable[tuple[bool, Answer]]:
        return asyncio.gather(self._handled.handled(update.update_id), self._prepare(update))

    async def _run_errand(self, lane: int, errand: _Errand) -> None:
        while True:
            try:
                async with self._exclusively(lane):
                    await errand.act()
            except LockHeld:
                if self._stopping.is_set():
                    _end(errand, _stopping())
                    return
                await self._sleep(_LOCK_PAUSE_S)
            except Exception as error:  # belongs to whoever waits for it, and must not end the lane
                _end(errand, error)
                return
            else:
                _end(errand, None)
                return

    async def _remember(self, update_id: int) -> None:
        """Remember, however long it takes: the answer is out, and must not be given again."""
        pause = _PAUSE_S
        while True:
            try:
                await self._handled.remember(update_id)
            except StorageUnavailable as error:
                logger.warning("Update %d is handled but cannot be remembered yet: %s", update_id, error)
                if self._stopping.is_set():
                    return  # it is confirmed at the end, so it will not come again
                await self._sleep(pause)
                pause = min(pause * 2, _MAX_PAUSE_S)
            else:
                return

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _end(errand: _Errand, error: Exception | None) -> None:
    if errand.done.done():
        return
    if error is None:
        errand.done.set_result(None)
    else:
        errand.done.set_exception(error)


def _stopping() -> LockHeld:
    return LockHeld("The process ends, and another one goes on.", "another process")


def _lane(update: Update) -> int:
    """Updates of one lane are handled in order: those of one chat; without a chat, those of one person.

    Inline queries have a lane each: the one that follows says that the one before is not waited for any more.
    """
    if update.inline_query is not None:
        return update.update_id
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0
