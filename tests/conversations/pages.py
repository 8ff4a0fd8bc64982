"""A bot with pages, and what a browser would ask of them."""

import json
import socket
from dataclasses import dataclass
from typing import Any

import aiohttp
import numpy as np

from bot.settings import Settings
from tests.chat import Chat, Message


def with_pages(settings: Settings, path: str = "", **changes: Any) -> Settings:
    """The settings with pages on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pages = {"pages_url": f"http://127.0.0.1:{port}{path}", "pages_port": port}
    return settings.model_copy(update=pages | changes)


def link_of(message: Message) -> str:
    """The address behind the only button of a message."""
    ((button,),) = message["keyboard"]
    address: str = button["url"]
    return address


async def link(chat: Chat, command: str) -> str:
    """The link that a command is answered with."""
    return link_of((await chat.say(command))[-1])


@dataclass
class Visitor:
    """Somebody with a link, who asks what the page's script would ask."""

    http: aiohttp.ClientSession
    link: str
    accepts: str = "*"

    @property
    def ticket(self) -> str:
        return self.link.partition("#")[2]

    def address(self, path: str) -> str:
        return f"{self.link.partition('#')[0].rpartition('/')[0]}/{path}"

    async def get(self, path: str, ticket: str | None = None) -> tuple[int, Any]:
        """Status and answer; JSON where it is some."""
        headers = self._headers(self.ticket if ticket is None else ticket)
        async with self.http.get(self.address(path), headers=headers) as answer:
            if answer.content_type == "application/json":
                return answer.status, await answer.json()
            return answer.status, await answer.read()

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Status and answer of a click."""
        headers = self._headers(self.ticket)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.http.post(self.address(path), data=data, headers=headers) as answer:
            return answer.status, await answer.json()

    def _headers(self, ticket: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {ticket}", "Accept-Language": self.accepts}

    async def map(self) -> tuple[dict[str, Any], list[int], np.ndarray]:
        """What the map says of itself, its rows, and where they lie."""
        status, body = await self.get("data/map")
        assert status == 200, body
        end = body.index(b"\n") + 1
        head = json.loads(body[:end])
        count = head["count"]
        rows = np.frombuffer(body, "<u4", count, end)
        places = np.frombuffer(body, "<f4", 2 * count, end + 4 * count).reshape(count, 2)
        assert len(body) == end + 13 * count
        return head, rows.tolist(), places
