"""People who search, each in a chat of their own: they ask, wait for the answer, look at it, and ask again.

What they see comes by one stream of the local Telegram, the calls of the bot. An answer counts only if it is in the
chat that asked, says what was asked for there, and comes after the one before.
"""

import asyncio
import itertools
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.texts import BUTTON_MORE
from scripts.benchmarking.load_collection import COLOURS, KINDS

PATIENCE_S = 30.0
"""A turn that is not answered by then is lost."""
FIRST_USER = 1000
_DETAILS = ("", " with long sleeves", " with pockets", " for the summer", " made of wool", " with a belt")
_CHANGES = ("darker", "brighter", "with a hood", "plain", "striped", "more elegant", "shorter", "with buttons")
_SHOWING = {"sendMessage", "sendPhoto", "editMessageMedia"}
_SEED = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """One turn: when it was asked, and the seconds that its answer took; None where it is lost."""

    kind: str
    asked: float
    seconds: float | None

    @property
    def ended(self) -> float | None:
        """When the answer came."""
        return None if self.seconds is None else self.asked + self.seconds


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer to a turn says, and that it has buttons."""

    words: str = ""
    buttons: bool = True

    def fits(self, said: str, buttons: bool) -> bool:
        """Whether a message may be that answer."""
        return self.words in said and (buttons or not self.buttons)


@dataclass(slots=True)
class People:
    """Everybody, and what is sent to them. `answers` grows with every turn."""

    http: aiohttp.ClientSession
    url: str
    think_s: float
    answers: list[Answered] = field(default_factory=list)
    unexpected: int = 0
    _waiting: dict[int, tuple[Expected, "asyncio.Future[int]"]] = field(default_factory=dict)

    async def arrive(self, count: int) -> None:
        """Let `count` people into the world."""
        for user in range(FIRST_USER, FIRST_USER + count):
            await self._post("user", id=user, first_name=f"Person {user}")

    async def listen(self) -> None:
        """Read what the bot does, until cancelled."""
        address = f"{self.url}/sim/events"
        async with self.http.get(
            address, params={"user": FIRST_USER - 1}, timeout=aiohttp.ClientTimeout(total=None)
        ) as events:
            async for line in events.content:
                if line.startswith(b"data:") and b'"call"' in line:
                    event = json.loads(line[5:])
                    if event["type"] == "call":
                        self._called(event["call"])

    async def first(self, user: int, patience_s: float) -> None:
        """Ask once and wait until the bot answers at all. Raises OSError."""
        if await self.turn(user, "new", Expected(buttons=False), {"text": "/new"}, 0, patience_s) is None:
            raise OSError(f"the bot gave no answer within {patience_s:g} seconds of its start")

    async def live(self, user: int, until: float) -> None:
        """Search again and again until the clock (`time.monotonic`) says `until`."""
        rng = random.Random(_SEED * user)
        await asyncio.sleep(rng.random() * self.think_s)
        texts = [f"a {colour} {kind}{detail}" for colour, kind, detail in itertools.product(COLOURS, KINDS, _DETAILS)]
        while time.monotonic() < until:
            wish, change = rng.choice(texts), rng.choice(_CHANGES)
            control = 0
            for kind, expected, action in (
                ("new", Expected(buttons=False), {"text": "/new"}),
                ("words", Expected(wish), {"text": wish}),
                ("card", Expected(), {"button": str(rng.randint(1, 6))}),
                ("composed", Expected(change), {"text": change}),
                ("more", Expected(change), {"button": BUTTON_MORE}),
            ):
                message = await self.turn(user, kind, expected, action, control)
                if message is None or time.monotonic() > until:
                    break
                control = message
                if kind != "new":
                    await asyncio.sleep(self.think_s * (0.5 + rng.random()))

    async def turn(
        self,
        user: int,
        kind: str,
        expected: Expected,
        action: dict[str, str],
        control: int,
        patience_s: float = PATIENCE_S,
    ) -> int | None:
        """Do something; the message with the buttons then on screen, None where no answer came."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting[user] = expected, future
        asked = time.monotonic()
        try:
            async with asyncio.timeout(patience_s):
                if "button" in action:
                    await self._post("tap", user=user, chat=user, message_id=control, **action)
                else:
                    await self._post("message", user=user, chat=user, **action)
                message = await future
        except TimeoutError:
            self.answers.append(Answered(kind, asked, None))
            return None
        finally:
            del self._waiting[user]
        self.answers.append(Answered(kind, asked, time.monotonic() - asked))
        return control if kind == "card" else message

    def _called(self, call: dict[str, Any]) -> None:
        """Take a call of the bot: the expected message ends a turn; any other, a refusal for one, is counted."""
        if call["method"] not in _SHOWING or call["status"] != 200:
            return
        result = call["answer"]
        chat = result["chat"]["id"]
        expected, future = self._waiting.get(chat, (None, None))
        said = result.get("text") or result.get("caption") or ""
        if expected is None or future is None or future.done() or not expected.fits(said, "reply_markup" in result):
            self.unexpected += 1
        else:
            future.set_result(result["message_id"])

    async def _post(self, action: str, **fields: Any) -> None:
        async with self.http.post(f"{self.url}/sim/{action}", json=fields) as answer:
            answer.raise_for_status()
            await answer.read()
