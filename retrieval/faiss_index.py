"""The vector index on FAISS: exact inner products, on the CPU or on a GPU."""

import errno
import logging
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from retrieval.embedding import as_embeddings, as_features
from retrieval.errors import SnapshotInvalid
from retrieval.protocols import Embeddings, Rows, Scores

logger = logging.getLogger(__name__)

_EXTRA_CANDIDATES = 8


class FaissIndex:
    """`IndexFlatIP`. FAISS pads short results with row -1 and breaks ties as it likes; neither leaves this file."""

    def __init__(self, dimension: int, device: str = "cpu") -> None:
        """An empty index.

        Args:
            dimension: d.
            device: `cuda` moves it to the first GPU where FAISS was built for GPUs and there is one.
        """
        if dimension < 1:
            raise ValueError("an index needs at least one dimension")
        self._hold(faiss.IndexFlatIP(dimension), device)

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> "FaissIndex":
        """Reads what `save` wrote. Raises SnapshotInvalid."""
        try:
            stored = faiss.read_index(str(path))
        except (OSError, RuntimeError, ValueError, MemoryError) as error:
            raise SnapshotInvalid("The index file is damaged: build the snapshot again, or roll back.") from error
        if not isinstance(stored, faiss.IndexFlat) or stored.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise SnapshotInvalid(
                "The index file is of another kind than this version writes: build the snapshot again."
            )
        index = cls(stored.d)
        index._hold(stored, device)
        return index

    @property
    def dimension(self) -> int:
        """Width of the embeddings."""
        return int(self._index.d)

    def __len__(self) -> int:
        """Number of rows."""
        return int(self._index.ntotal)

    def add(self, embeddings: Embeddings) -> None:
        """Append [n, d] unit-length rows. Raises ValueError on NaN, wrong d or raw features."""
        self._index.add(as_embeddings(embeddings, self.dimension))

    def search(self, queries: Embeddings, k: int, exclude: Rows | None = None) -> list[tuple[Rows, Scores]]:
        """The k best rows of each query, best first, ties by smaller row. Raises ValueError on NaN, wrong d, k < 1."""
        if k < 1:
            raise ValueError("k must be at least 1")
        wanted = as_features(queries, self.dimension)
        outside = np.unique(np.asarray([] if exclude is None else exclude, dtype=np.int64))
        outside = outside[(outside >= 0) & (outside < len(self))]
        # One query at a time: in larger blocks FAISS multiplies matrices, where equal rows may differ in the last bit.
        return [self._search_one(query[None], min(k, len(self) - len(outside)), outside) for query in wanted]

    def save(self, path: Path) -> None:
        """Writes FAISS's own format. Raises OSError."""
        stored = faiss.index_gpu_to_cpu(self._index) if self._on_gpu else self._index
        try:
            faiss.write_index(stored, str(path))
        except RuntimeError as error:  # FAISS has no exception of its own for a full disk
            code = errno.ENOSPC if "No space left" in str(error) else errno.EIO
            raise OSError(code, "the index could not be written") from error

    def _search_one(self, query: Embeddings, k: int, outside: Rows) -> tuple[Rows, Scores]:
        """`k` is at most the number of rows left."""
        if k < 1:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        left = len(self) - len(outside)
        count = min(k + _EXTRA_CANDIDATES, left)
        while True:
            rows, scores = self._candidates(query, count, outside)
            # Rows that tie with the k-th must all be seen before the smaller ones can be taken.
            if len(rows) <= k or count >= left or scores[-1] < scores[k - 1]:
                order = np.lexsort((rows, -scores))[:k]
                return rows[order], scores[order]
            count = min(2 * count, left)

    def _candidates(self, query: Embeddings, count: int, outside: Rows) -> tuple[Rows, Scores]:
        if not len(outside):
            scores, rows = self._index.search(query, count)
        elif self._on_gpu:  # the flat GPU index takes no selectors
            scores, rows = self._index.search(query, min(count + len(outside), len(self)))
        else:
            unwanted = faiss.IDSelectorBatch(outside)
            selector = faiss.IDSelectorNot(unwanted)  # these names keep alive what FAISS only points at
            parameters = faiss.SearchParameters()
            parameters.sel = selector
            scores, rows = self._index.search(query, count, params=parameters)
        kept = (rows[0] >= 0) & ~np.isin(rows[0], outside)
        return rows[0][kept][:count], scores[0][kept][:count]

    def _hold(self, index: Any, device: str) -> None:
        self._index = index
        self._on_gpu = False
        if not device.startswith("cuda"):
            return
        if faiss.get_num_gpus() == 0:
            logger.info("FAISS sees no GPU, so the index is searched on the CPU")
            return
        self._resources = faiss.StandardGpuResources()
        self._index = faiss.index_cpu_to_gpu(self._resources, 0, index)
        self._on_gpu = True
