"""One snapshot of the collection, opened for searching.

    <snapshot>/
      manifest.json   what made it, and how much there is; written last
      items.sqlite    row, id, content hash, path, metadata
      features.f32    raw features, little-endian float32 [n, d]
      index.bin       the vector index over the normalised features
      strength.npz    what tells matches from the nearest there is; not in snapshots of earlier versions

Published folders are never changed, so any number of processes may read one.
"""

import functools
import random
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import SnapshotInvalid
from retrieval.facets import Facets
from retrieval.file_names import display
from retrieval.indexes import load_index
from retrieval.item_table import FILE_NAME as ITEMS_FILE
from retrieval.item_table import Item, ItemTable
from retrieval.manifest import Manifest, read_manifest
from retrieval.protocols import Features, Rows, VectorIndex
from retrieval.strength import FILE_NAME as STRENGTH_FILE
from retrieval.strength import FORMAT as STRENGTH_FORMAT
from retrieval.strength import Calibration

FEATURES_FILE = "features.f32"
INDEX_FILE = "index.bin"


class Snapshot:
    """Items, raw features and index of one published folder. Items and features may be read from any thread.

    Attributes:
        calibration: gives hits their strength; None where the snapshot has none that this version reads.
    """

    def __init__(
        self,
        directory: Path,
        manifest: Manifest,
        items: ItemTable,
        index: VectorIndex | None,
        calibration: Calibration | None = None,
    ) -> None:
        """Use `Snapshot.open`."""
        self.directory = directory
        self.manifest = manifest
        self._items = items
        self._index = index
        self.calibration = calibration
        self._features: NDArray[np.float32] = np.memmap(
            directory / FEATURES_FILE, dtype="<f4", mode="r", shape=(manifest.count, manifest.dimension)
        )

    @classmethod
    def open(
        cls,
        directory: Path,
        fingerprint: str | None,
        composition: str | None,
        *,
        with_index: bool = True,
        device: str = "cpu",
    ) -> "Snapshot":
        """Open a published folder and verify that it is whole and fits.

        Args:
            directory: the snapshot's folder.
            fingerprint: the encoder's; None accepts any.
            composition: `Composition.name` in force; None accepts any.
            with_index: False leaves the index file alone, for those who only want items and features.
            device: `cuda` puts the index onto the graphics card where FAISS can.

        Raises:
            SnapshotInvalid: one sentence that says what to do.
        """
        manifest = read_manifest(directory)
        if manifest.count == 0:
            raise SnapshotInvalid(
                "The snapshot holds no pictures: run `python -m scripts.reindex --images FOLDER` on a folder with some."
            )
        _check_fits(manifest, fingerprint, composition)
        _check_features(directory, manifest)
        items = ItemTable(directory / ITEMS_FILE)
        try:
            _check_count("item table", len(items), manifest.count)
            index = _open_index(directory, manifest, device) if with_index else None
            calibrated = with_index and manifest.strength == STRENGTH_FORMAT
            calibration = Calibration.load(directory / STRENGTH_FILE, manifest.dimension) if calibrated else None
        except SnapshotInvalid:
            items.close()
            raise
        return cls(directory, manifest, items, index, calibration)

    def __len__(self) -> int:
        """n, the number of rows."""
        return self.manifest.count

    @property
    def index(self) -> VectorIndex:
        """The vector index; only the thread that searches may use it. Raises ValueError if opened without."""
        if self._index is None:
            raise ValueError("this snapshot was opened without its index")
        return self._index

    def find(self, item_id: str) -> Item | None:
        """Look an item up by id, or None."""
        return self._items.find(item_id)

    def item(self, item_id: str) -> Item:
        """Look an item up by id. Raises ReferenceUnknown."""
        return self._items.item(item_id)

    def item_at(self, row: int) -> Item:
        """Look an item up by row. Raises ReferenceUnknown."""
        return self._items.item_at(row)

    def row(self, item_id: str) -> int:
        """Row of an item. Raises ReferenceUnknown."""
        return self._items.row(item_id)

    def find_all(self, item_ids: Collection[str]) -> dict[str, Item]:
        """The items of these ids that are there, by id."""
        return self._items.find_all(item_ids)

    def rows(self, item_ids: Collection[str]) -> dict[str, int]:
        """Row of each of these items that is there, in their order."""
        return self._items.rows(item_ids)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """Ids of some rows, in their order. Raises ReferenceUnknown."""
        return self._items.ids(rows)

    def contents(self, item_ids: Collection[str]) -> dict[str, tuple[int, str]]:
        """Row and content hash of each of these items that is there, by id."""
        return self._items.contents(item_ids)

    def row_of_content(self, content_hash: str) -> int | None:
        """Some row whose picture has this content, or None."""
        return self._items.row_of_content(content_hash)

    def features(self, rows: Rows | Sequence[int]) -> Features:
        """Raw features of some rows, [n, d] float32, a copy. Raises IndexError."""
        return np.array(self._features[np.asarray(rows, dtype=np.int64)], dtype=np.float32)

    def items(self) -> Iterator[Item]:
        """All items in row order."""
        return self._items.items()

    @functools.cached_property
    def facets(self) -> Facets:
        """What filters can ask; made from all items when it is first needed, in a second per 100,000 of them."""
        return Facets(self.items())

    def sample(self, count: int, seed: int) -> list[Item]:
        """Up to `count` different items, the same ones for the same seed."""
        chosen = random.Random(seed).sample(range(len(self)), min(count, len(self)))
        return [self.item_at(row) for row in chosen]

    def close(self) -> None:
        """Release the item table; the mapping of the features goes with the object."""
        self._items.close()


def _check_fits(manifest: Manifest, fingerprint: str | None, composition: str | None) -> None:
    if fingerprint is not None and manifest.fingerprint != fingerprint:
        made_with, runs = manifest.fingerprint.split("@")[0], fingerprint.split("@")[0]
        if made_with == runs:
            raise SnapshotInvalid(
                f"This snapshot was made with other weights or preprocessing of {runs} "
                f"({manifest.fingerprint}, now {fingerprint}): run `python -m scripts.reindex`."
            )
        setting = f"CLIP_MODEL={manifest.model}"
        if manifest.pretrained is not None:
            setting += f" and CLIP_PRETRAINED={manifest.pretrained}"
        raise SnapshotInvalid(
            f"This snapshot was made with {made_with}, the bot runs {runs}: "
            f"run `python -m scripts.reindex`, or set {setting}."
        )
    if composition is not None and manifest.composition != composition:
        raise SnapshotInvalid(
            f"This snapshot names the composition {manifest.composition}, the bot runs {composition}: run "
            "`python -m scripts.reindex` to record the new one (no picture is encoded again), "
            "or set COMBINER back."
        )


def _check_features(directory: Path, manifest: Manifest) -> None:
    try:
        size = (directory / FEATURES_FILE).stat().st_size
    except OSError as error:
        raise _damaged(f"the features in {display(directory)} are missing") from error
    if size != 4 * manifest.count * manifest.dimension:
        raise _damaged(f"{size} bytes of features are not {manifest.count} x {manifest.dimension} numbers")


def _open_index(directory: Path, manifest: Manifest, device: str) -> VectorIndex:
    index = load_index(directory / INDEX_FILE, device)
    _check_count("index", len(index), manifest.count)
    if index.dimension != manifest.dimension:
        raise _damaged(f"the index is {index.dimension} wide, the manifest says {manifest.dimension}")
    return index


def _check_count(what: str, found: int, expected: int) -> None:
    if found != expected:
        raise _damaged(f"the {what} has {found} rows, the manifest says {expected}")


def _damaged(how: str) -> SnapshotInvalid:
    return SnapshotInvalid(
        f"The snapshot is damaged ({how}): run `python -m scripts.reindex`, or go back to the previous snapshot."
    )
