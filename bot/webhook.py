"""Updates by webhook: Telegram posts each one, and is answered 200 when it is handled.

Telegram sends the next message of a chat only after the answer to the one before, and sends again, later and later,
what was not answered with 2xx. So nothing is kept here: a process that dies leaves its open updates with Telegram, and
any number of processes may stand behind one address.
"""

import asyncio
import hmac
import json
import logging
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot
from telegram.constants import WebhookLimit
from telegram.error import RetryAfter

from bot.application import read_update
from bot.delivery import ALLOWED_UPDATES, Delivery
from bot.http_server import serve
from bot.metrics import Metrics
from bot.rate_limiter import seconds_of

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY_BYTES = 1024 * 1024
"""An update is a few kilobytes; a long message with every entity it may have stays far below."""
_READ_S = 10.0
_RETRY_AFTER_S = "1"


class Webhook:
    """The route that Telegram posts to.

    Attributes:
        delivery: takes the updates.
        port: where it listens, once it is open.
        trouble: always None: who is called by Telegram does not see what fails on the way.
    """

    def __init__(self, bot: Bot, delivery: Delivery, metrics: Metrics, url: str, secret: str) -> None:
        """`url` is the public address; its path is the route's. `secret` is 1 to 256 of `A-Za-z0-9_-`."""
        self._bot = bot
        self.delivery = delivery
        self._metrics = metrics
        self._url = url
        self._secret = secret
        self._open = AsyncExitStack()
        self._stopping = asyncio.Event()
        self.port = 0
        self.trouble: str | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen, then tell Telegram the address; what waits there is kept.

        Raises:
            bot.http_server.PortTaken: the port is not free.
            telegram.error.TelegramError: Telegram cannot be reached, or refuses the address.
        """
        route = web.post(urlsplit(self._url).path or "/", self._receive)
        self.port = await self._open.enter_async_context(serve([route], host, port, max_body_bytes=MAX_BODY_BYTES))
        try:
            await self._announce()
        except BaseException:
            await self._open.aclose()
            raise

    async def run(self) -> None:
        """Deliver until `stop`; then finish what is open."""
        await self._stopping.wait()
        await self.delivery.drain()
        await self._open.aclose()

    def stop(self) -> None:
        """Take no more updates; `run` returns when the open ones are handled."""
        self._stopping.set()
        self.delivery.stop()

    async def _announce(self) -> None:
        # Repeated at each start, since the secret may be another one; what is the same already Telegram leaves alone.
        try:
            await self._set()
        except RetryAfter as error:
            await asyncio.sleep(seconds_of(error))
            await self._set()

    async def _set(self) -> None:
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            max_connections=WebhookLimit.MAX_CONNECTIONS_LIMIT,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return self._refuse(403, "secret", "it lacks the right secret")
        if self.delivery.stopping:
            return web.Response(status=503, headers={"Retry-After": _RETRY_AFTER_S})
        try:
            async with asyncio.timeout(_READ_S):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(413, "size", f"it is larger than {MAX_BODY_BYTES} bytes")
        except TimeoutError:
            return self._refuse(408, "slow", f"it did not arrive within {_READ_S:g} seconds")
        payload = _update_of(body)
        if payload is None:
            return self._refuse(400, "garbage", "it holds no update")
        # Shielded: when Telegram gives up waiting and sends the update again, the second call joins the first.
        handled = await asyncio.shield(self.delivery.take(read_update(payload, self._bot)))
        if not handled:
            return web.Response(status=503, headers={"Retry-After": _RETRY_AFTER_S})
        return web.Response()

    def _refuse(self, status: int, reason: str, sentence: str) -> web.Response:
        """Turn a call away; its content is not logged."""
        logger.warning("A call of the webhook was refused: %s", sentence)
        self._metrics.webhook_refused.labels(reason).inc()
        return web.Response(status=status)


def _update_of(body: bytes) -> dict[str, Any] | None:
    """The update as JSON; None for anything else."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict) or type(payload.get("update_id")) is not int:
        return None
    return payload
