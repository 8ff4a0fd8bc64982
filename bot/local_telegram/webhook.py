"""Webhooks: updates are posted to the bot, in order within a lane (a chat, or a person who taps)."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.updates import PendingUpdate, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_PORTS = {80, 88, 443, 8443}
_MAX_DELAY_S = 60.0
_REQUEST_TIMEOUT_S = 60.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def check_url(url: str) -> None:
    """Check the address of a webhook. Raises ApiError as the server does; http to this machine is allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise bad_request("bad webhook: URL host is invalid") from error
    if parts.hostname in _LOOPBACK and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def check_secret(secret: str) -> None:
    """Check the secret token of a webhook. Raises ApiError as the server does."""
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")


class Webhook:
    """The delivery of one bot's updates by POST. Inactive while ``url`` is empty."""

    def __init__(self, clock: Clock, first_delay_s: float) -> None:
        """Prepare; ``first_delay_s`` is the pause before the first repetition, doubled for each further one."""
        self._clock = clock
        self._first_delay_s = first_delay_s
        self.updates = UpdateQueue(clock)
        self.updates.on_push = self._dispatch
        self.url = ""
        self._secret = ""
        self._max_connections = 40
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._last_error: tuple[int, str] | None = None
        # Set by the server: carries out a method call that came as the answer to a webhook.
        self.on_reply: Callable[[Json], Awaitable[None]] | None = None

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Start to deliver to ``url``."""
        self.url, self._secret, self._max_connections = url, secret, max_connections
        self._last_error = None
        self._dispatch()

    async def delete(self) -> None:
        """Stop to deliver; what is on its way is cut off and waits in the queue."""
        self.url = ""
        lanes = list(self._lanes.values())
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def info(self) -> Json:
        """Return the WebhookInfo of the Bot API."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending()),
        }
        if self.url:
            info |= {"max_connections": self._max_connections, "ip_address": "127.0.0.1"}
        if self._last_error is not None:
            info |= {"last_error_date": self._last_error[0], "last_error_message": self._last_error[1]}
        if self.updates.allowed:
            info["allowed_updates"] = sorted(self.updates.allowed)
        return info

    def _dispatch(self) -> None:
        if not self.url:
            return
        for update in self.updates.pending():
            if update.lane not in self._lanes and len(self._lanes) < self._max_connections:
                self._lanes[update.lane] = asyncio.create_task(self._work(update.lane))

    async def _work(self, lane: str) -> None:
        try:
            delay_s = self._first_delay_s
            while waiting := [update for update in self.updates.pending() if update.lane == lane]:
                if await self._post(waiting[0]):
                    self.updates.confirm(waiting[0].update_id)
                    delay_s = self._first_delay_s
                else:
                    await asyncio.sleep(delay_s)
                    delay_s = min(2 * delay_s, _MAX_DELAY_S)
        finally:
            self._lanes.pop(lane, None)
        self._dispatch()

    async def _post(self, update: PendingUpdate) -> bool:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_REQUEST_TIMEOUT_S))
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        try:
            async with self._session.post(self.url, json=update.wire(), headers=headers) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._fail(f"Connection failed: {type(error).__name__}")
            return False
        if not 200 <= response.status < 300:
            self._fail(f"Wrong response from the webhook: {response.status} {response.reason}")
            return False
        await self._carry_out(body)
        return True

    async def _carry_out(self, body: bytes) -> None:
        try:
            reply = json.loads(body)
        except ValueError:
            return
        if isinstance(reply, dict) and isinstance(reply.get("method"), str) and self.on_reply is not None:
            await self.on_reply(reply)

    def _fail(self, message: str) -> None:
        self._last_error = (self._clock.seconds(), message)
