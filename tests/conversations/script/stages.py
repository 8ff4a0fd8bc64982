"""The bots that the conversations are had with, each started when the first conversation needs it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from PIL import Image
from pydantic import SecretStr

from bot.local_telegram import LocalTelegram
from bot.publishing import Recipe, publish_catalogue
from bot.settings import Settings
from retrieval.catalogue import folder, read_catalogue
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from retrieval.entry import Source
from storage.snapshots import SnapshotStore
from tests.conversations.conftest import running
from tests.conversations.pages import with_pages
from tests.conversations.script.performing import Stage

ADMINS = tuple(range(501, 541))


class Stages:
    """Every bot by its name.

    shop: the rendered products, with pages to look at; folder: photos of which nothing is written, some of them
    twice; doubtful: the products, with strengths, so that it knows what is not close; desk: a folder that is
    indexed anew.
    """

    def __init__(self, collection: Path, data_dir: Path, redis_url: str, key_prefix: str) -> None:
        self._collection, self._data_dir = collection, data_dir
        self._redis_url, self._key_prefix = redis_url, key_prefix
        self._open = AsyncExitStack()
        self._stages: dict[str, Stage] = {}

    async def close(self) -> None:
        """Stop the bots."""
        await self._open.aclose()

    async def get(self, name: str) -> Stage:
        """The bot of this name, listening."""
        if name not in self._stages:
            self._stages[name] = await self._open.enter_async_context(self._started(name))
        return self._stages[name]

    @asynccontextmanager
    async def _started(self, name: str) -> AsyncIterator[Stage]:
        data_dir, images = self._data_dir / name, None
        if name == "shop":
            data_dir = self._collection
        elif name == "doubtful":
            catalogue = read_catalogue(self._collection / "catalogue" / "catalogue.csv")
            await asyncio.to_thread(_publish, data_dir, catalogue, True)
        else:
            images = data_dir / "pictures"
            await asyncio.to_thread(self._photograph, images)
            await asyncio.to_thread(_publish, data_dir, folder(images), False)
        async with LocalTelegram(port=0) as telegram, aiohttp.ClientSession() as http:
            settings = Settings(
                _env_file=None,
                telegram_bot_token=SecretStr(telegram.token),
                telegram_api_url=telegram.url,
                admin_ids=frozenset(ADMINS),
                data_dir=data_dir,
                images=images,
                sentence_model="none",
                redis_url=SecretStr(self._redis_url),
                redis_prefix=f"{self._key_prefix}-{name}",
                messages_per_minute=10_000,
                send_limits=False,
            )
            async with running(with_pages(settings) if name == "shop" else settings):
                shown = images or self._collection / "catalogue" / "images"
                yield Stage(telegram, http, sorted(shown.glob("copy-*" if images else "bag-*")), list(ADMINS))

    def _photograph(self, images: Path) -> None:
        """A shirt and a shoe, nine views of each, and one view of the shirt seven times more."""
        images.mkdir(parents=True)
        for kind in ("shirt", "shoe"):
            with Image.open(self._collection / "catalogue" / "images" / f"{kind}-0001.jpg") as picture:
                width, height = picture.size
                for number in range(9):
                    left, top = width * (number % 3) // 10, height * (number // 3) // 10
                    picture.crop((left, top, left + width * 8 // 10, top + height * 8 // 10)).save(
                        images / f"{kind}-{number}.jpg"
                    )
        for number in range(7):
            shutil.copy(images / "shirt-4.jpg", images / f"copy-{number}.jpg")


def _publish(data_dir: Path, source: Source, strengths: bool) -> None:
    encoder = load_encoder("tiny-clip")
    recipe = Recipe(
        encoder,
        load_composition("auto", encoder),
        "tiny-clip",
        None,
        "faiss",
        strengths=strengths,
        exact_matches=False,
    )
    for _ in publish_catalogue(SnapshotStore(data_dir / "snapshots"), recipe, source, encoder.encode_images, 32):
        pass
