"""Writes one new snapshot into a staging folder: rows as they come, then index and check, and the manifest last."""

import dataclasses
import filecmp
import os
import random
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import numpy as np

from retrieval.bank_queries import asked_embeddings
from retrieval.calibration import Ask, calibrate, sample_rows
from retrieval.embedding import normalize
from retrieval.errors import IndexingFailed
from retrieval.index_builder import RECALL, IndexFigures, build_index, is_tuned
from retrieval.indexes import load_index
from retrieval.item_table import FILE_NAME as ITEMS_FILE
from retrieval.item_table import Item, ItemTable, ItemTableWriter
from retrieval.manifest import Manifest, Provenance, write_manifest
from retrieval.protocols import Embeddings, Features, VectorIndex
from retrieval.snapshot import FEATURES_FILE, INDEX_FILE, Snapshot
from retrieval.strength import FILE_NAME as STRENGTH_FILE
from retrieval.strength import FORMAT as STRENGTH_FORMAT

_CHECKED_ROWS = 32
_CHECK_DEPTH = 10
_SAME_SCORE = 1e-3


class SnapshotWriter:
    """Fills one folder. Whoever makes it calls `finish` or `abort`; any one thread at a time may use it."""

    def __init__(self, directory: Path, provenance: Provenance) -> None:
        """Start in `directory`, which is made when it is missing. Raises IndexingFailed."""
        self._directory = directory
        self._provenance = provenance
        with _disk_errors(), ExitStack() as undo:
            directory.mkdir(parents=True, exist_ok=True)
            undo.callback(shutil.rmtree, directory, ignore_errors=True)
            self._features = undo.enter_context((directory / FEATURES_FILE).open("wb"))
            self._items = ItemTableWriter(directory / ITEMS_FILE)
            undo.pop_all()

    def __len__(self) -> int:
        """Number of rows so far."""
        return len(self._items)

    def having(self, item_ids: Collection[str]) -> set[str]:
        """Those of these ids that have a row already. Raises IndexingFailed."""
        with _disk_errors():
            return self._items.having(item_ids)

    def add(self, items: Sequence[Item], features: Features) -> None:
        """Append rows.

        Args:
            items: n items with ids that are not there yet.
            features: [n, d] raw, finite and not zero.

        Raises:
            IndexingFailed: the disk is full or fails.
            ValueError: the shapes do not fit.
        """
        if features.shape != (len(items), self._provenance.dimension):
            raise ValueError(f"{len(items)} items of width {self._provenance.dimension} got features {features.shape}")
        with _disk_errors():
            self._features.write(np.ascontiguousarray(features, dtype="<f4").tobytes())
            self._items.add(items)

    def finish(
        self, failed: int, ask: Ask | None = None, min_recall: float = RECALL, previous: Snapshot | None = None
    ) -> Manifest:
        """Build and save the index, check that rows find themselves, calibrate, make it durable, write the manifest.

        Args:
            failed: number of catalogue entries that were skipped, for the manifest.
            ask: runs the model for the calibration of strengths; None leaves that out.
            min_recall: of the 50 nearest so many must be found, or there will be no snapshot.
            previous: a snapshot whose items are the same; where its features are as well, and it was made with the same
                things, its index and calibration are taken over.

        Raises:
            IndexingFailed: there are no rows, the disk is full, or the index finds too little.
        """
        count = len(self)
        if count == 0:
            raise IndexingFailed("There is nothing to index: not one readable picture was found.")
        with _disk_errors():
            self._features.flush()
            os.fsync(self._features.fileno())
            self._features.close()
            self._items.finish()
            features = np.memmap(
                self._directory / FEATURES_FILE, dtype="<f4", mode="r", shape=(count, self._provenance.dimension)
            )
            index_file = self._directory / INDEX_FILE
            kept = previous if previous is not None and self._is_like(previous, ask, min_recall) else None
            if kept is None:
                search = dataclasses.asdict(self._build_index(features, index_file, ask, min_recall))
            else:
                search = dict(kept.manifest.search or {})
                shutil.copyfile(kept.directory / INDEX_FILE, index_file)
            # The saved file is checked, not the object in memory: it is what will be served.
            self._check(load_index(index_file), features)
            if kept is None:
                strength = 0 if ask is None else self._calibrate(features, ask)
            else:
                strength = kept.manifest.strength
                if strength:
                    shutil.copyfile(kept.directory / STRENGTH_FILE, self._directory / STRENGTH_FILE)
            for path in sorted(self._directory.iterdir()):
                _sync(path)
            manifest = Manifest.describe(self._provenance, count=count, failed=failed, strength=strength, search=search)
            write_manifest(self._directory, manifest)
            _sync(self._directory)
        return manifest

    def abort(self) -> None:
        """Throw the folder away. Harmless when it is gone already."""
        # Closing flushes, which fails again on a full disk; the file is closed all the same.
        with suppress(OSError):
            self._features.close()
        self._items.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _is_like(self, previous: Snapshot, ask: Ask | None, min_recall: float) -> bool:
        """Whether index and calibration of a snapshot with the same items would come out as they are there."""
        made = previous.manifest
        figures = made.search or {}
        recall = min(float(figures.get(name, 0)) for name in ("recall_at_50", "recall_at_50_text"))
        return (
            made.made_like(self._provenance)
            and made.strength == (0 if ask is None else STRENGTH_FORMAT)
            and recall >= min_recall
            and filecmp.cmp(previous.directory / FEATURES_FILE, self._directory / FEATURES_FILE, shallow=False)
        )

    def _calibrate(self, features: Features, ask: Ask) -> int:
        calibration = calibrate(*self._sample(features), ask)
        if calibration is None:
            return 0
        calibration.save(self._directory / STRENGTH_FILE)
        return STRENGTH_FORMAT

    def _sample(self, features: Features) -> tuple[list[Item], Features]:
        rows = sample_rows(len(features))
        table = ItemTable(self._directory / ITEMS_FILE)
        try:
            return [table.item_at(row) for row in rows.tolist()], np.array(features[rows], dtype=np.float32)
        finally:
            table.close()

    def _build_index(self, features: Features, path: Path, ask: Ask | None, min_recall: float) -> IndexFigures:
        kind = self._provenance.index
        asked = None
        if ask is not None and is_tuned(kind, *features.shape):
            asked = asked_embeddings(*self._sample(features), ask)
        figures = build_index(features, path, kind, asked, max(min_recall, RECALL))
        if figures.recall < min_recall:
            raise IndexingFailed(
                f"The new index ({figures.kind}) finds {figures.recall:.1%} of the 50 nearest, not {min_recall:.1%}; "
                "it was thrown away: set INDEX=faiss to search exactly, or INDEX_MIN_RECALL lower."
            )
        return figures

    def _check(self, index: VectorIndex, features: Features) -> None:
        if len(index) != len(features):
            raise IndexingFailed(f"The new index has {len(index)} rows instead of {len(features)}; it was thrown away.")
        rows = sorted(random.Random(0).sample(range(len(features)), min(_CHECKED_ROWS, len(features))))
        missed = 0
        for row, hits in zip(rows, index.search(_embeddings(features[rows]), _CHECK_DEPTH), strict=True):
            found, scores = hits
            # A picture that is there twice may be found by its twin: the score tells as well as the row.
            itself = row in found.tolist() or (len(scores) > 0 and float(scores[0]) >= 1 - _SAME_SCORE)
            missed += not itself
        # Approximate kinds may miss a few; more than one in ten is a broken index.
        if missed * 10 > len(rows):
            raise IndexingFailed(
                f"The new index does not find {missed} of {len(rows)} pictures put into it; it was thrown away."
            )


def _embeddings(features: Features) -> Embeddings:
    return normalize(np.array(features, dtype=np.float32))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _failed(str(error)) from error
    except OSError as error:
        raise _failed(error.strerror or str(error)) from error


def _failed(reason: str) -> IndexingFailed:
    return IndexingFailed(
        f"The new snapshot could not be written ({reason}): free some disk space and start again; "
        "the collection as it was stays in service."
    )
