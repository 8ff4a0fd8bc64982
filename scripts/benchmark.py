"""Measures speed on this machine: whole turns through the local Telegram, and indexing.

    python -m scripts.benchmark turns  [--data-dir var/demo] [--count 50]
    python -m scripts.benchmark ingest --images DIR

`turns` runs the bot as a process of its own, as in production, and takes the time from a message to the one with
the buttons, so it contains Redis, the search, and sending six pictures. `ingest` indexes a folder from nothing, in a
process of its own, and again with everything known.
"""

import argparse
import asyncio
import itertools
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import torch
from tqdm import tqdm

from bot.local_telegram import LocalTelegram

_KINDS = ("dress", "T-shirt", "shirt", "hoodie", "skirt", "coat", "hat", "bag")
_COLOURS = ("red", "blue", "green", "black", "white", "yellow", "pink")
_USER = 1
_PAUSE_S = 0.25
"""People read; without pauses it is the limit of 30 calls a second that is measured."""


def main() -> int:
    """Measure, print, and write JSON if asked to."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.benchmark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    suites = parser.add_subparsers(dest="suite", required=True)
    turns = suites.add_parser("turns", help="time of a text turn and of a composed turn")
    turns.add_argument("--data-dir", type=Path, default=Path("var/demo"), help="with a published snapshot (var/demo)")
    turns.add_argument("--count", type=int, default=50, help="turns of each kind (50)")
    ingest = suites.add_parser("ingest", help="pictures a second and peak memory of indexing")
    ingest.add_argument("--images", type=Path, required=True, help="a folder of pictures")
    for suite in (turns, ingest):
        suite.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    if arguments.suite == "turns":
        metrics = asyncio.run(_turns(arguments.data_dir, arguments.count))
    else:
        metrics = _ingest(arguments.images)
    for name, value in metrics.items():
        print(f"{name:32} {value:10.1f}")
    if arguments.json:
        report = {"suite": arguments.suite, "metrics": metrics, "environment": _environment()}
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


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


def _ingest(images: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        first, peak = _reindex(images, Path(directory))
        again, _ = _reindex(images, Path(directory))
    pictures = first["added"]
    return {
        "ingest.pictures": pictures,
        "ingest.pictures_per_s": pictures / first["seconds"],
        "ingest.unchanged_per_s": again["unchanged"] / again["seconds"],
        "ingest.peak_mb": peak,
    }


def _reindex(images: Path, data_dir: Path) -> tuple[dict[str, Any], float]:
    """One run of scripts.reindex; its report, and its peak memory in MB."""
    report = data_dir / "report.json"
    command = [sys.executable, "-m", "scripts.reindex", "--images", str(images), "--data-dir", str(data_dir)]
    # The child's own peak: what this process or an earlier child used does not count.
    code = "import resource,subprocess,sys; c=subprocess.run(sys.argv[1:]).returncode; " + (
        "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(c)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--json", str(report)], stdout=subprocess.PIPE, text=True, check=True
    )
    peak = re.search(r"^peak (\d+)$", done.stdout, re.MULTILINE)
    if peak is None:
        raise RuntimeError("the child did not tell its peak memory")
    figures: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return figures.get("metrics", figures), int(peak[1]) / 1024


def _environment() -> dict[str, str]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cores": str(os.cpu_count()),
        "machine": platform.machine(),
    }


def _no_limit() -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None)


if __name__ == "__main__":
    sys.exit(main())
