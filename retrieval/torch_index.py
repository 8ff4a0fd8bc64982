"""Exact search in half precision with torch: for graphics cards where FAISS was built for none."""

from pathlib import Path

import numpy as np
import torch

from retrieval.embedding import as_embeddings, as_features
from retrieval.half_rows import Halves
from retrieval.index_file import Header, read_index, write_index
from retrieval.protocols import Embeddings, Mask, Rows, Scores
from retrieval.row_selection import allowed_rows, best_rows

KIND = "torch"
_EXTRA_CANDIDATES = 200
_ROUNDING = 2e-3
"""More than half precision makes of a similarity of 1: rows that near to the k-th are scored again."""
_GIVEN = 1 << 27
"""Similarities of a block of queries: 256 MB of half precision."""


class TorchIndex:
    """[n, d] float16 on a device; a search multiplies it with all its queries at once, then scores the best again."""

    def __init__(self, dimension: int, device: str = "cpu") -> None:
        """An empty index on a torch device."""
        if dimension < 1:
            raise ValueError("an index needs at least one dimension")
        self._rows = torch.empty((0, dimension), dtype=torch.float16, device=device)
        self._added: list[torch.Tensor] = []

    @classmethod
    def of(cls, rows: Halves, device: str) -> "TorchIndex":
        """An index of [n, d] rows, which are copied to the device."""
        index = cls(rows.shape[1], device)
        index._rows = torch.from_numpy(np.array(rows, dtype=np.float16)).to(device)
        return index

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> "TorchIndex":
        """Reads the rows of any file of `retrieval.index_file`. Raises SnapshotInvalid."""
        _, rows, _ = read_index(path)
        return cls.of(rows, device)

    @property
    def dimension(self) -> int:
        """Width of the embeddings."""
        return int(self._rows.shape[1])

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._rows) + sum(len(rows) for rows in self._added)

    def add(self, embeddings: Embeddings) -> None:
        """Append [n, d] unit-length rows. Raises ValueError on NaN, wrong d or raw features."""
        added = as_embeddings(embeddings, self.dimension)
        self._added.append(torch.from_numpy(added.astype(np.float16)).to(self._rows.device))

    def search(
        self, queries: Embeddings, k: int, exclude: Rows | None = None, only: Mask | None = None
    ) -> list[tuple[Rows, Scores]]:
        """See `VectorIndex.search`."""
        if k < 1:
            raise ValueError("k must be at least 1")
        wanted = torch.from_numpy(as_features(queries, self.dimension)).to(self._rows.device)
        # Similarities of longer vectors are rounded more coarsely, and very long ones do not fit.
        lengths = wanted.norm(dim=1, keepdim=True)
        unit = wanted / torch.where(lengths > 0, lengths, 1.0)
        stored = self._joined()
        everything = only is None and (exclude is None or not len(exclude))
        allowed = np.ones(len(self), dtype=bool) if everything else allowed_rows(len(self), exclude, only)
        left = int(np.count_nonzero(allowed))
        if not left:
            return [(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in wanted]
        barred = None if everything else torch.from_numpy(~allowed).to(stored.device)
        found: list[tuple[Rows, Scores]] = []
        size = max(1, _GIVEN // len(self))
        for start in range(0, len(unit), size):
            rough = unit[start : start + size].half() @ stored.T
            if barred is not None:
                rough.masked_fill_(barred, float("-inf"))
            for near, query, length in zip(rough, unit[start:], lengths[start:], strict=False):
                rows, scores = self._decide(near, query, min(k, left), left)
                found.append((rows, scores * np.float32(length.item())))
        return found

    def save(self, path: Path) -> None:
        """Writes the format of `retrieval.index_file`, without codes. Raises OSError."""
        rows = self._joined().cpu().numpy()
        write_index(path, Header(KIND, self.dimension, len(self)), [rows])

    def _decide(self, rough: torch.Tensor, query: torch.Tensor, k: int, left: int) -> tuple[Rows, Scores]:
        """The k best by similarities in single precision, among all that could be one of them by the rough ones."""
        count = min(k + _EXTRA_CANDIDATES, left)
        while True:
            values, places = rough.topk(count)
            if count == left or values[-1] < values[k - 1] - _ROUNDING:
                break
            count = min(4 * count, left)
        # Sums along one axis are made alike for all rows: equal rows get equal scores.
        exact = (self._rows[places].float() * query).sum(dim=1)
        return best_rows(places.cpu().numpy(), exact.cpu().numpy(), k)

    def _joined(self) -> torch.Tensor:
        if self._added:
            self._rows = torch.cat([self._rows, *self._added])
            self._added = []
        return self._rows
