"""Groups of pictures that look alike: k-means over embeddings, with the number of groups chosen by silhouette.

Silhouette: P. J. Rousseeuw, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis,
J. Comput. Appl. Math. 20 (1987).
"""

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings
from retrieval.spherical_kmeans import Labels, seeded, spherical_kmeans

MAX_GROUPS = 7
"""More could not be told apart by their colours."""
_LEAST_SILHOUETTE = 0.02
"""Below it the groups would be arbitrary: then there is one."""
_SAME = 1e-4
"""Vectors nearer than this count as one: rounding tells them apart, not what they show."""
_SEED = 0
_TRIES = 8
_ROUNDS = 50


def cluster(embeddings: Embeddings) -> Labels:
    """[n] the group of each of the n rows, numbered from 0 in the order in which they first come.

    One group for fewer than six rows that differ, and where none is better than any other.
    """
    one = np.zeros(len(embeddings), dtype=np.int64)
    distinct = len(np.unique(np.round(embeddings / _SAME), axis=0)) if len(embeddings) else 0
    if distinct < 6:
        return one
    distances = np.sqrt(np.maximum(2 - 2 * (embeddings @ embeddings.T).astype(float), 0))
    np.fill_diagonal(distances, 0)
    best, labels = _LEAST_SILHOUETTE, one
    for k in range(2, min(MAX_GROUPS, distinct - 1) + 1):
        found = _grouped(embeddings, k)
        score = silhouette(distances, found)
        if score > best:
            best, labels = score, found
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def silhouette(distances: NDArray[np.float64], labels: Labels) -> float:
    """The mean silhouette of [n] labels by [n, n] distances, -1 … 1; 0 where there is one group only."""
    groups, inverse, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if len(groups) < 2:
        return 0.0
    rows = np.arange(len(labels))
    sums = distances @ (inverse[:, None] == np.arange(len(groups)))  # to all of each group
    own = sums[rows, inverse] / np.maximum(sizes[inverse] - 1, 1)
    means = sums / sizes
    means[rows, inverse] = np.inf
    other = means.min(axis=1)
    # A row alone in its group counts 0.
    values = np.where(sizes[inverse] > 1, (other - own) / np.maximum(np.maximum(own, other), 1e-12), 0.0)
    return float(values.mean())


def _grouped(embeddings: Embeddings, k: int) -> Labels:
    """The best of a few k-means: that whose rows are nearest to their centres."""
    rng = np.random.default_rng(_SEED)
    found = [spherical_kmeans(embeddings, seeded(embeddings, k, rng), _ROUNDS) for _ in range(_TRIES)]
    return max(found, key=lambda each: float(np.einsum("nd,nd->", embeddings, each[0][each[1]])))[1]
