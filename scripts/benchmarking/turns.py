"""Whole turns through the local Telegram, from a message to the one with the buttons, and their processor time.

`turns.overhead_ms` is what a turn costs the processor outside model and index: dialog, Redis, rendering and the calls
of Telegram, albums by `file_id`, until nothing is left to do. The bot runs on a thread of this process, so that its
threads' own clocks tell this; Telegram and Redis are processes of their own. The collection is made up, see
`load_collection`.
"""

import argparse
import asyncio
import itertools
import statistics
import time
from pathlib import Path

import aiohttp
import torch
from pydantic import SecretStr
from tqdm import tqdm

from bot.local_telegram.world import DEMO_TOKEN
from bot.settings import Settings
from bot.texts import BUTTON_MORE
from scripts.benchmarking.bot_thread import BotThread
from scripts.benchmarking.load_collection import COLOURS, KINDS, forget, hand_over, publish_collection
from scripts.benchmarking.load_people import FIRST_USER, Expected, People
from scripts.benchmarking.processes import telegram_process
from storage.redis_client import connect

_PAUSE_S = 0.1
"""People read; meanwhile the bot stores the dialog and confirms the update, which belongs to the turn."""
_WARMING = 2
_START_S = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many turns, over how many pictures."""
    parser.add_argument("--count", type=int, default=50, help="turns of each kind (50)")
    parser.add_argument("--pictures", type=int, default=5000, help="size of the collection (5,000)")
    parser.add_argument("--data-dir", type=Path, default=Path("var/turns"), help="where it is kept (var/turns)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """Milliseconds of processor time outside model and index, and of waiting: median, and 95th percentile of these."""
    publish_collection(options.data_dir, options.pictures)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # threads of torch's own would count as the bot's
    try:
        return asyncio.run(_turns(options.data_dir, options.pictures, options.count))
    finally:
        torch.set_num_threads(threads)


async def _turns(data_dir: Path, pictures: int, count: int) -> dict[str, float]:
    state, prefix = data_dir / "telegram", f"turns-{time.time_ns()}"
    async with (
        await connect(None, data_dir / "redis") as redis,
        telegram_process(state) as (url, _),
        aiohttp.ClientSession() as http,
    ):
        await hand_over(redis, prefix, state, pictures)
        settings = Settings(
            _env_file=None,
            telegram_bot_token=SecretStr(DEMO_TOKEN),
            telegram_api_url=url,
            data_dir=data_dir,
            redis_prefix=prefix,
            messages_per_minute=100_000,
            send_limits=False,
        )
        try:
            async with BotThread(settings) as bot:
                return await _measure(bot, People(http, url, 0.0), count)
        finally:
            await forget(redis, prefix)


async def _measure(bot: BotThread, people: People, count: int) -> dict[str, float]:
    await people.arrive(1)
    listening = asyncio.create_task(people.listen())
    overhead: dict[str, list[float]] = {}
    try:
        await people.first(FIRST_USER, _START_S)
        wordings = itertools.cycle(f"a {colour} {kind}" for kind, colour in itertools.product(KINDS, COLOURS))
        for number, wording in enumerate(tqdm(itertools.islice(wordings, count + _WARMING), total=count + _WARMING)):
            if number == _WARMING:
                overhead.clear()
                people.answers.clear()
            control = 0
            for kind, expected, action in (
                ("new", Expected(buttons=False), {"text": "/new"}),
                ("text", Expected(wording), {"text": wording}),
                ("card", Expected(), {"button": "1"}),
                ("composed", Expected("darker"), {"text": "darker"}),
                ("more", Expected("darker"), {"button": BUTTON_MORE}),
            ):
                before = bot.overhead_s()
                message = await people.turn(FIRST_USER, kind, expected, action, control)
                if message is None:
                    raise OSError(f"a turn ({kind}) was not answered")
                control = message
                await asyncio.sleep(_PAUSE_S)
                overhead.setdefault(kind, []).append(1e3 * (bot.overhead_s() - before))
    finally:
        listening.cancel()
    return _figures(people, overhead)


def _figures(people: People, overhead: dict[str, list[float]]) -> dict[str, float]:
    overhead.pop("new")
    everything = [spent for several in overhead.values() for spent in several]
    tenths = statistics.quantiles(everything, n=10)
    figures = {
        "turns.overhead_ms": statistics.median(everything),
        "turns.overhead_low_ms": tenths[0],
        "turns.overhead_high_ms": tenths[-1],
    }
    for kind, spent in overhead.items():
        times = [1e3 * answer.seconds for answer in people.answers if answer.kind == kind and answer.seconds]
        figures[f"turns.{kind}.overhead_ms"] = statistics.median(spent)
        figures[f"turns.{kind}.median_ms"] = statistics.median(times)
        figures[f"turns.{kind}.p95_ms"] = statistics.quantiles(times, n=20)[-1]
    return figures
