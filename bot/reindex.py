"""The admin's reindexing: one at a time across processes, built beside the live snapshot, published when it is whole.

Pictures are encoded on the worker thread between searches, which pass first; everything else runs on a thread of its
own.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bot.gallery import Gallery
from retrieval.catalogue import folder, read_catalogue, reopen
from retrieval.entry import Source
from retrieval.errors import CatalogueInvalid
from retrieval.indexing import Progress, build_snapshot
from retrieval.manifest import Provenance
from retrieval.protocols import Features
from retrieval.snapshot import Snapshot
from storage.errors import LockHeld, SnapshotMissing
from storage.locks import Lock

logger = logging.getLogger(__name__)

LOCK_NAME = "reindex"
BATCH = 16
"""Pictures encoded between two looks at the queue of searches: few, so that nobody waits long."""
KEEP_SNAPSHOTS = 2


class ReindexCancelledError(Exception):
    """The admin stopped it, or the lock was lost; the live snapshot is untouched."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which pictures are indexed: a folder, a catalogue file, or what the live snapshot was made from."""

    images: Path | None = None
    catalog: Path | None = None


class Reindexer:
    """Runs reindexings, one at a time."""

    def __init__(
        self,
        gallery: Gallery,
        lock: Callable[[str], Lock],
        where: Where,
        model: str,
        pretrained: str | None,
        index: str,
    ) -> None:
        """Reindex into `gallery`; model, pretrained and index are named in the manifest as the settings name them.

        `lock` makes this process's claim to the reindexing; its argument says who asks, in words for others.
        """
        self._gallery = gallery
        self._lock = lock
        self._where = where
        self._model = model
        self._pretrained = pretrained
        self._index = index
        self._cancelled = asyncio.Event()
        self.running = False

    def source(self) -> Source | None:
        """What would be indexed; None when nobody has said so.

        Raises:
            CatalogueInvalid: it cannot be read at all.
        """
        if self._where.catalog is not None:
            return read_catalogue(self._where.catalog)
        if self._where.images is not None:
            return folder(self._where.images)
        try:
            description = self._gallery.snapshot.manifest.source
        except SnapshotMissing:
            return None
        return reopen(description) if description else None

    def cancel(self) -> None:
        """Stop the running one after its current batch."""
        self._cancelled.set()

    async def run(self, owner: str) -> AsyncIterator[Progress]:
        """Index, publish and serve; the last progress carries the report.

        Args:
            owner: who asks, in words for others.

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
            async with self._lock(owner) as lock:
                async for progress in self._build(lock):
                    yield progress
        finally:
            self.running = False

    async def _build(self, lock: Lock) -> AsyncIterator[Progress]:
        source = await asyncio.to_thread(self.source)
        if source is None:
            raise CatalogueInvalid("Nothing says where the pictures are: set IMAGES or CATALOG.")
        gallery = self._gallery
        previous = await asyncio.to_thread(self._previous)
        directory = gallery.store.staging()
        steps: Generator[Progress, None, None] = build_snapshot(
            source,
            self._encode,
            directory,
            Provenance(
                fingerprint=gallery.encoder.fingerprint,
                model=self._model,
                pretrained=self._pretrained,
                dimension=gallery.encoder.dimension,
                composition=gallery.composition.name,
                index=self._index,
                source=source.description,
            ),
            previous=previous,
            batch_size=BATCH,
        )
        final: Progress | None = None
        try:
            while (progress := await asyncio.to_thread(next, steps, None)) is not None:
                if self._cancelled.is_set() or lock.lost:
                    raise ReindexCancelledError
                if progress.report is None:
                    yield progress
                else:
                    final = progress
        finally:
            await asyncio.to_thread(steps.close)
            if previous is not None:
                previous.close()
        published = await asyncio.to_thread(gallery.store.publish, directory)
        logger.info("Published snapshot %s", published.name)
        await gallery.refresh()
        await asyncio.to_thread(gallery.store.prune, KEEP_SNAPSHOTS)
        if final is not None:
            yield final

    def _previous(self) -> Snapshot | None:
        """The live snapshot, opened anew: features of unchanged pictures are taken over from it."""
        try:
            live = self._gallery.snapshot.directory
        except SnapshotMissing:
            return None
        return Snapshot.open(live, None, None, with_index=False)

    def _encode(self, pictures: Sequence[Image.Image]) -> Features:
        return self._gallery.worker.call(lambda: self._gallery.encoder.encode_images(pictures))
