"""One small HTTP server, for the webhook and for the page of operations."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

_SHUTDOWN_S = 5.0
"""How long connections may still be open after the last answer was made."""


class PortTaken(Exception):
    """The address cannot be listened on; one sentence says which."""


@asynccontextmanager
async def serve(
    routes: Iterable[web.RouteDef], host: str, port: int, *, max_body_bytes: int = 64 * 1024
) -> AsyncIterator[int]:
    """Answer the routes until the block is left; gives the port (a free one for port 0).

    Addresses and bodies are not logged: they hold what people write.

    Raises:
        PortTaken: somebody else listens there, or the host is not this machine's.
    """
    application = web.Application(client_max_size=max_body_bytes)
    application.add_routes(routes)
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
