"""A local Telegram, a proxy, and bots without a model behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.local_telegram import LocalTelegram, Options
from bot.settings import Settings
from tests.chat import Chat
from tests.delivery.front import Front

GROUP = -1001
SECRET = "a-secret_of-the-tests"


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(options=Options(webhook_retry_s=0.05)) as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    front = Front()
    await front.start()
    yield front
    await front.stop()


@pytest.fixture
def ann(telegram: LocalTelegram, http: aiohttp.ClientSession) -> Chat:
    return Chat(http, telegram.url, 1, 1)


@pytest.fixture
def group(telegram: LocalTelegram, http: aiohttp.ClientSession) -> Chat:
    return Chat(http, telegram.url, 1, GROUP)


@pytest.fixture
def eventually() -> Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]:
    async def wait(condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(30):
            while not await condition():  # noqa: ASYNC110  what is waited for happens behind HTTP
                await asyncio.sleep(0.02)

    return wait


@pytest.fixture
def polling(telegram: LocalTelegram, redis_url: str, key_prefix: str, tmp_path: Path) -> Settings:
    """Of a bot that polls."""
    return Settings(
        _env_file=None,
        telegram_bot_token=SecretStr(telegram.token),
        telegram_api_url=telegram.url,
        data_dir=tmp_path,
        redis_url=SecretStr(redis_url),
        redis_prefix=key_prefix,
        send_limits=False,
    )


@pytest.fixture
def webhook(polling: Settings, front: Front) -> Settings:
    """Of a bot behind the proxy, on any free port."""
    changes = {"webhook_url": front.url, "webhook_secret": SecretStr(SECRET), "webhook_port": 0}
    return polling.model_copy(update=changes)
