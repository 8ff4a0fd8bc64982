"""The control interface of local Telegram, as the tests of this folder use it."""

import io
import re
from typing import Any

import aiohttp
from PIL import Image

Json = dict[str, Any]


def picture(colour: str = "red", size: tuple[int, int] = (300, 400), kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


def exactly(refusal: str) -> str:
    """A pattern for the whole of a refusal; python-telegram-bot changes the case of its letters."""
    return f"(?i)^{re.escape(refusal)}$"


class Simulator:
    """People's side: what they send, tap and see."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def post(self, path: str, status: int = 200, **body: Any) -> Json:
        async with self.session.post(f"/sim/{path}", json=body) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def get(self, path: str, status: int = 200) -> Json:
        async with self.session.get(f"/sim/{path}") as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def say(self, text: str, user: int = 1, chat: int | None = None, **more: Any) -> int:
        answer = await self.post("message", user=user, chat=user if chat is None else chat, text=text, **more)
        return answer["message_id"]

    async def upload(
        self, path: str, *files: bytes, name: str = "picture.jpg", status: int = 200, user: int = 1, **fields: Any
    ) -> Json:
        form = aiohttp.FormData()
        for key, value in {"user": user, "chat": user, **fields}.items():
            form.add_field(key, str(value))
        for data in files:
            form.add_field("file", io.BytesIO(data), filename=name)
        async with self.session.post(f"/sim/{path}", data=form) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def tap(self, message_id: int, button: str, user: int = 1, chat: int | None = None) -> Json | None:
        body = {"user": user, "chat": user if chat is None else chat, "message_id": message_id, "button": button}
        return (await self.post("tap", **body))["answer"]

    async def transcript(self, chat: int = 1) -> list[Json]:
        return (await self.get(f"transcript?chat={chat}"))["messages"]

    async def message(self, message_id: int, chat: int = 1) -> Json:
        return next(message for message in await self.transcript(chat) if message["message_id"] == message_id)

    async def calls(self, since: int = 0) -> list[Json]:
        return (await self.get(f"calls?since={since}"))["calls"]

    async def lint(self) -> list[str]:
        return [entry for call in await self.calls() for entry in call["lint"]]
