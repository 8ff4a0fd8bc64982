"""The local features of a whole collection: which pictures share points with a photo, and those points.

    <snapshot>/
      local_descriptors.u8   uint8 [m, 128], the pictures' points one after the other
      local_points.npz       `points` float16 [m, 2]; `ends` int64 [n], where those of a row end; `shapes` int32 [n, 2]
      local_index.bin        FAISS: principal components and an inverted file

A model for meaning does not know a cropped, turned or screenshotted picture again (`docs/exact_matches.md`); its points
do. Each point of the photo votes for the pictures that have the nearest ones (Jégou et al., ECCV 2008, with a FAISS
inverted file in place of their visual words).
"""

import itertools
import os
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.errors import SnapshotInvalid
from retrieval.local_features import WIDTH, LocalFeatures
from retrieval.protocols import Rows

DESCRIPTORS_FILE = "local_descriptors.u8"
POINTS_FILE = "local_points.npz"
INDEX_FILE = "local_index.bin"
_COMPONENTS = 64
_LISTS = (16, 2048)
_POINTS_PER_LIST = 400
_TRAINED_PER_LIST = 40
_PROBES = 8
_NEIGHBOURS = 16
_CHUNK = 65_536
_SEED = 1


class LocalIndex:
    """Opened for searching; may be read from any thread."""

    def __init__(self, descriptors: NDArray[np.uint8], points: Mapping[str, NDArray[Any]], index: Any) -> None:
        """Use `LocalIndex.open`."""
        self._descriptors = descriptors
        self._points: NDArray[np.float16] = points["points"]
        self._ends: Rows = points["ends"].astype(np.int64)
        self._shapes: NDArray[np.int32] = points["shapes"]
        self._index = index

    @classmethod
    def open(cls, directory: Path, count: int) -> "LocalIndex | None":
        """The local features of a snapshot's folder; None where it was made without.

        Args:
            directory: the snapshot's folder.
            count: n, its number of rows.

        Raises:
            SnapshotInvalid: they are damaged, or of another snapshot.
        """
        if not (directory / INDEX_FILE).exists():
            return None
        try:
            with np.load(directory / POINTS_FILE) as stored:
                points = {name: stored[name] for name in ("points", "ends", "shapes")}
            total = len(points["points"])
            descriptors: NDArray[np.uint8] = np.empty((0, WIDTH), np.uint8)
            if total:
                descriptors = np.memmap(directory / DESCRIPTORS_FILE, np.uint8, "r", shape=(total, WIDTH))
            index = faiss.read_index(str(directory / INDEX_FILE))
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise _damaged("cannot be read") from error
        ends = points["ends"]
        if not len(ends) == len(points["shapes"]) == count or ends[-1] != total or index.ntotal != total:
            raise _damaged("do not fit the items")
        if total:
            faiss.extract_index_ivf(index).nprobe = _PROBES
        return cls(descriptors, points, index)

    def __len__(self) -> int:
        """n, the number of pictures."""
        return len(self._ends)

    def features(self, row: int) -> LocalFeatures:
        """The points of one picture."""
        start, end = int(self._ends[row - 1]) if row else 0, int(self._ends[row])
        height, width = self._shapes[row].tolist()
        points = self._points[start:end].astype(np.float32)
        return LocalFeatures(points, np.array(self._descriptors[start:end]), (height, width))

    def nearest(self, photo: LocalFeatures, k: int) -> Rows:
        """Up to `k` rows that share most points with the photo, best first."""
        if not len(photo) or not len(self._points):
            return np.empty(0, np.int64)
        neighbours = min(_NEIGHBOURS, len(self._points))
        squared, places = self._index.search(photo.descriptors.astype(np.float32), neighbours)
        # A neighbour counts by how much nearer it is than the farthest of them: points like many others say little.
        farthest = np.where(places >= 0, squared, 0).max(axis=1, keepdims=True)
        votes = np.where(places >= 0, 1 - squared / np.maximum(farthest, 1), 0)
        rows = np.searchsorted(self._ends, np.maximum(places, 0).ravel(), side="right")
        total = np.bincount(rows, votes.ravel(), minlength=len(self))
        best = np.argsort(-total, kind="stable")[:k]
        return best[total[best] > 0].astype(np.int64)


def build_local_index(directory: Path, features: Iterable[LocalFeatures]) -> Generator[int]:
    """Write the files into `directory`, yielding the number of pictures after each.

    Args:
        directory: of a snapshot that is not published yet.
        features: of every row, in order.

    Raises:
        OSError: the disk.
    """
    points: list[NDArray[np.float16]] = []
    shapes: list[tuple[int, int]] = []
    with (directory / DESCRIPTORS_FILE).open("wb") as file:
        for done, found in enumerate(features, start=1):
            file.write(found.descriptors.tobytes())
            points.append(found.points.astype(np.float16))
            shapes.append(found.shape)
            yield done
    ends = np.array(list(itertools.accumulate(map(len, points))), np.int64)
    every = np.concatenate([np.empty((0, 2), np.float16), *points])
    np.savez(directory / POINTS_FILE, points=every, ends=ends, shapes=np.array(shapes, np.int32))
    index = _fill(directory / DESCRIPTORS_FILE, len(every))
    try:
        faiss.write_index(index, str(directory / INDEX_FILE))
    except RuntimeError as error:  # FAISS has no exception of its own for a full disk
        raise OSError("the index of local features could not be written") from error
    for name in (DESCRIPTORS_FILE, POINTS_FILE, INDEX_FILE):
        with (directory / name).open("rb") as file:
            os.fsync(file.fileno())


def _fill(descriptors_file: Path, total: int) -> Any:
    lists = int(np.clip(total // _POINTS_PER_LIST, *_LISTS))
    if total < _TRAINED_PER_LIST * _LISTS[0]:  # too few to cluster: a handful of pictures, or of points
        index = faiss.index_factory(WIDTH, "IVF1,Flat")
    else:
        index = faiss.index_factory(WIDTH, f"PCA{_COMPONENTS},IVF{lists},SQ4")
    if not total:
        return index
    descriptors = np.memmap(descriptors_file, np.uint8, "r", shape=(total, WIDTH))
    sample = np.random.default_rng(_SEED).permutation(total)[: max(_TRAINED_PER_LIST * lists, 2000)]
    index.train(descriptors[np.sort(sample)].astype(np.float32))
    for start in range(0, total, _CHUNK):
        index.add(descriptors[start : start + _CHUNK].astype(np.float32))
    return index


def _damaged(how: str) -> SnapshotInvalid:
    return SnapshotInvalid(
        f"The snapshot's local features {how}: run `python -m scripts.reindex`, or go back to the previous snapshot."
    )
