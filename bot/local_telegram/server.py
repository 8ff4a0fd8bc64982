"""The server: Bot API, control interface and chat page on one port of 127.0.0.1."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.local_telegram.calls import Call
from bot.local_telegram.control import Control
from bot.local_telegram.control_reading import control_errors, same_origin
from bot.local_telegram.control_world import WorldControl
from bot.local_telegram.dispatch import Dispatcher
from bot.local_telegram.errors import ApiError
from bot.local_telegram.file_ids import resolve_file_id
from bot.local_telegram.wire import MAX_BODY_BYTES
from bot.local_telegram.world import DEMO_TOKEN, Options, World

_PAGE = Path(__file__).parent / "page"
# Long polls end at once when the server stops.
_SHUTDOWN_S = 0.5


class LocalTelegram:
    """A Bot API server for one machine.

    ``async with LocalTelegram(port=0) as telegram: telegram.url`` — a bot uses ``base_url`` and ``base_file_url``.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        state: Path | None = None,
        options: Options | None = None,
    ) -> None:
        """Prepare; ``port`` 0 takes a free one, ``state`` is a folder in which files survive a restart."""
        self._host = host
        self._port = port
        self._state = state
        self._options = options or Options()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._runner: web.AppRunner | None = None
        self._world: World | None = None
        self.token = DEMO_TOKEN

    @property
    def world(self) -> World:
        """Return what the server knows. Raises RuntimeError before the start."""
        if self._world is None:
            raise RuntimeError("The local Telegram server has not been started.")
        return self._world

    @property
    def url(self) -> str:
        """Return the address of the server and the chat page, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    @property
    def base_url(self) -> str:
        """Return ``base_url`` for python-telegram-bot."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """Return ``base_file_url`` for python-telegram-bot."""
        return f"{self.url}/file/bot"

    def problems(self) -> list[Call]:
        """Return the calls so far that Telegram refused or silently repaired."""
        return [call for call in self.world.calls.since(0) if call.lint or call.status >= 400]

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._world = World(self._options, self._files_directory())
        application = self._application(self._world)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and end what is going on."""
        if self._world is not None:
            await self._world.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _files_directory(self) -> Path:
        if self._state is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="local-telegram-")
            return Path(self._temporary.name)
        directory = self._state / "files"
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def _application(self, world: World) -> web.Application:
        # The limit of the body is checked by the reader, which answers in the form of the Bot API.
        application = web.Application(client_max_size=MAX_BODY_BYTES + 1, middlewares=[same_origin, control_errors])
        application.router.add_route("*", "/bot{token}/{method}", Dispatcher(world).serve)
        application.router.add_get("/file/bot{token}/{folder}/{name}", self._download)
        application.router.add_routes(Control(world).routes())
        application.router.add_routes(WorldControl(world).routes())
        application.router.add_get("/", self._index)
        if _PAGE.is_dir():
            application.router.add_static("/page/", _PAGE)
            application.on_response_prepare.append(_ask_again)
        return application

    async def _index(self, request: web.Request) -> web.StreamResponse:
        if (_PAGE / "index.html").is_file():
            return web.FileResponse(_PAGE / "index.html", headers={"Cache-Control": "no-cache"})
        return web.Response(text="Local Telegram is running; its chat page is not installed.")

    async def _download(self, request: web.Request) -> web.Response:
        account = self.world.account(request.match_info["token"])
        file_id = request.match_info["name"].partition(".")[0]
        try:
            reference = resolve_file_id(file_id, account.token)
            body = await self.world.files.read(reference)
        except ApiError as error:
            raise ApiError(404, "Not Found") from error
        return web.Response(body=body, content_type="application/octet-stream")


async def _ask_again(request: web.Request, response: web.StreamResponse) -> None:
    """Let browsers ask whether a file of the page has changed, so that an upgrade shows at once."""
    if request.path.startswith("/page/"):
        response.headers["Cache-Control"] = "no-cache"
