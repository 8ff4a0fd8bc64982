"""Server-sent events: what happens in the simulated Telegram, told to open chat pages."""

import asyncio
import json

from aiohttp import web

from bot.local_telegram.errors import Json

_KEEPALIVE_S = 15.0
_BACKLOG = 1000


class EventHub:
    """Spreads events to the pages; a page that does not read loses the oldest ones and reloads."""

    def __init__(self) -> None:
        """Start without pages."""
        self._pages: dict[asyncio.Queue[Json | None], int] = {}

    def emit(self, event: Json, users: set[int] | None = None) -> None:
        """Send ``event`` to the pages of ``users``, to all pages where that is None."""
        for page, user in self._pages.items():
            if users is None or user in users:
                if page.full():
                    page.get_nowait()
                page.put_nowait(event)

    def close(self) -> None:
        """End all streams."""
        for page in self._pages:
            if page.full():
                page.get_nowait()
            page.put_nowait(None)

    async def stream(self, request: web.Request, user: int) -> web.StreamResponse:
        """Serve the events of ``user`` until the page goes or the server stops."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        page: asyncio.Queue[Json | None] = asyncio.Queue(_BACKLOG)
        self._pages[page] = user
        try:
            await response.write(b": hello\n\n")
            while True:
                try:
                    event = await asyncio.wait_for(page.get(), _KEEPALIVE_S)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        except ConnectionError:
            pass  # the page was closed
        finally:
            del self._pages[page]
        return response
