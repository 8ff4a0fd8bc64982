"""Ranks of targets in a gallery: scores in blocks, ties by the smaller row, what a protocol removes left out.

A rank is 1 for the best. Scores are similarities as everywhere; a composition of m factors scores by the product of
its m similarities, each cut at 0 when m > 1 (`retrieval.protocols.Composition`).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings, Rows, Scores

_SCORES_PER_BLOCK = 4_000_000
"""16 MB of float32."""

Ranks = NDArray[np.int64]
"""[q], 1-based."""


def target_ranks(factors: Embeddings, gallery: Embeddings, targets: Rows, removed: Rows | None = None) -> Ranks:
    """Rank of each query's target among all rows of the gallery.

    Args:
        factors: [q, m, d].
        gallery: [n, d].
        targets: [q] rows of the gallery.
        removed: [q], one row for each query that is taken out of its ranking (CIRR's reference); None keeps all, as
            FashionIQ does. A target is never removed.

    Raises:
        ValueError: a target is the row removed.
    """
    if removed is not None and (removed == targets).any():
        raise ValueError("a query whose target is the picture that is taken out of the ranking")
    ranks = np.empty(len(factors), dtype=np.int64)
    columns = np.arange(len(gallery))
    for block, scores in _score_blocks(factors, gallery, removed):
        rows = targets[block]
        reached = scores[np.arange(len(rows)), rows][:, None]
        better = (scores > reached) | ((scores == reached) & (columns < rows[:, None]))
        ranks[block] = 1 + better.sum(axis=1)
    return ranks


def best_rows(factors: Embeddings, gallery: Embeddings, k: int, removed: Rows | None = None) -> Rows:
    """The k best rows of each query, best first: [q, k], fewer columns where the gallery has fewer."""
    left = len(gallery) - (removed is not None)
    found = np.empty((len(factors), min(k, left)), dtype=np.int64)
    for block, scores in _score_blocks(factors, gallery, removed):
        found[block] = np.argsort(-scores, axis=1, kind="stable")[:, : found.shape[1]]
    return found


def subset_scores(factors: Embeddings, gallery: Embeddings, members: Rows) -> Scores:
    """Scores of a few rows of each query's own, members [q, s] -> [q, s]."""
    return _products(np.einsum("qmd,qsd->qms", factors, gallery[members]))


def subset_ranks(factors: Embeddings, gallery: Embeddings, members: Rows, targets: Rows) -> Ranks:
    """Rank of each query's target among its own members [q, s], of which it must be one; ties by the smaller row."""
    scores = subset_scores(factors, gallery, members)
    is_target = members == targets[:, None]
    if not (is_target.sum(axis=1) == 1).all():
        raise ValueError("a query whose target is not one of its own few pictures")
    reached = scores[is_target][:, None]
    better = (scores > reached) | ((scores == reached) & (members < targets[:, None]))
    ranks: Ranks = 1 + better.sum(axis=1)
    return ranks


def recall(ranks: Ranks, k: int) -> float:
    """Recall@k in percent, as the field reports it: the share of queries whose one target is among the first k."""
    return 100.0 * float((ranks <= k).mean())


def _score_blocks(factors: Embeddings, gallery: Embeddings, removed: Rows | None) -> Iterator[tuple[slice, Scores]]:
    """Blocks of queries with their scores [block, n]; what is removed scores minus infinity."""
    if factors.ndim != 3:
        raise ValueError(f"expected factors of shape [q, m, d], got {list(factors.shape)}")
    queries, number = factors.shape[:2]
    size = max(1, _SCORES_PER_BLOCK // max(1, len(gallery) * number))
    for start in range(0, queries, size):
        block = slice(start, min(start + size, queries))
        part = factors[block]
        similarities = part.reshape(-1, part.shape[-1]) @ gallery.T
        scores = _products(similarities.reshape(len(part), number, len(gallery)))
        if removed is not None:
            scores[np.arange(len(part)), removed[block]] = -np.inf
        yield block, scores


def _products(similarities: Scores) -> Scores:
    """[q, m, n] -> [q, n]."""
    if similarities.shape[1] == 1:
        return similarities[:, 0]
    products: Scores = np.maximum(similarities, 0).prod(axis=1)
    return products
