"""How long `python -m bot` takes until its first answer, and how much memory `python -m scripts.demo` then holds.

Both are started as a person starts them, and talked to over the local Telegram. The demo's catalogue is drawn once.
Memory is read from /proc of every process of the demo: RSS counts what processes share once for each, PSS once.
"""

import argparse
import asyncio
import os
import re
import signal
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.local_telegram.world import DEMO_TOKEN
from scripts.benchmarking.processes import bot_process, cpu_seconds, telegram_process

_USER = 1
_READY = re.compile(r"ready after .* open (http://\S+)")
_PATIENCE_S = 120.0
_CONVERSATION = ("a red summer dress", "[1]", "the same with long sleeves", "[2]", "darker", "[More]", "/web", "/map")
"""What is said, or in brackets the button that is tapped."""
_PAUSE_S = 0.02


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How often, and where the demo and the bot's collection lie."""
    parser.add_argument("--rounds", type=int, default=3, help="starts of each (3)")
    parser.add_argument("--data-dir", type=Path, default=Path("var/demo"), help="where the demo lies (var/demo)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """Medians: seconds and processor seconds until the bot's first answer; the demo's memory in MB."""
    found: dict[str, list[float]] = {}
    for number in range(-1, options.rounds):  # the first ones warm the disk, and draw the demo
        figures = asyncio.run(_demo(options.data_dir)) | asyncio.run(_bot(options.data_dir))
        print(", ".join(f"{name} {value:.4g}" for name, value in figures.items()), flush=True)
        for name, value in figures.items() if number >= 0 else ():
            found.setdefault(f"start.{name}", []).append(value)
    return {name: statistics.median(values) for name, values in found.items()}


async def _bot(data_dir: Path) -> dict[str, float]:
    async with telegram_process(data_dir / "telegram") as (url, _), aiohttp.ClientSession(url) as http:
        settings = {
            "TELEGRAM_BOT_TOKEN": DEMO_TOKEN,
            "TELEGRAM_API_URL": url,
            "DATA_DIR": str(data_dir),
            "REDIS_PREFIX": f"start-{time.time_ns()}",
            "LOG_LEVEL": "WARNING",
        }
        await _post(http, "user", id=_USER, first_name="Ann")
        started = time.monotonic()
        async with bot_process(settings) as pid:
            await _post(http, "message", text="a red dress")
            while not any(message["buttons"] for message in await _transcript(http)):
                _check(started)
                await asyncio.sleep(_PAUSE_S)
            return {
                "first_answer_s": time.monotonic() - started,
                "first_answer_cpu_s": cpu_seconds(pid),
                "bot_rss_mb": memory_mb(pid)["Rss"],
            }


async def _demo(data_dir: Path) -> dict[str, float]:
    async with _demo_process(data_dir) as (pid, url), aiohttp.ClientSession(url) as http:
        before = _of_all(pid)
        for said in _CONVERSATION:
            await _turn(http, said)
        after = _of_all(pid)
        return {
            "demo_listening_rss_mb": before["Rss"],
            "demo_rss_mb": after["Rss"],
            "demo_pss_mb": after["Pss"],
            "demo_bot_rss_mb": memory_mb(pid)["Rss"],
        }


@asynccontextmanager
async def _demo_process(data_dir: Path) -> AsyncIterator[tuple[int, str]]:
    command = [sys.executable, "-u", "-m", "scripts.demo", "--port", str(_free_port()), "--data-dir", str(data_dir)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    try:
        url = None
        while url is None:
            line = await process.stdout.readline() if process.stdout is not None else b""
            if not line:
                raise OSError("the demo did not start")
            found = _READY.search(line.decode())
            url = found[1] if found else None
        yield process.pid, url
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _turn(http: aiohttp.ClientSession, said: str) -> None:
    """Say something, or tap a button, and wait until the bot has nothing more to do."""
    if said.startswith("["):
        label = said.strip("[]")
        holding = [m for m in await _transcript(http) if any(label in row for row in m["buttons"])]
        if not holding:
            raise OSError(f"no message of the demo has a button {label!r}")
        await _post(http, "tap", message_id=holding[-1]["message_id"], button=label)
    else:
        await _post(http, "message", text=said)
    begun = time.monotonic()
    while await _busy(http):
        _check(begun)
        await asyncio.sleep(_PAUSE_S)


def _check(begun: float) -> None:
    if time.monotonic() - begun > _PATIENCE_S:
        raise OSError(f"no answer within {_PATIENCE_S:g} seconds")


async def _busy(http: aiohttp.ClientSession) -> bool:
    async with http.get("/sim/queue") as answer:
        return bool((await answer.json())["updates"])


async def _transcript(http: aiohttp.ClientSession) -> list[dict[str, list[list[str]]]]:
    async with http.get("/sim/transcript", params={"chat": _USER}) as answer:
        messages: list[dict[str, list[list[str]]]] = (await answer.json())["messages"]
        return messages


async def _post(http: aiohttp.ClientSession, action: str, **fields: object) -> None:
    async with http.post(f"/sim/{action}", json={"user": _USER, "chat": _USER, **fields}) as answer:
        answer.raise_for_status()
        await answer.read()


def memory_mb(pid: int) -> Mapping[str, float]:
    """`Rss` and `Pss` of a process in MB (proc_pid_smaps(5)).

    Raises:
        OSError: it has ended.
    """
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return {name: int(kb) / 1024 for name, kb in re.findall(r"^(Rss|Pss):\s+(\d+) kB$", text, re.MULTILINE)}


def _of_all(session: int) -> Mapping[str, float]:
    """Of all processes of a session together."""
    total = {"Rss": 0.0, "Pss": 0.0}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(entry.name)) == session:
                for name, mb in memory_mb(int(entry.name)).items():
                    total[name] += mb
        except OSError:  # it has ended meanwhile
            continue
    return total
