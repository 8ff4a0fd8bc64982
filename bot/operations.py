"""`/healthz`, `/readyz` and `/metrics`, on a port of their own that only the operator reaches."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from aiohttp import web
from prometheus_client import exposition

from bot.http_server import serve
from bot.metrics import Metrics
from storage.errors import StorageError

Check = Callable[[], Awaitable[str | None]]
"""Why a part is of no use right now, for the operator; None while it is."""


class Operations:
    """Says how the bot is doing. It listens before anything else is open, and until everything is closed."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._checks: dict[str, Check] = {}
        self._phase = "starting"

    def serve(self, host: str, port: int) -> AbstractAsyncContextManager[int]:
        """Answer on this address; see `bot.http_server.serve`."""
        routes = [
            web.get("/healthz", self._health),
            web.get("/readyz", self._readiness),
            web.get("/metrics", self._exposition),
        ]
        return serve(routes, host, port)

    def check(self, name: str, check: Check) -> None:
        """Let readiness depend on `check`."""
        self._checks[name] = check

    def started(self) -> None:
        """Everything is open: from now on the checks decide."""
        self._phase = ""

    def stopping(self) -> None:
        """No new work is taken: not ready any more."""
        self._phase = "stopping"

    async def _health(self, _: web.Request) -> web.Response:
        """The event loop turns, or nobody would answer."""
        return web.Response(text="ok\n")

    async def _readiness(self, _: web.Request) -> web.Response:
        trouble = {"phase": self._phase} if self._phase else {}
        if not trouble:
            for name, check in self._checks.items():
                reason = await _outcome(check)
                if reason is not None:
                    trouble[name] = reason
        return web.json_response({"ready": not trouble, "trouble": trouble}, status=503 if trouble else 200)

    async def _exposition(self, request: web.Request) -> web.Response:
        encode, content_type = exposition.choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._metrics.registry), headers={"Content-Type": content_type})


async def _outcome(check: Check) -> str | None:
    try:
        return await check()
    except StorageError as error:
        return str(error)
