"""At-least-once delivery of updates, acted on once.

python-telegram-bot's own polling confirms updates before they are handled, so a crash loses them. Here an update is
confirmed (by asking for the ones after it) only when it and all before it are handled, and handled ones are remembered
in Redis, so that one that comes again is skipped. The one gap left: a crash between the last send and the remembering
repeats that one answer.

Updates of one chat are handled in their order, chats side by side. While Redis is away nothing is confirmed: the person
is told once, and the update is tried again until it is back.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from storage.errors import StorageUnavailable

logger = logging.getLogger(__name__)

POLL_S = 50
"""Seconds; Telegram caps a long poll at 50."""
BATCH = 100
ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY)
_SAME_OFFSET_S = 0.5
_PAUSE_S = 0.2
_MAX_PAUSE_S = 15.0

Handle = Callable[[Update], Awaitable[None]]
"""Handles one update; raises StorageUnavailable to have it tried again."""


class Handled(Protocol):
    """Which updates have been handled; see `storage.updates`."""

    async def handled(self, update_id: int) -> bool:
        """Whether it was remembered."""
        ...

    async def remember(self, update_id: int) -> None:
        """Remember it as handled."""
        ...


class Delivery:
    """Polls, hands updates to `handle` and confirms them when they are done."""

    def __init__(self, bot: Bot, handled: Handled, handle: Handle, on_outage: Handle) -> None:
        """Deliver to `handle`; `on_outage` is told once of each update that waits for Redis, and must not need it."""
        self._bot = bot
        self._handled = handled
        self._handle = handle
        self._on_outage = on_outage
        self._waiting: dict[int, deque[Update]] = {}  # by chat; a chat is in here exactly while its task runs
        self._open: set[int] = set()  # ids being handled or waiting
        self._done: set[int] = set()  # ids handled, but not yet confirmed because of an older open one
        self._tasks: set[asyncio.Task[None]] = set()
        self._confirmed = asyncio.Event()
        self._offset: int | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Deliver until `stop`; then finish what is open and confirm it.

        Raises:
            InvalidToken: Telegram does not know the token.
        """
        pause = _PAUSE_S
        while not self._stopping.is_set():
            try:
                await self._poll()
            except InvalidToken:
                raise
            except RetryAfter as error:
                await self._sleep(_seconds(error.retry_after))
                continue
            except (NetworkError, Conflict, TelegramError) as error:
                logger.warning("Asking for updates failed, trying again in %.1f s: %s", pause, error)
                await self._sleep(pause)
                pause = min(pause * 2, _MAX_PAUSE_S)
                continue
            pause = _PAUSE_S
            if self._open:
                # What is open would only come again; Telegram also cuts the batch to one update when the same offset is
                # asked for within half a second (tdlib/telegram-bot-api, Client.cpp, on_get_updates).
                await self._sleep_until_confirmed()
        await self._drain()

    def stop(self) -> None:
        """Take no more updates; `run` returns when the open ones are handled."""
        self._stopping.set()

    async def _poll(self) -> None:
        """Ask once and start what is new."""
        poll = asyncio.ensure_future(
            self._bot.get_updates(
                offset=self._offset,
                limit=BATCH,
                timeout=POLL_S if not self._open else 1,
                allowed_updates=ALLOWED_UPDATES,
            )
        )
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({poll, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not poll.done():
                return
            updates = poll.result()
        finally:
            for task in (poll, stopping):
                task.cancel()
            await asyncio.gather(poll, stopping, return_exceptions=True)
        new = [update for update in updates if update.update_id not in self._open | self._done]
        for update in new:
            self._start(update)
        if updates and not self._open:
            self._confirm(updates[-1].update_id)

    def _start(self, update: Update) -> None:
        self._open.add(update.update_id)
        lane = _lane(update)
        if lane in self._waiting:
            self._waiting[lane].append(update)
            return
        self._waiting[lane] = deque([update])
        task = asyncio.create_task(self._work(lane), name=f"chat {lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, lane: int) -> None:
        """Handle the updates of one chat, one after the other."""
        queue = self._waiting[lane]
        while queue:
            update = queue.popleft()
            if not await self._handle_once(update):
                return  # it and those behind it stay open, so Telegram gives them to the next process
            self._open.discard(update.update_id)
            self._done.add(update.update_id)
            self._confirm_done()
        del self._waiting[lane]

    async def _handle_once(self, update: Update) -> bool:
        """Handle one update; False when it cannot be handled before the process ends."""
        pause, told = _PAUSE_S, False
        while True:
            try:
                if not await self._handled.handled(update.update_id):
                    await self._handle(update)
                    await self._remember(update.update_id)
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

    def _confirm_done(self) -> None:
        """Move the offset to just before the oldest open update."""
        oldest_open = min(self._open, default=None)
        confirmed = [number for number in self._done if oldest_open is None or number < oldest_open]
        if confirmed:
            self._confirm(max(confirmed))

    def _confirm(self, update_id: int) -> None:
        # Ids restart at a random number after a quiet week, so the newest confirmed one counts, not the highest.
        self._offset = update_id + 1
        self._done = {number for number in self._done if number > update_id}
        self._confirmed.set()

    async def _drain(self) -> None:
        if self._tasks:
            logger.info("Stopping: finishing %d open updates", len(self._open))
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._offset is not None:
            try:
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0, allowed_updates=ALLOWED_UPDATES)
            except TelegramError as error:
                logger.warning("The last updates could not be confirmed; they are remembered in Redis: %s", error)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _sleep_until_confirmed(self) -> None:
        self._confirmed.clear()
        try:
            await asyncio.wait_for(self._confirmed.wait(), _SAME_OFFSET_S)
        except TimeoutError:
            return


def _seconds(duration: int | timedelta) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else float(duration)


def _lane(update: Update) -> int:
    """Updates of one lane are handled in order: those of one chat; without a chat, those of one person."""
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0
