"""Indexing from the command line: one at a time across processes, with a progress bar, cancelled by Ctrl-C."""

import asyncio
import os
import socket
import sys
from collections.abc import Generator
from contextlib import closing

from tqdm import tqdm

from bot.models import load_models, recipe_of
from bot.publishing import Catalogue, publish_catalogue
from bot.reindex import LOCK_NAME
from bot.settings import Settings
from retrieval.entry import Source
from retrieval.errors import CatalogueInvalid, IndexingFailed
from retrieval.indexing import Progress, Report
from storage.keys import Keys
from storage.locks import Lock
from storage.redis_client import connect
from storage.snapshots import SnapshotStore

BATCH = 32


async def index(settings: Settings, catalogue: Catalogue, stopping: asyncio.Event) -> Report | None:
    """Index and publish with a progress bar; None when `stopping` was set before the end.

    Raises:
        retrieval.errors.RetrievalError: model, catalogue, disk, or the lock was lost; one sentence.
        storage.errors.LockHeld: somebody else is indexing.
        storage.errors.StorageUnavailable: Redis, which keeps the lock, does not answer.
    """
    store = SnapshotStore(settings.data_dir / "snapshots")
    source = catalogue.open(store)
    if source is None:
        raise CatalogueInvalid("Name the pictures to index with --images FOLDER or --catalog FILE.")
    url = settings.redis_url.get_secret_value() if settings.redis_url else None
    owner = f"scripts.reindex, on {socket.gethostname()}, process {os.getpid()}"
    keys = Keys(settings.redis_prefix, _bot_id(settings))
    async with (
        await connect(url, settings.data_dir / "redis") as redis,
        Lock(redis, keys, LOCK_NAME, owner) as lock,
    ):
        with closing(await asyncio.to_thread(_prepare, settings, store, source)) as steps:
            return await follow(steps, stopping, lock)


def _prepare(settings: Settings, store: SnapshotStore, source: Source) -> Generator[Progress, None, None]:
    models = load_models(settings)
    return publish_catalogue(store, recipe_of(settings, models), source, models.encoder.encode_images, BATCH)


async def follow(steps: Generator[Progress, None, None], stopping: asyncio.Event, lock: Lock) -> Report | None:
    """Do the steps, each on a thread of its own so that the lock is renewed meanwhile, with a progress bar.

    Raises:
        IndexingFailed: the lock was lost; None is for who wanted to stop.
    """
    # In a log file each drawing of the bar is one more line.
    interval_s = 0.1 if sys.stderr.isatty() else 10.0
    with tqdm(desc="Indexing", unit=" pictures", dynamic_ncols=True, mininterval=interval_s) as bar:
        while not stopping.is_set():
            if lock.lost:
                raise IndexingFailed(
                    "The lock that keeps others from reindexing was lost (Redis did not answer, or this machine stood "
                    "still for half a minute): start again; the collection stays as it was."
                )
            progress = await asyncio.to_thread(next, steps, None)
            if progress is None:
                break
            bar.total = progress.total
            bar.set_postfix({"skipped": progress.failed} if progress.failed else {}, refresh=False)
            if progress.map_share is not None:
                bar.set_description(f"Indexing (map {progress.map_share:.0%})", refresh=False)
            bar.update(progress.done - bar.n)
            if progress.report is not None:
                return progress.report
    return None


def _bot_id(settings: Settings) -> int:
    """The bot whose reindexing must not run at the same time; without a token there is none."""
    digits = settings.telegram_bot_token.get_secret_value().split(":")[0]
    return int(digits) if digits.isdecimal() else 0
