"""How fast the bot sends: as fast as Telegram lets it, and no faster, behind python-telegram-bot's own seam.

python-telegram-bot's AIORateLimiter counts an album as one message, knows no limit of a private chat, lets 39 messages
a minute into a group (a leaky bucket of 20 empties while it is filled), and stops every chat when one is refused. Here

- an album costs its length;
- a group gets 20 messages in any minute, a private chat a burst and then one a second, all together 30 in any second
  (core.telegram.org/bots/faq, "My bot is hitting limits"; the burst is nowhere documented);
- answers to taps, "typing", deletions and whatever sends no message pass at once, however many messages wait;
- "retry after" stops only the chat that it was said of, and the call is made again: it has not been carried out;
- a group that became a supergroup is written to under its new id.
"""

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.error import ChatMigrated, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.metrics import Metrics

logger = logging.getLogger(__name__)

MAX_RETRIES = 3
GROUP_MESSAGES, GROUP_S = 20, 60.0
CHAT_BURST = 30
"""Messages that a private chat may get at once, about four albums; from then on one a second."""
_MAX_ALBUM = 10
_CHATS = 4096
"""Chats remembered; at 30 messages a second no more than 1,800 can have got one in the last minute."""
_MESSAGES = ("send", "copyMessage", "forwardMessage", "editMessage")
_NO_MESSAGES = frozenset({"sendChatAction"})
_WORTHLESS_LATER = frozenset({"answerCallbackQuery", "sendChatAction"})

_Reply = bool | dict[str, Any] | list[dict[str, Any]]


class Window:
    """At most `most` messages in any `seconds`, first come, first served."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._sent: deque[tuple[float, int]] = deque()
        self._turn = asyncio.Lock()

    def wait_s(self, now: float, cost: int) -> float:
        """Seconds from `now` until `cost` more messages fit; 0 when they do. `cost` is at most `most`."""
        while self._sent and self._sent[0][0] <= now - self._seconds:
            self._sent.popleft()
        room = self._most - sum(count for _, count in self._sent)
        wait = 0.0
        for sent, count in self._sent:
            if room >= cost:
                break
            room, wait = room + count, sent + self._seconds - now
        return wait

    def take(self, now: float, cost: int) -> None:
        """Count messages that go out now."""
        self._sent.append((now, cost))

    async def acquire(self, cost: int) -> None:
        """Wait until they fit, and count them."""
        async with self._turn:
            while (wait := self.wait_s(time.monotonic(), cost)) > 0:  # noqa: ASYNC110  time alone makes room
                await asyncio.sleep(wait)
            self.take(time.monotonic(), cost)


class RateLimiter(BaseRateLimiter[int]):
    """Holds calls back until Telegram will take them."""

    def __init__(self, metrics: Metrics, per_second: int, *, limited: bool = True) -> None:
        """`per_second` messages at most; not `limited`, only "retry after" and migrations are followed."""
        self._metrics = metrics
        self._limited = limited
        # Where a whole album does not fit into a second, the same rate over more of them.
        self._all = Window(max(per_second, _MAX_ALBUM), max(1.0, _MAX_ALBUM / per_second))
        self._chats: OrderedDict[int | str, Window | AsyncLimiter] = OrderedDict()
        self._free_at: dict[int | str, float] = {}  # monotonic clock; of chats that were told to retry later
        self._migrated: dict[int | str, int] = {}

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Reply]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> _Reply:
        """Make the call when its time has come.

        Raises:
            telegram.error.TelegramError: what the call raised; RetryAfter only after the last retry.
        """
        retries = 0 if endpoint in _WORTHLESS_LATER else MAX_RETRIES
        while True:
            chat = data.get("chat_id")
            if chat in self._migrated:
                chat = data["chat_id"] = self._migrated[chat]
            await self._wait(endpoint, chat, data)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._metrics.refused_calls.inc()
                if retries == 0:
                    raise
                retries -= 1
                wait = seconds_of(error)
                logger.warning("Telegram refused %s: to be tried again after %.0f s", endpoint, wait)
                if chat is None:
                    await asyncio.sleep(wait)
                else:
                    self._free_at[chat] = time.monotonic() + wait
            except ChatMigrated as error:
                if chat is None or chat == error.new_chat_id:
                    raise
                logger.info("A group has become a supergroup: what was for the old one goes to the new one")
                self._migrated[chat] = error.new_chat_id

    async def _wait(self, endpoint: str, chat: int | str | None, data: dict[str, Any]) -> None:
        if endpoint in _WORTHLESS_LATER or chat is None:
            return
        started = time.monotonic()
        while (wait := self._free_at.get(chat, 0.0) - time.monotonic()) > 0:  # noqa: ASYNC110  as told by Telegram
            await asyncio.sleep(wait)
        self._free_at.pop(chat, None)
        cost = cost_of(endpoint, data)
        if self._limited and cost:
            # A group's limit is one of new messages; an edit is what is left where it is used up.
            if not (_is_group(chat) and endpoint.startswith("edit")):
                await self._limit_of(chat).acquire(cost)
            await self._all.acquire(cost)
        self._metrics.sending_wait_seconds.observe(time.monotonic() - started)

    def _limit_of(self, chat: int | str) -> Window | AsyncLimiter:
        if chat not in self._chats:
            window = _is_group(chat)
            self._chats[chat] = Window(GROUP_MESSAGES, GROUP_S) if window else AsyncLimiter(CHAT_BURST, CHAT_BURST)
            if len(self._chats) > _CHATS:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        return self._chats[chat]


def _is_group(chat: int | str) -> bool:
    """Whether it is no private chat; a name instead of an id is that of a supergroup or a channel."""
    return isinstance(chat, str) or chat < 0


def cost_of(endpoint: str, data: dict[str, Any]) -> int:
    """How many messages a call counts as: an album its length, an edit one, an answer to a tap none."""
    if not endpoint.startswith(_MESSAGES) or endpoint in _NO_MESSAGES:
        return 0
    several = data.get("media") if endpoint == "sendMediaGroup" else data.get("message_ids")
    return min(len(several), _MAX_ALBUM) if isinstance(several, list | tuple) else 1


def seconds_of(error: RetryAfter) -> float:
    """What Telegram asks to wait."""
    after: int | timedelta = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
