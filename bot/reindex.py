"""The admin's reindexing: one at a time across processes, built beside the live snapshot, published when it is whole.

Pictures are encoded on the worker thread between searches, which pass first; everything else runs on a thread of its
own.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from PIL import Image

from bot.gallery import Gallery
from bot.publishing import Catalogue, Recipe, publish_catalogue
from retrieval.entry import Source
from retrieval.errors import CatalogueInvalid, IndexingFailed
from retrieval.indexing import Progress
from retrieval.protocols import Features
from storage.errors import LockHeld
from storage.locks import Lock

logger = logging.getLogger(__name__)

LOCK_NAME = "reindex"
BATCH = 16
"""Pictures encoded between two looks at the queue of searches: few, so that nobody waits long."""


class ReindexCancelledError(Exception):
    """The admin stopped it; the live snapshot is untouched."""


class Reindexer:
    """Runs reindexings, one at a time."""

    def __init__(self, gallery: Gallery, lock: Callable[[str], Lock], catalogue: Catalogue, recipe: Recipe) -> None:
        """Reindex `catalogue` into the store of `gallery`.

        `lock` makes this process's claim to the reindexing; its argument says who asks, in words for others.
        """
        self._gallery = gallery
        self._lock = lock
        self._catalogue = catalogue
        self._recipe = recipe
        self._cancelled = asyncio.Event()
        self.running = False

    def source(self, written: str = "") -> Source | None:
        """What would be indexed: the path that was `written`, or what the settings say; None when nobody has said so.

        Raises:
            CatalogueInvalid: it cannot be read at all.
        """
        return self._catalogue.at(written) if written else self._catalogue.open(self._gallery.store)

    def cancel(self) -> None:
        """Stop the running one after its current batch."""
        self._cancelled.set()

    async def run(self, owner: str, written: str = "") -> AsyncGenerator[Progress, None]:
        """Index, publish and serve; the last progress carries the report.

        Args:
            owner: who asks, in words for others.
            written: see `source`.

        Raises:
            LockHeld: somebody else is reindexing.
            ReindexCancelledError: it was cancelled.
            CatalogueInvalid, IndexingFailed: it cannot be done; the live snapshot is untouched.
        """
        if self.running:
            raise LockHeld("A reindexing is running already.", "this bot")
        self.running = True
        self._cancelled.clear()
        try:
            async with self._lock(owner) as lock, aclosing(self._build(lock, written)) as steps:
                async for progress in steps:
                    yield progress
        finally:
            self.running = False

    async def _build(self, lock: Lock, written: str) -> AsyncGenerator[Progress, None]:
        source = await asyncio.to_thread(self.source, written)
        if source is None:
            raise CatalogueInvalid("Nothing says where the pictures are: set IMAGES or CATALOG.")
        door = self._gallery.worker.call
        steps = publish_catalogue(self._gallery.store, self._recipe, source, self._encode, BATCH, door)
        try:
            while (progress := await asyncio.to_thread(next, steps, None)) is not None:
                if progress.report is not None:
                    await self._gallery.refresh()
                elif self._cancelled.is_set():
                    raise ReindexCancelledError
                elif lock.lost:
                    raise IndexingFailed("The lock that keeps others from reindexing was lost.")
                yield progress
        finally:
            await asyncio.to_thread(steps.close)

    def _encode(self, pictures: Sequence[Image.Image]) -> Features:
        return self._gallery.worker.call(lambda: self._recipe.encoder.encode_images(pictures))
