"""Why a hit was found: how much of its score comes from the picture, and how much from the words."""

import numpy as np

from retrieval.protocols import Embeddings


def picture_shares(composed: Embeddings, picture: Embeddings, words: Embeddings, hits: Embeddings) -> list[float]:
    """Of each hit the picture's share of its score, from 0 (all words) to 1 (all picture).

    What was composed is taken apart into a times the picture plus b times the words, by least squares; a hit's score
    is then a times its likeness to the picture plus b times its likeness to the words, and what is left over. Parts
    that speak against the hit count as nothing.

    Args:
        composed: [1, d] direction that was searched for.
        picture: [1, d] the reference alone.
        words: [1, d] the relative caption alone.
        hits: [n, d].
    """
    parts = np.concatenate([picture, words]).astype(np.float64)
    weights, *_ = np.linalg.lstsq(parts.T, composed[0].astype(np.float64), rcond=None)
    said = np.maximum(hits.astype(np.float64) @ parts.T * weights, 0)
    total = said.sum(axis=1)
    shares = np.divide(said[:, 0], total, out=np.full(len(hits), 0.5), where=total > 0)
    return [float(share) for share in shares]
