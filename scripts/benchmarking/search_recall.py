"""What exact search finds, and how much of it another index finds: freely, with filters, and without what was shown."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings, Mask, Rows, VectorIndex
from retrieval.row_selection import best_rows

_BLOCK = 65_536
_SHOWN = 300
"""Hits that somebody has seen who tapped "More" fifty times."""
_CATEGORIES = 10


@dataclass(frozen=True, slots=True)
class Truth:
    """Queries [m, d] and the rows nearest to each, [m, k], best first."""

    queries: Embeddings
    rows: NDArray[np.int64]

    def share(self, number: int, found: Rows) -> float:
        """Of one query's nearest, what part was found."""
        return float(np.isin(self.rows[number], found).mean())

    def recall(self, index: VectorIndex) -> float:
        """Of all queries' nearest, what part the index finds one query at a time."""
        k = self.rows.shape[1]
        found = (index.search(query[None], k)[0][0] for query in self.queries)
        return float(np.mean([self.share(number, rows) for number, rows in enumerate(found)]))


def neighbours(features: Embeddings, queries: Embeddings, k: int) -> Truth:
    """By brute force in NumPy."""
    scores = _scores(features, queries)
    return Truth(queries, np.stack([best_rows(np.arange(len(features)), each, k)[0] for each in scores]))


def constrained_recall(
    features: Embeddings, queries: Embeddings, index: VectorIndex, k: int
) -> Iterator[tuple[str, float, list[float]]]:
    """Name, recall and milliseconds of searches among part of the rows.

    Ten rows are the centres of ten categories; `other categories` leaves only what is not of the query's:
    everything but dresses while a dress is asked for.
    """
    count = len(features)
    scores = _scores(features, queries)
    rng = np.random.default_rng(3)
    masks = {f"filter leaves {share:.0%}": rng.random(count) < share for share in (0.5, 0.1, 0.01)}
    centres = np.array(features[rng.choice(count, _CATEGORIES, replace=False)])
    categories = np.argmax(_scores(features, centres), axis=0)
    for name in (*masks, "filter leaves other categories", f"{_SHOWN} shown are left out"):
        shares, spent = [], []
        for query, each in zip(queries, scores, strict=True):
            exclude: Rows | None = None
            only: Mask | None = masks.get(name)
            if "categories" in name:
                only = categories != np.argmax(centres @ query)
            elif only is None:
                exclude, _ = best_rows(np.arange(count), each, _SHOWN)
            allowed = np.ones(count, dtype=bool) if only is None else only.copy()
            allowed[exclude if exclude is not None else []] = False
            inside = np.flatnonzero(allowed)
            nearest, _ = best_rows(inside, each[inside], k)
            started = time.perf_counter()
            [(found, _)] = index.search(query[None], k, exclude, only)
            spent.append(1e3 * (time.perf_counter() - started))
            shares.append(np.isin(nearest, found).mean())
        yield name, float(np.mean(shares)), spent


def _scores(features: Embeddings, queries: Embeddings) -> NDArray[np.float32]:
    scores = np.empty((len(queries), len(features)), np.float32)
    for start in range(0, len(features), _BLOCK):
        scores[:, start : start + _BLOCK] = queries @ features[start : start + _BLOCK].T
    return scores
