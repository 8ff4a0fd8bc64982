"""Embeddings in half precision as FAISS sees them: it scores rows where they lie, mapped or not, without a copy."""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings, Mask, Rows, Scores
from retrieval.row_selection import first_rows

_EXTRA = 8


def half_precision(dimension: int) -> Any:
    """An empty index of float16 (https://faiss.ai/cpp_api/struct/structfaiss_1_1IndexScalarQuantizer.html)."""
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


class FaissHalves:
    """[n, d] float16, n at least 1. Equal rows get equal scores."""

    def __init__(self, halves: NDArray[np.float16]) -> None:
        """`halves` must be contiguous."""
        self.index = half_precision(halves.shape[1])
        self._bytes = halves.reshape(-1).view(np.uint8)  # FAISS only points at them: this name keeps them alive
        bytes_of: Any = faiss.MaybeOwnedVectorUInt8
        self.index.codes = bytes_of.create_view(faiss.swig_ptr(self._bytes), len(self._bytes), self.index.codes.owner)
        self.index.ntotal = len(halves)

    def nearest(self, query: Embeddings, k: int, allowed: Mask | None = None) -> tuple[Rows, Scores]:
        """The k best of all rows, or of those of an [n] mask, best first, ties by smaller row.

        Args:
            query: [1, d].
            k: at least 1 and at most the number of allowed rows.
            allowed: looking at one value of it takes about a hundredth of what scoring a row does.
        """
        left = self.index.ntotal if allowed is None else int(np.count_nonzero(allowed))
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            parameters = faiss.SearchParameters()
            selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
            parameters.sel = selector  # FAISS only points at selector and bits: their names keep them alive
        count = min(k + _EXTRA, left)
        while True:
            scores, rows = self.index.search(query, count, params=parameters)
            # Rows that tie with the k-th must all be seen before the smaller ones can be taken.
            if count >= left or scores[0, -1] < scores[0, k - 1]:
                return first_rows(rows[0], scores[0], k)
            count = min(2 * count, left)
