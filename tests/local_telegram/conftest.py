"""A running server for each test, a real python-telegram-bot `Bot` that talks to it, and people who write to it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.local_telegram import LocalTelegram, Options
from tests.local_telegram.simulator import Simulator

OPTIONS = Options(callback_age_s=0.4, tap_timeout_s=1.0, webhook_retry_s=0.05)


@pytest.fixture(autouse=True)
def timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns of its old form of `retry_after` unless it is told to use the new one."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(options=OPTIONS) as server:
        yield server


@pytest.fixture
async def sim(telegram: LocalTelegram) -> AsyncIterator[Simulator]:
    async with aiohttp.ClientSession(telegram.url) as session:
        yield Simulator(session)


@pytest.fixture
async def bot(telegram: LocalTelegram) -> AsyncIterator[Bot]:
    # No certificates are read, which would take longer than most tests: nothing here is encrypted.
    request, updates_request = (HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2))
    async with Bot(
        telegram.token,
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
        request=request,
        get_updates_request=updates_request,
    ) as client:
        yield client


@pytest.fixture
async def ann(bot: Bot, sim: Simulator) -> int:
    """Ann's private chat, in which she has written, with nothing left in the queue."""
    await sim.say("hello")
    updates = await bot.get_updates(timeout=1)
    await bot.get_updates(offset=updates[-1].update_id + 1)
    return 1
