"""The pages over HTTP: their files, which hold nothing of anybody, and the questions that their scripts ask."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.http_server import serve
from bot.pages.answers import Answers
from bot.pages.visits import Refused, Visit, Visits
from retrieval.errors import RetrievalError
from storage.errors import StorageError

logger = logging.getLogger(__name__)

_PAGE = Path(__file__).parent / "page"
MAX_BODY_BYTES = 64 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer: the pages load nothing from anywhere else, and nobody may frame them."""

Answer = Callable[[Visit, web.Request], Awaitable[web.Response]]
Speaking = Callable[[int | None, str], Awaitable[AbstractContextManager[None]]]
"""What is said inside is said as a user wants it, if one is known, else as their browser's Accept-Language does."""


class Pages:
    """The routes of the pages."""

    def __init__(
        self, visits: Visits, answers: Answers, sentence_for: Callable[[Exception], str], speaking: Speaking
    ) -> None:
        """`sentence_for` says a failure to the person."""
        self._speaking = speaking
        self._visits = visits
        self._answers = answers
        self._sentence_for = sentence_for

    def serve(self, url: str, host: str, port: int) -> AbstractAsyncContextManager[int]:
        """Answer on this address, under the path of the public `url`; see `bot.http_server.serve`."""
        prefix = urlsplit(url).path.rstrip("/")
        answers = self._answers
        routes: list[web.AbstractRouteDef] = [
            web.get(f"{prefix}/web", _file("web.html")),
            web.get(f"{prefix}/map", _file("map.html")),
            web.get(f"{prefix}/data/web", self._admitted(answers.result_web)),
            web.get(f"{prefix}/data/map", self._admitted(answers.collection_map)),
            web.get(f"{prefix}/data/found", self._admitted(answers.found)),
            web.get(f"{prefix}/data/item/{{snapshot}}/{{row:\\d{{1,9}}}}", self._admitted(answers.item)),
            web.get(f"{prefix}/data/picture/{{snapshot}}/{{row:\\d{{1,9}}}}", self._admitted(answers.picture)),
            web.post(f"{prefix}/do/refine", self._admitted(answers.refine)),
            web.post(f"{prefix}/do/inside", self._admitted(answers.inside)),
            web.static(f"{prefix}/assets", _PAGE),
        ]
        return serve(routes, host, port, max_body_bytes=MAX_BODY_BYTES, headers=HEADERS)

    def _admitted(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            accepted = request.headers.get("Accept-Language", "")
            with await self._speaking(None, accepted):
                return await answered(request, accepted)

        async def answered(request: web.Request, accepted: str) -> web.Response:
            try:
                visit = await self._visits.admit(request)
                with await self._speaking(visit.person.user, accepted):
                    response = await answer(visit, request)
            except Refused as refusal:
                logger.info("A page's question was refused: %d", refusal.status)
                return web.json_response({"said": str(refusal)}, status=refusal.status, headers=_NOT_KEPT)
            except (RetrievalError, StorageError) as error:
                logger.warning("A page's question failed: %s", error)
                said = self._sentence_for(error)
                return web.json_response({"said": said}, status=503, headers=_NOT_KEPT)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return handle


_NOT_KEPT = {"Cache-Control": "no-store"}


def _file(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / name, headers={"Cache-Control": "no-cache"})

    return handle
