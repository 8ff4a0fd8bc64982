"""Groups of pictures that look alike: k-means over embeddings, with the number of groups chosen by silhouette.

Silhouette: P. J. Rousseeuw, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis,
J. Comput. Appl. Math. 20 (1987).
"""

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings

MAX_GROUPS = 7
"""More could not be told apart by their colours."""
_LEAST_SILHOUETTE = 0.02
"""Below it the groups would be arbitrary: then there is one."""
_SAME = 1e-4
"""Vectors nearer than this count as one: rounding tells them apart, not what they show."""
_SEED = 0

Labels = NDArray[np.int64]


def cluster(embeddings: Embeddings) -> Labels:
    """[n] the group of each of the n rows, numbered from 0 in the order in which they first come.

    One group for fewer than six rows that differ, and where none is better than any other.
    """
    # Importing scikit-learn takes a second, which the start of the bot need not wait for.
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    one = np.zeros(len(embeddings), dtype=np.int64)
    distinct = len(np.unique(np.round(embeddings / _SAME), axis=0)) if len(embeddings) else 0
    if distinct < 6:
        return one
    best, labels = _LEAST_SILHOUETTE, one
    for k in range(2, min(MAX_GROUPS, distinct - 1) + 1):
        found = KMeans(k, n_init=4, random_state=_SEED).fit_predict(embeddings)
        score = float(silhouette_score(embeddings, found))
        if score > best:
            best, labels = score, found.astype(np.int64)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
