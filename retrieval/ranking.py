"""How several queries rank items together.

Queries that are vectors are averaged, and one search of the index answers them. A product of similarities is no inner
product with any vector, so no index can rank by it. But an item with a high product is high in at least one of the
factors: the best rows of each factor are drawn generously and scored exactly. For collections of up to `POOL` items
the result is that of scoring all of them.
"""

from collections.abc import Sequence

import numpy as np

from retrieval.protocols import Embeddings, Mask, Rows, Scores, VectorIndex

POOL = 1000
"""Rows drawn for each factor."""
_CANCELLED_OUT = 1e-6


def weighted_mean(embeddings: Embeddings, weights: Scores) -> Embeddings:
    """[n, d] embeddings and n weights -> [1, d], their weighted mean, of unit length; a negative weight pushes away.

    Where they cancel each other out there is no direction left, and the last one, the newest turn, is taken.
    """
    mean = (weights / np.abs(weights).sum()).astype(np.float64) @ embeddings.astype(np.float64)
    length = np.linalg.norm(mean)
    if length < _CANCELLED_OUT:
        return embeddings[-1:]
    unit: Embeddings = (mean / length).astype(np.float32)[None]
    return unit


def query_direction(factors: Embeddings) -> Embeddings:
    """[m, d] factors of one query -> [1, d]: itself, or the mean direction of several."""
    return factors if len(factors) == 1 else weighted_mean(factors, np.ones(len(factors), dtype=np.float32))


def candidates(index: VectorIndex, factors: Embeddings, k: int, left_out: Rows, only: Mask | None = None) -> Rows:
    """The union of the best rows of each of the [m, d] factors, ascending."""
    found = index.search(factors, max(POOL, 4 * k), left_out, only)
    return np.unique(np.concatenate([rows for rows, _ in found]))


def product_scores(items: Embeddings, factors: Sequence[Embeddings], weights: Scores) -> Scores:
    """Score of each of the [n, d] items: the weighted mean over the queries of the product of its similarities.

    Args:
        items: embeddings of the items.
        factors: for each query [m, d]; with m > 1 similarities are cut at 0, since two negative ones are no match.
        weights: one for each query; with a negative one what resembles that query scores less.
    """
    scores = np.zeros(len(items))
    for query, weight in zip(factors, weights / np.abs(weights).sum(), strict=True):
        similarities = (items @ query.T).astype(np.float64)
        if len(query) > 1:
            similarities = np.maximum(similarities, 0)
        scores += weight * similarities.prod(axis=1)
    return scores.astype(np.float32)
