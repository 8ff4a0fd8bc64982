"""A person in a chat of the local Telegram, for tests: says, taps, and sees what the bot answers."""

import asyncio
import io
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

Message = dict[str, Any]
_PAUSE_S = 0.01


@dataclass
class Chat:
    """One person in one chat, over the control interface of the local Telegram.

    `seen` is the number of messages that `answer` has given already.
    """

    http: aiohttp.ClientSession
    url: str
    user: int = 1
    chat: int = 1
    thread: int | None = None
    timeout_s: float = 30.0
    _seen: set[int] = field(default_factory=set)

    async def say(self, text: str, reply_to: int | None = None) -> list[Message]:
        """Send a text; what the bot answered."""
        await self.post("message", text=text, reply_to=reply_to, thread_id=self.thread)
        return await self.answer()

    async def send_photo(self, data: bytes, caption: str = "", **fields: str) -> list[Message]:
        """Send a photo; what the bot answered."""
        await self.upload("photo", data, caption=caption, **fields)
        return await self.answer()

    async def tap(self, label: str, message_id: int | None = None) -> Message | None:
        """Press a button of the latest message that has it; the answer to the callback query."""
        if message_id is None:
            message_id = (await self.last_with(label))["message_id"]
        answered = await self.post("tap", message_id=message_id, button=label)
        await self.settle()
        answer: Message | None = answered["answer"]
        return answer

    async def tap_while_busy(self, label: str) -> Message | None:
        """Press a button without waiting for more than the answer to the callback query."""
        message_id = (await self.last_with(label))["message_id"]
        answered = await self.post("tap", message_id=message_id, button=label)
        answer: Message | None = answered["answer"]
        return answer

    async def last_with(self, label: str) -> Message:
        """The latest message that has a button of this label."""
        for message in reversed(await self.transcript()):
            if any(label in row for row in message["buttons"]):
                return message
        raise AssertionError(f"no message has a button {label!r}")

    async def answer(self) -> list[Message]:
        """The bot's messages that have come since the last time, when it has nothing more to do."""
        await self.settle()
        fresh = [message for message in await self.transcript() if message["message_id"] not in self._seen]
        self._seen.update(message["message_id"] for message in fresh)
        return [message for message in fresh if message["from"] == "bot"]

    async def settle(self) -> None:
        """Wait until the bot has confirmed every update."""
        give_up = time.monotonic() + self.timeout_s
        while (await self.get("queue"))["updates"]:
            if time.monotonic() > give_up:
                raise AssertionError("the bot has not handled everything in time")
            await asyncio.sleep(_PAUSE_S)

    async def transcript(self) -> list[Message]:
        """Every message of the chat."""
        messages: list[Message] = (await self.get("transcript", chat=self.chat))["messages"]
        return messages

    async def calls(self) -> list[Message]:
        """Every Bot API call."""
        calls: list[Message] = (await self.get("calls"))["calls"]
        return calls

    async def get(self, what: str, **query: Any) -> Any:
        """Look at something."""
        async with self.http.get(f"{self.url}/sim/{what}", params=query) as response:
            return await response.json()

    async def post(self, what: str, **fields: Any) -> Any:
        """Do something."""
        async with self.http.post(
            f"{self.url}/sim/{what}", json={"user": self.user, "chat": self.chat, **fields}
        ) as it:
            answer = await it.json()
            assert it.status == 200, answer
            return answer

    async def upload(self, what: str, data: bytes, name: str = "photo.jpg", **fields: str) -> Any:
        """Send a file."""
        form = aiohttp.FormData()
        for key, value in {"user": self.user, "chat": self.chat, **fields}.items():
            form.add_field(key, str(value))
        form.add_field("file", io.BytesIO(data), filename=name)
        async with self.http.post(f"{self.url}/sim/{what}", data=form) as it:
            answer = await it.json()
            assert it.status == 200, answer
            return answer


def photos(messages: list[Message]) -> list[Message]:
    """Those that are pictures of an album or a card."""
    return [message for message in messages if message["photo"]]


def words(messages: list[Message]) -> str:
    """Everything that was said."""
    return "\n".join(filter(None, (message["text"] or message["caption"] for message in messages)))


def labels(message: Message) -> list[str]:
    """The labels of a message's buttons."""
    return [label for row in message["buttons"] for label in row]
