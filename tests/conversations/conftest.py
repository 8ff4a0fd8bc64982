"""The whole bot over real HTTP: a rendered collection, a real Redis, and the local Telegram."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import run
from bot.local_telegram import LocalTelegram
from bot.publishing import Recipe, publish_catalogue
from bot.settings import Settings
from retrieval.catalogue import read_catalogue
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from scripts.rendering.catalogue import write_catalogue
from storage.snapshots import SnapshotStore
from tests.chat import Chat

PRODUCTS = 154
ADMIN, BEN = 1, 2
GROUP = -1001


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with rendered products, indexed with the bundled model; without strengths every album is full."""
    data_dir = tmp_path_factory.mktemp("collection")
    catalogue = write_catalogue(data_dir / "catalogue", count=PRODUCTS, processes=1, progress=False)
    encoder = load_encoder("tiny-clip")
    recipe = Recipe(encoder, load_composition("auto", encoder), "tiny-clip", None, "faiss", strengths=False, map=True)
    store = SnapshotStore(data_dir / "snapshots")
    for _ in publish_catalogue(store, recipe, read_catalogue(catalogue), encoder.encode_images, 32):
        pass
    yield data_dir
    shutil.rmtree(data_dir)


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    """A fresh local Telegram."""
    async with LocalTelegram(port=0) as server:
        yield server


@pytest.fixture
def settings(telegram: LocalTelegram, collection: Path, redis_url: str, key_prefix: str) -> Settings:
    """Of a bot on the collection, which it must not change."""
    return Settings(
        _env_file=None,
        telegram_bot_token=SecretStr(telegram.token),
        telegram_api_url=telegram.url,
        admin_ids=frozenset({ADMIN}),
        data_dir=collection,
        sentence_model="none",  # a second model to load in each test that reindexes
        redis_url=SecretStr(redis_url),
        redis_prefix=key_prefix,
        messages_per_minute=10_000,
        send_limits=False,
    )


RunBot = Callable[[Settings], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """A bot that listens."""
    stopping, listening = asyncio.Event(), asyncio.Event()
    bot = asyncio.create_task(run(settings, stopping, listening))
    waiting = asyncio.create_task(listening.wait())
    await asyncio.wait({bot, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if bot.done():
            await bot
        yield
    finally:
        stopping.set()
        await bot


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[None]:
    """The bot, listening."""
    async with running(settings):
        yield


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client for the control interface."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def ann(telegram: LocalTelegram, http: aiohttp.ClientSession) -> AsyncIterator[Chat]:
    """The administrator in her private chat. Afterwards nothing may have been refused or silently repaired."""
    chat = Chat(http, telegram.url, ADMIN, ADMIN)
    yield chat
    problems = [(call.method, call.answer, call.lint) for call in telegram.problems()]
    assert not problems, problems


@pytest.fixture
def ben(telegram: LocalTelegram, http: aiohttp.ClientSession) -> Chat:
    """Somebody who is no administrator, in his private chat."""
    return Chat(http, telegram.url, BEN, BEN)


@pytest.fixture
def eventually() -> Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]:
    """Wait for something that takes a moment."""

    async def wait(condition: Callable[[], Awaitable[bool]], timeout_s: float = 20.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not await condition():  # noqa: ASYNC110  what is waited for happens behind HTTP
                await asyncio.sleep(0.02)

    return wait
