"""k-means by cosine (Dhillon & Modha, Machine Learning 42, 2001), and its first centres."""

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings

Labels = NDArray[np.int64]


def spherical_kmeans(embeddings: Embeddings, centres: Embeddings, rounds: int) -> tuple[Embeddings, Labels]:
    """[n, d] embeddings and [k, d] first centres -> [k, d] centres and, of each row, the one it was put to last.

    Ends when no row changes, or after so many rounds. A centre to which no row comes stays where it is.
    """
    labels = np.full(len(embeddings), -1, dtype=np.int64)
    for _ in range(rounds):
        nearest = (embeddings @ centres.T).argmax(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        sums = (labels[None] == np.arange(len(centres))[:, None]).astype(np.float32) @ embeddings
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres).astype(np.float32)
    return centres, labels


def seeded(embeddings: Embeddings, count: int, rng: np.random.Generator) -> Embeddings:
    """First centres, [count, d], as k-means++ draws them (Arthur & Vassilvitskii, SODA 2007).

    Each next one is a row drawn with a probability proportional to its squared distance from those before.
    """
    chosen = [int(rng.integers(len(embeddings)))]
    distances = np.full(len(embeddings), np.inf)
    while len(chosen) < count:
        distances = np.minimum(distances, np.maximum(1 - embeddings @ embeddings[chosen[-1]], 0))
        distances[chosen] = 0
        total = distances.sum()
        drawn = rng.choice(len(embeddings), p=distances / total) if total > 0 else rng.integers(len(embeddings))
        chosen.append(int(drawn))
    return embeddings[chosen].copy()
