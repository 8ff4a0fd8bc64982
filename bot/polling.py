"""Updates by long polling: an update is confirmed, by asking for the ones after it, only when it is handled.

python-telegram-bot's own polling confirms updates before they are handled, so a crash loses them. Its `get_updates` is
not used either: what is open comes again with every answer, and under load that is nearly all that it would parse.
"""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.application import read_update
from bot.delivery import ALLOWED_UPDATES, Delivery
from bot.rate_limiter import seconds_of
from bot.telegram_request import AiohttpRequest

logger = logging.getLogger(__name__)

POLL_S = 50
"""Seconds; Telegram caps a long poll at 50."""
BATCH = 100
_SAME_OFFSET_S = 0.5
_MANY = BATCH // 4
"""With so many open, what is confirmed within `_GATHER_S` seconds is confirmed by one call."""
_GATHER_S = 0.03
_ANSWER_S = 5.0
_PAUSE_S = 0.2
_MAX_PAUSE_S = 15.0


class Polling:
    """Fetches updates for `delivery` and confirms them when they and all before them are handled.

    Attributes:
        delivery: takes the updates.
        trouble: why the last call failed, for a person; None while all is well.
    """

    def __init__(self, bot: Bot, delivery: Delivery) -> None:
        self._bot = bot
        self._request = AiohttpRequest(1, read_timeout_s=_ANSWER_S)
        self.delivery = delivery
        self._open: set[int] = set()  # ids being handled or waiting
        self._done: set[int] = set()  # ids handled, but not yet confirmed because of an older open one
        self._past: set[int] = set()  # ids confirmed since the last call was made, whose answer may bring them again
        self._confirmed = asyncio.Event()
        self._offset: int | None = None
        self._stopping = asyncio.Event()
        self.trouble: str | None = None

    async def open(self) -> None:
        """Take the updates away from a webhook that an earlier set-up left behind; those that wait are kept.

        Raises:
            telegram.error.TelegramError: Telegram cannot be reached, or does not know the token.
        """
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def run(self) -> None:
        """Deliver until `stop`; then finish what is open and confirm it.

        Raises:
            InvalidToken: Telegram does not know the token.
        """
        stopping = asyncio.ensure_future(self._stopping.wait())
        async with self._request:
            try:
                await self._poll_until(stopping)
            finally:
                stopping.cancel()
            await self.delivery.drain()
            await self._confirm_last()

    def stop(self) -> None:
        """Take no more updates; `run` returns when the open ones are handled."""
        self._stopping.set()
        self.delivery.stop()

    async def _poll_until(self, stopping: asyncio.Task[Any]) -> None:
        pause = _PAUSE_S
        while not self._stopping.is_set():
            try:
                await self._poll(stopping)
            except InvalidToken:
                raise
            except RetryAfter as error:
                await self._sleep(seconds_of(error))
                continue
            except TelegramError as error:
                logger.warning("Asking for updates failed, trying again in %.1f s: %s", pause, error)
                self.trouble = f"Asking Telegram for updates failed: {error}"
                await self._sleep(pause)
                pause = min(pause * 2, _MAX_PAUSE_S)
                continue
            self.trouble = None
            pause = _PAUSE_S
            if self._open:
                # What is open would only come again; Telegram also cuts the batch to one update when the same offset is
                # asked for within half a second (tdlib/telegram-bot-api, Client.cpp, on_get_updates).
                await self._sleep_until_confirmed()

    async def _poll(self, stopping: asyncio.Task[Any]) -> None:
        """Ask once and start what is new, unless it is over before that."""
        self._past.clear()
        poll = asyncio.ensure_future(self._ask(BATCH, POLL_S if not self._open else 1))
        try:
            await asyncio.wait({poll, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not poll.done():
                return
            updates = poll.result()
        finally:
            poll.cancel()
            await asyncio.gather(poll, return_exceptions=True)
        known = self._open | self._done | self._past
        for update in updates:
            if update["update_id"] not in known:
                self._start(update)

    async def _ask(self, limit: int, wait_s: int) -> list[dict[str, Any]]:
        """https://core.telegram.org/bots/api#getupdates. Raises TelegramError."""
        asked = {"limit": limit, "timeout": wait_s, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._offset is not None:
            asked["offset"] = self._offset
        url = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        updates: Any = await self._request.post(url, read_timeout=wait_s + _ANSWER_S)
        return list(updates)

    def _start(self, payload: dict[str, Any]) -> None:
        update = read_update(payload, self._bot)
        self._open.add(update.update_id)

        def settle(handled: asyncio.Future[bool]) -> None:
            # One that was not handled stays open, so Telegram gives it to the next process.
            if not handled.cancelled() and handled.result():
                self._open.discard(update.update_id)
                self._done.add(update.update_id)
                self._confirm_done()

        self.delivery.take(update).add_done_callback(settle)

    def _confirm_done(self) -> None:
        """Move the offset to just before the oldest open update."""
        oldest_open = min(self._open, default=None)
        confirmed = [number for number in self._done if oldest_open is None or number < oldest_open]
        if confirmed:
            self._confirm(max(confirmed))

    def _confirm(self, update_id: int) -> None:
        # Ids restart at a random number after a quiet week, so the newest confirmed one counts, not the highest.
        self._offset = update_id + 1
        self._past |= self._done
        self._done = {number for number in self._done if number > update_id}
        self._confirmed.set()

    async def _confirm_last(self) -> None:
        if self._offset is not None:
            try:
                await self._ask(limit=1, wait_s=0)
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
            async with asyncio.timeout(_SAME_OFFSET_S):
                await self._confirmed.wait()
        except TimeoutError:
            return
        if len(self._open) > _MANY:
            await self._sleep(_GATHER_S)
