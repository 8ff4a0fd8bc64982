"""The vector index on FAISS: exact inner products, on the CPU or on a GPU."""

import errno
import logging
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from retrieval.embedding import as_embeddings, as_features
from retrieval.errors import SnapshotInvalid
from retrieval.half_rows import Halves
from retrieval.protocols import Embeddings, Mask, Rows, Scores
from retrieval.row_selection import allowed_rows, best_rows, similarities

logger = logging.getLogger(__name__)

_EXTRA_CANDIDATES = 8
_FEW = 4096
"""So many rows are scored from their stored vectors: exact on any kind of index, and faster than asking it to skip."""
_MAX_GPU_DEPTH = 2048
"""FAISS's GPU indexes return no more (faiss wiki, "Faiss on the GPU")."""
_BLOCK = 65536


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

    def search(
        self, queries: Embeddings, k: int, exclude: Rows | None = None, only: Mask | None = None
    ) -> list[tuple[Rows, Scores]]:
        """See `VectorIndex.search`."""
        if k < 1:
            raise ValueError("k must be at least 1")
        wanted = as_features(queries, self.dimension)
        everything = only is None and (exclude is None or not len(exclude))
        allowed = None if everything else allowed_rows(len(self), exclude, only)
        left = len(self) if allowed is None else int(allowed.sum())
        if allowed is not None and left <= _FEW:
            rows = np.flatnonzero(allowed)
            stored = self._index.reconstruct_batch(rows) if left else np.empty((0, self.dimension), np.float32)
            return [best_rows(rows, similarities(stored, query), k) for query in wanted]
        # One query at a time: in larger blocks FAISS multiplies matrices, where equal rows may differ in the last bit.
        return [self._search_one(query[None], min(k, left), left, allowed) for query in wanted]

    def save(self, path: Path) -> None:
        """Writes FAISS's own format. Raises OSError."""
        stored = faiss.index_gpu_to_cpu(self._index) if self._on_gpu else self._index
        try:
            faiss.write_index(stored, str(path))
        except RuntimeError as error:  # FAISS has no exception of its own for a full disk
            code = errno.ENOSPC if "No space left" in str(error) else errno.EIO
            raise OSError(code, "the index could not be written") from error

    def halves(self) -> Halves:
        """All rows in half precision, [n, d]."""
        halves = np.empty((len(self), self.dimension), np.float16)
        for start in range(0, len(self), _BLOCK):
            halves[start : start + _BLOCK] = self._index.reconstruct_n(start, min(_BLOCK, len(self) - start))
        return halves

    def _search_one(self, query: Embeddings, k: int, left: int, allowed: Mask | None) -> tuple[Rows, Scores]:
        """`k` is at most `left`, the number of rows that may be returned."""
        if k < 1:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        count = min(k + _EXTRA_CANDIDATES, left)
        while True:
            rows, scores = self._candidates(query, count, allowed)
            # Rows that tie with the k-th must all be seen before the smaller ones can be taken.
            if len(rows) <= k or count >= left or scores[-1] < scores[k - 1]:
                return best_rows(rows, scores, k)
            count = min(2 * count, left)

    def _candidates(self, query: Embeddings, count: int, allowed: Mask | None) -> tuple[Rows, Scores]:
        """The `count` best rows, best first; ties in any order."""
        if allowed is None:
            scores, rows = self._index.search(query, count)
        elif self._on_gpu:
            return self._candidates_on_gpu(query, count, allowed)
        else:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters()
            parameters.sel = selector  # FAISS only points at selector and bits: their names keep them alive
            scores, rows = self._index.search(query, count, params=parameters)
        kept = rows[0] >= 0
        return rows[0][kept], scores[0][kept]

    def _candidates_on_gpu(self, query: Embeddings, count: int, allowed: Mask) -> tuple[Rows, Scores]:
        """The flat GPU index takes no selectors: look further down, or score what is allowed block by block."""
        unwanted = len(self) - int(allowed.sum())
        if (depth := count + unwanted) <= _MAX_GPU_DEPTH:
            scores, rows = self._index.search(query, depth)
            kept = allowed[rows[0]]
            return rows[0][kept][:count], scores[0][kept][:count]
        inside = np.flatnonzero(allowed)
        blocks = [
            similarities(self._index.reconstruct_batch(inside[start : start + _BLOCK]), query[0])
            for start in range(0, len(inside), _BLOCK)
        ]
        return best_rows(inside, np.concatenate(blocks), count)

    def _hold(self, index: Any, device: str) -> None:
        self._index = index
        self._on_gpu = False
        if not device.startswith("cuda"):
            return
        if not faiss_has_gpu():
            logger.info("FAISS sees no GPU, so the index is searched on the CPU")
            return
        self._resources = faiss.StandardGpuResources()
        self._index = faiss.index_cpu_to_gpu(self._resources, 0, index)
        self._on_gpu = True


def faiss_has_gpu() -> bool:
    """Whether FAISS was built for GPUs and there is one."""
    return bool(faiss.get_num_gpus())
