"""Whole turns through the local Telegram, from a message to the one with the buttons.

The bot runs as a process of its own, as in production, so the time contains Redis, the search and
sending six pictures.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from tqdm import tqdm

from bot.local_telegram import LocalTelegram

_KINDS = ("dress", "T-shirt", "shirt", "hoodie", "skirt", "coat", "hat", "bag")
_COLOURS = ("red", "blue", "green", "black", "white", "yellow", "pink")
_USER = 1
_PAUSE_S = 0.25
"""People read; without pauses it is the limit of 30 calls a second that is measured."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which snapshot, and how many turns."""
    parser.add_argument("--data-dir", type=Path, default=Path("var/demo"), help="with a published snapshot (var/demo)")
    parser.add_argument("--count", type=int, default=50, help="turns of each kind (50)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """Median and 95th percentile of a text turn, a card and a composed turn, in milliseconds."""
    return asyncio.run(_turns(options.data_dir, options.count))


async def _turns(data_dir: Path, count: int) -> dict[str, float]:
    async with LocalTelegram(port=0) as telegram, aiohttp.ClientSession() as http:
        environment = {
            **os.environ,
            "SEND_LIMITS": "false",
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "DATA_DIR": str(data_dir),
            "REDIS_PREFIX": f"benchmark-{time.time_ns()}",
            "LOG_LEVEL": "WARNING",
        }
        bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", env=environment)
        try:
            person = _Person(http, telegram.url)
            async with http.get(f"{telegram.url}/sim/events", params={"user": _USER}, timeout=_no_limit()) as events:
                person.events = events
                await person.turn("/sim/message", text="a red dress")  # the bot starts meanwhile
                return await _measure(person, count)
        finally:
            bot.terminate()
            await bot.wait()


async def _measure(person: "_Person", count: int) -> dict[str, float]:
    wordings = [f"a {colour} {kind}" for kind, colour in itertools.product(_KINDS, _COLOURS)][:count]
    text, card, composed = [], [], []
    for number, wording in enumerate(tqdm(wordings, unit="turn")):
        await person.turn("/sim/message", text="/new", control=False)
        await asyncio.sleep(_PAUSE_S)
        text.append(await person.turn("/sim/message", text=wording))
        await asyncio.sleep(_PAUSE_S)
        control = person.control
        card.append(await person.turn("/sim/tap", message_id=control, button="1"))
        await asyncio.sleep(_PAUSE_S)
        colour = _COLOURS[(number + 3) % len(_COLOURS)]
        composed.append(await person.turn("/sim/message", text=f"make it {colour}"))
    figures: dict[str, float] = {}
    for name, times in (("text", text), ("card", card), ("composed", composed)):
        figures[f"turns.{name}.median_ms"] = statistics.median(times)
        figures[f"turns.{name}.p95_ms"] = statistics.quantiles(times, n=20)[-1]
    return figures


class _Person:
    """Sends and taps, and waits for the message with the buttons."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self.events: aiohttp.ClientResponse
        self.control = 0

    async def turn(self, path: str, control: bool = True, **fields: Any) -> float:
        """Do something; milliseconds until the bot's next message (`control`: the next one with buttons)."""
        started = time.perf_counter()
        request = asyncio.create_task(
            self._http.post(f"{self._url}{path}", json={"user": _USER, "chat": _USER, **fields})
        )
        async for line in self.events.content:
            if not line.startswith(b"data:"):
                continue
            event = json.loads(line[5:])
            message = event.get("message") or {}
            if event["type"] in {"message", "edited"} and message.get("from") == "bot":
                if control and not message["buttons"]:
                    continue
                self.control = message["message_id"]
                break
        elapsed = 1000 * (time.perf_counter() - started)
        (await request).release()
        return elapsed


def _no_limit() -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None)
