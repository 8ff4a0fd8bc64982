"""How several queries rank items together.

Queries that are vectors are averaged, and one search of the index answers them. A product of similarities is no inner
product with any vector, so no index can rank by it. But an item with a high product is high in at least one of the
factors: the best rows of each factor are drawn generously and scored exactly. For collections of up to `POOL` items
the result is that of scoring all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.protocols import Embeddings, Mask, Rows, Scores, VectorIndex

POOL = 1000
"""Rows drawn for each factor, at least; four times as many as are wanted, if that is more."""
_CANCELLED_OUT = 1e-6
_OVERFETCHED = 1000
"""Up to so many rows that are left out are found and dropped, not skipped by the index (8.0, not 8.7 ms of 100,000)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The k best rows for one query vector, [1, d], without those left out, among those of the mask."""

    query: Embeddings
    k: int
    left_out: Rows
    only: Mask | None = None


def nearest(index: VectorIndex, wanted: Sequence[Wanted]) -> list[tuple[Rows, Scores]]:
    """Rows and scores for each, best first, as if searched alone; those of one depth are searched in one call."""
    found: dict[int, tuple[Rows, Scores]] = {}
    by_depth: dict[int, list[int]] = {}
    for place, one in enumerate(wanted):
        if one.only is None and len(one.left_out) <= _OVERFETCHED:
            by_depth.setdefault(one.k + len(one.left_out), []).append(place)
        else:
            found[place] = index.search(one.query, one.k, one.left_out, one.only)[0]
    for depth, places in by_depth.items():
        results = index.search(np.concatenate([wanted[place].query for place in places]), depth)
        for place, (rows, scores) in zip(places, results, strict=True):
            kept = np.flatnonzero(~np.isin(rows, wanted[place].left_out))[: wanted[place].k]
            found[place] = rows[kept], scores[kept]
    return [found[place] for place in range(len(wanted))]


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


def candidates(index: VectorIndex, factors: Embeddings, depth: int, left_out: Rows, only: Mask | None = None) -> Rows:
    """The union of the `depth` best rows of each of the [m, d] factors, ascending."""
    found = nearest(index, [Wanted(factor[None], depth, left_out, only) for factor in factors])
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
        # Queries by items: NumPy multiplies long rows quickly, and many short ones slowly.
        similarities = (items @ query.T).T.astype(np.float64, order="C")
        if len(query) > 1:
            np.maximum(similarities, 0, out=similarities)
        scores += weight * similarities.prod(axis=0)
    return scores.astype(np.float32)
