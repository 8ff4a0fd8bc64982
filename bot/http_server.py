"""One small HTTP server, for the webhook, the page of operations, and the pages that people open."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

_SHUTDOWN_S = 5.0
"""How long connections may still be open after the last answer was made."""


class PortTaken(Exception):
    """The address cannot be listened on; one sentence says which."""


@asynccontextmanager
async def serve(
    routes: Iterable[web.AbstractRouteDef],
    host: str,
    port: int,
    *,
    max_body_bytes: int = 64 * 1024,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[int]:
    """Answer the routes until the block is left; gives the port (a free one for port 0).

    `headers` go with every answer. Addresses and bodies are not logged: they hold what people write.

    Raises:
        PortTaken: somebody else listens there, or the host is not this machine's.
    """
    application = web.Application(client_max_size=max_body_bytes)
    application.add_routes(routes)

    async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers or {})

    application.on_response_prepare.append(add_headers)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise PortTaken(f"Nothing can listen on {host}, port {port}: {error.strerror or error}.") from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
