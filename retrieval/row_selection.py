"""Which rows a search may return, and the best of them: what every exact search has in common."""

import numpy as np

from retrieval.protocols import Embeddings, Mask, Rows, Scores


def allowed_rows(count: int, exclude: Rows | None, only: Mask | None) -> Mask:
    """[count] True for the rows of `only` (all where it is None) that are not in `exclude`.

    Rows of `exclude` that do not exist do no harm.

    Raises:
        ValueError: the mask is of another length, or no mask.
    """
    if only is None:
        allowed = np.ones(count, dtype=bool)
    elif only.shape == (count,) and only.dtype == bool:
        allowed = only.copy()
    else:
        raise ValueError(f"a mask of {count} truth values was expected, got {only.dtype} {list(only.shape)}")
    if exclude is not None and len(exclude):
        outside = np.asarray(exclude, dtype=np.int64)
        allowed[outside[(outside >= 0) & (outside < count)]] = False
    return allowed


def similarities(stored: Embeddings, query: Embeddings) -> Scores:
    """[n, d] embeddings and [d] query -> [n] inner products; equal rows get equal ones to the bit."""
    # einsum adds up each row in the same order; BLAS does not promise that.
    found: Scores = np.einsum("nd,d->n", stored, query)
    return found


def best_rows(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """The k best of some rows with their scores, best first, ties by smaller row."""
    if len(rows) > 4 * k:  # sort only what can be among the best, ties at the border included
        border = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = scores >= border
        rows, scores = rows[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]


def first_rows(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """As `best_rows`, of rows that come best first but for ties."""
    head = scores[: k + 1]
    if (head[1:] < head[:-1]).all():
        return rows[:k], scores[:k]
    return best_rows(rows, scores, k)
