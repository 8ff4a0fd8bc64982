"""Embeddings in half precision, on disk or in memory: what candidates are scored with."""

import numpy as np
import torch
from numpy.typing import NDArray

from retrieval.faiss_halves import FaissHalves
from retrieval.protocols import Embeddings, Rows, Scores
from retrieval.row_selection import similarities

Halves = NDArray[np.float16]
_AT_ONCE = 32_768
"""Numbers that torch converts without a second thread, for which a short search would wait."""


class HalfRows:
    """[n, d] float16 in parts, of which the first may be a mapped file. Their scores are off by 1e-4 at most."""

    def __init__(self, dimension: int, first: Halves | None = None) -> None:
        """`first` is kept as it is, [m, d] float16."""
        self._parts: list[Halves] = [np.empty((0, dimension), np.float16) if first is None else first]
        self._added: list[Halves] = []
        self._count = len(self._parts[0])
        self._whole: FaissHalves | None = None

    def __len__(self) -> int:
        """Number of rows."""
        return self._count

    def add(self, embeddings: Embeddings) -> None:
        """Append [m, d]; a copy is kept."""
        self._added.append(embeddings.astype(np.float16))
        self._count += len(embeddings)
        self._whole = None

    def embeddings(self, rows: Rows) -> Embeddings:
        """[m, d] float32 of some rows."""
        first, *rest = self._joined()
        if not rest:
            return _single(first[rows])
        halves = np.empty((len(rows), first.shape[1]), np.float16)
        inside = rows < len(first)
        halves[inside], halves[~inside] = first[rows[inside]], rest[0][rows[~inside] - len(first)]
        return _single(halves)

    def scores(self, rows: Rows, query: Embeddings) -> Scores:
        """[m] inner products of some rows with a [d] query; equal rows get equal ones."""
        found = np.empty(len(rows), np.float32)
        size = max(1, _AT_ONCE // len(query))
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            found[start : start + size] = similarities(self.embeddings(part), query)
        return found

    def whole(self) -> FaissHalves | None:
        """What FAISS can score; None where rows were added behind a mapped file, or there are none."""
        if self._whole is None:
            first, *rest = self._joined()
            self._whole = FaissHalves(first) if len(first) and not rest else None
        return self._whole

    def parts(self) -> list[Halves]:
        """All rows, in order, as at most two arrays."""
        return self._joined()

    def _joined(self) -> list[Halves]:
        if self._added:
            # The first part may be a mapped file of a gigabyte: it is not copied for some rows more.
            self._parts = [self._parts[0], np.concatenate([*self._parts[1:], *self._added])]
            self._added = []
            if not len(self._parts[0]):
                self._parts = self._parts[1:]
        return self._parts


def _single(halves: Halves) -> Embeddings:
    # NumPy converts half precision one number at a time, torch eight or sixteen.
    single: Embeddings = torch.from_numpy(halves).float().numpy()
    return single
