"""Many people at once: turns a second and how long they take, whether any is lost, and what it costs the machine.

Bot, local Telegram and Redis are processes of their own; this one is everybody who searches. Each person asks in words,
taps a picture, refines it, and turns the page, and looks at each answer for a while before the next. A turn is one of
these; `load.searches_per_s` counts only those that search. The collection is made up and made once, see
`load_collection`; all of its pictures go out by `file_id`.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp
from tqdm import tqdm

from bot.local_telegram.world import DEMO_TOKEN
from scripts.benchmarking.load_collection import forget, hand_over, publish_collection
from scripts.benchmarking.load_people import FIRST_USER, PATIENCE_S, Answered, People
from scripts.benchmarking.processes import bot_process, cpu_seconds, resident_mb, telegram_process
from storage.redis_client import connect

_START_S = 120.0
_SEARCHING = {"words": True, "composed": True, "more": True, "card": False}
"""Which turns search."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many people, how long, over how many pictures."""
    parser.add_argument("--chats", type=int, default=500, help="people at the same time (500)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long it is measured (60)")
    parser.add_argument("--think", type=float, default=7.0, help="seconds that a person looks at an answer (7)")
    parser.add_argument("--warming", type=float, default=10.0, help="seconds before that, which do not count (10)")
    parser.add_argument("--pictures", type=int, default=100_000, help="size of the collection (100,000)")
    parser.add_argument("--data-dir", type=Path, default=Path("var/load"), help="where it is kept (var/load)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """Rates, latencies in seconds, losses, processor milliseconds a turn of each process, and memory in MB."""
    publish_collection(options.data_dir, options.pictures)
    return asyncio.run(_load(options))


async def _load(options: argparse.Namespace) -> dict[str, float]:
    state, prefix = options.data_dir / "telegram", f"load-{time.time_ns()}"
    async with (
        await connect(None, options.data_dir / "redis") as redis,
        telegram_process(state) as (url, telegram),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
    ):
        await hand_over(redis, prefix, state, options.pictures)
        settings = {
            "TELEGRAM_BOT_TOKEN": DEMO_TOKEN,
            "TELEGRAM_API_URL": url,
            "DATA_DIR": str(options.data_dir),
            "REDIS_PREFIX": prefix,
            "CLIP_MODEL": "tiny-clip",
            "SEND_LIMITS": "false",  # Telegram's 30 messages a second would be what is measured
            "MESSAGES_PER_MINUTE": "100000",  # people who hardly look at what they find
            "LOG_LEVEL": "WARNING",
        }
        try:
            async with bot_process(settings) as bot:
                server = int((await redis.run(redis.redis.info("server")))["process_id"])
                people = People(http, url, options.think)
                pids = {"bot": bot, "telegram": telegram, "redis": server}
                return await _measure(people, options, pids)
        finally:
            await forget(redis, prefix)


async def _measure(people: People, options: argparse.Namespace, pids: Mapping[str, int]) -> dict[str, float]:
    chats, seconds = options.chats, options.seconds
    await people.arrive(chats)
    listening = asyncio.create_task(people.listen())
    try:
        await people.first(FIRST_USER, _START_S)  # the bot starts meanwhile
        begun = time.monotonic() + options.warming
        until = begun + seconds
        living = [asyncio.create_task(people.live(user, until)) for user in range(FIRST_USER, FIRST_USER + chats)]
        await asyncio.sleep(options.warming)
        before, own = {name: cpu_seconds(pid) for name, pid in pids.items()}, time.process_time()
        memory = []
        for _ in tqdm(range(round(seconds)), unit="s", mininterval=10):
            memory.append(resident_mb(pids["bot"]))
            await asyncio.sleep(max(0.0, begun + len(memory) - time.monotonic()))
        spent = {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}
        spent["people"] = time.process_time() - own
        await asyncio.wait(living, timeout=2 * PATIENCE_S)
        for task in living:
            if task.done():
                task.result()
    finally:
        listening.cancel()
    return figures(people.answers, begun, until, spent, memory) | {"load.unexpected": people.unexpected}


def figures(
    answers: Sequence[Answered], begun: float, until: float, spent: Mapping[str, float], memory: Sequence[float]
) -> dict[str, float]:
    """What is reported of turns that were asked from `begun` to `until`, and answered whenever.

    Args:
        answers: of all people, the first and last seconds included.
        begun: by `time.monotonic`, as the next.
        until: the end.
        spent: processor seconds of each process in that time.
        memory: of the bot, in MB, over that time.
    """
    asked = [answer for answer in answers if begun <= answer.asked < until and answer.kind in _SEARCHING]
    done = [answer for answer in answers if answer.kind in _SEARCHING and answer.ended is not None]
    within = [answer for answer in done if begun <= (answer.ended or 0) < until]
    times = sorted(answer.seconds for answer in asked if answer.seconds is not None)
    if len(times) < 2 or not within:
        raise ValueError("Too few turns were answered to say anything of them: measure for longer.")
    seconds = until - begun
    tenth = max(1, len(memory) // 10)
    return {
        "load.turns_per_s": len(within) / seconds,
        "load.searches_per_s": sum(_SEARCHING[answer.kind] for answer in within) / seconds,
        "load.median_s": statistics.median(times),
        "load.p95_s": times[round(0.95 * (len(times) - 1))],
        "load.slowest_s": times[-1],
        "load.lost": sum(answer.seconds is None for answer in asked),
        **{f"load.{name}.cpu_ms_per_turn": 1e3 * cpu / len(within) for name, cpu in spent.items()},
        "load.bot.cores": spent.get("bot", 0.0) / seconds,
        "load.bot.mb_first": statistics.median(memory[:tenth]),
        "load.bot.mb_last": statistics.median(memory[-tenth:]),
    }
