"""Brute force in NumPy: the plain implementation that the others are compared with, good for some 100,000 rows."""

from pathlib import Path

import numpy as np

from retrieval.embedding import as_embeddings, as_features
from retrieval.errors import SnapshotInvalid
from retrieval.protocols import Embeddings, Mask, Rows, Scores
from retrieval.row_selection import allowed_rows, best_rows, similarities


class ExactIndex:
    """All embeddings in one array; every search looks at each of them."""

    def __init__(self, dimension: int) -> None:
        if dimension < 1:
            raise ValueError("an index needs at least one dimension")
        self._blocks = [np.empty((0, dimension), dtype=np.float32)]
        self._dimension = dimension

    @classmethod
    def load(cls, path: Path) -> "ExactIndex":
        """Reads what `save` wrote. Raises SnapshotInvalid."""
        try:
            with path.open("rb") as file:
                embeddings = np.load(file, allow_pickle=False)
            index = cls(embeddings.shape[-1])
            index.add(embeddings)
        except (OSError, ValueError, EOFError, IndexError, AttributeError) as error:
            raise SnapshotInvalid("The index file is damaged: build the snapshot again, or roll back.") from error
        return index

    @property
    def dimension(self) -> int:
        """Width of the embeddings."""
        return self._dimension

    def __len__(self) -> int:
        """Number of rows."""
        return sum(len(block) for block in self._blocks)

    def add(self, embeddings: Embeddings) -> None:
        """Append [n, d] unit-length rows. Raises ValueError on NaN, wrong d or raw features."""
        self._blocks.append(as_embeddings(embeddings, self._dimension).copy())

    def search(
        self, queries: Embeddings, k: int, exclude: Rows | None = None, only: Mask | None = None
    ) -> list[tuple[Rows, Scores]]:
        """See `VectorIndex.search`."""
        if k < 1:
            raise ValueError("k must be at least 1")
        wanted = as_features(queries, self._dimension)
        stored = self._joined()
        rows = np.flatnonzero(allowed_rows(len(stored), exclude, only))
        # Looking at all rows at once is faster than picking most of them out first.
        picked = stored[rows] if 2 * len(rows) < len(stored) else None
        return [
            best_rows(rows, similarities(stored, query)[rows] if picked is None else similarities(picked, query), k)
            for query in wanted
        ]

    def save(self, path: Path) -> None:
        """Writes a `.npy` file, which holds no code. Raises OSError."""
        with path.open("wb") as file:
            np.save(file, self._joined(), allow_pickle=False)

    def _joined(self) -> Embeddings:
        if len(self._blocks) > 1:
            self._blocks = [np.concatenate(self._blocks)]
        return self._blocks[0]
