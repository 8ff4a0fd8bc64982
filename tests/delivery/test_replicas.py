"""Two processes of one bot behind one address, one of them killed: every chat keeps its order, nothing is lost."""

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.delivery.conftest import SECRET
from tests.delivery.front import Front

ROOT = Path(__file__).resolve().parents[2]
CHATS = 200
TEXTS = ["one", "two", "three"]


class Replica:
    """`python -m tests.delivery.replica`."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._environment = {
            **os.environ,
            "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
            "TELEGRAM_API_URL": settings.telegram_api_url,
            "DATA_DIR": str(settings.data_dir),
            "REDIS_URL": settings.redis_url.get_secret_value(),
            "REDIS_PREFIX": settings.redis_prefix,
            "SEND_LIMITS": "false",
            "WEBHOOK_URL": settings.webhook_url,
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_PORT": "0",
            "PAUSE_S": "0.02",
        }
        self._log = log

    async def start(self) -> int:
        """Start it; the port it listens on."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.delivery.replica",
                cwd=ROOT,
                env=self._environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        line = await self._process.stdout.readline()
        assert line, self._log.read_text(encoding="utf-8")
        return int(line)

    async def end(self, number: signal.Signals) -> int:
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()


@pytest.fixture
async def replicas(webhook: Settings, front: Front, tmp_path: Path) -> AsyncIterator[list[Replica]]:
    started = [Replica(webhook, tmp_path / f"log-{number}") for number in range(2)]
    front.ports = list(await asyncio.gather(*(replica.start() for replica in started)))
    yield started
    for replica in started:
        await replica.end(signal.SIGKILL)


async def _say_everything(telegram, ann) -> range:
    """Each of many people writes every text, in order, faster than anybody answers."""
    chats = range(1000, 1000 + CHATS)
    for chat in chats:
        await ann.post("user", id=chat, first_name=f"Person {chat}")
    telegram.world.calls.clear()
    for text in TEXTS:
        for chat in chats:
            await ann.post("message", user=chat, chat=chat, text=text)
    return chats


async def _answers(ann, chat: int) -> list[str]:
    messages = (await ann.get("transcript", chat=chat))["messages"]
    return [message["text"] for message in messages if message["from"] == "bot"]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_one_of_two_is_killed_and_every_chat_gets_every_answer_in_order(telegram, ann, front, replicas, tmp_path):
    chats = await _say_everything(telegram, ann)
    assert (await ann.get("queue"))["updates"]  # in the middle of it
    assert await replicas[0].end(signal.SIGKILL) == -signal.SIGKILL
    async with asyncio.timeout(200):
        while telegram.world.primary().updates.pending():  # noqa: ASYNC110  what is waited for happens behind HTTP
            await asyncio.sleep(0.2)
    answers = {chat: await _answers(ann, chat) for chat in chats}
    # One that was cut off between its send and its remembering is answered twice, which is the gap that is left.
    assert {
        chat: said for chat, said in answers.items() if [text for text, _ in itertools.groupby(said)] != TEXTS
    } == {}
    repeated = sum(len(said) - len(TEXTS) for said in answers.values())
    print(f"{CHATS} chats, {CHATS * len(TEXTS)} messages, {repeated} answered twice")
    assert repeated <= CHATS // 4
    assert "Traceback" not in (tmp_path / "log-1").read_text(encoding="utf-8")


async def test_a_replica_that_ends_politely_repeats_nothing(ann, front, replicas):
    for text in TEXTS:
        await ann.post("message", text=text)
    assert await replicas[0].end(signal.SIGTERM) == 0
    await ann.settle()
    assert await _answers(ann, 1) == TEXTS
