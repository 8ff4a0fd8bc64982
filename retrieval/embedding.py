"""The vector convention in one place: raw features in, unit-length embeddings out.

An index holds embeddings only, and the Combiner eats features only; every crossing between the two goes through
`normalize`, which also stops NaN and zero vectors before they become silent nonsense in a ranking.
"""

import numpy as np
from numpy.typing import ArrayLike

from retrieval.protocols import Embeddings, Features

_UNIT_LENGTH_TOLERANCE = 1e-3


def as_features(values: ArrayLike, dimension: int | None = None) -> Features:
    """Anything array-like of shape [n, d] -> contiguous float32 features.

    Raises:
        ValueError: not two axes, another width than `dimension`, or NaN or infinity in it.
    """
    features = np.ascontiguousarray(values, dtype=np.float32)
    if features.ndim != 2:
        raise ValueError(f"expected vectors of shape [n, d], got shape {list(features.shape)}")
    if dimension is not None and features.shape[1] != dimension:
        raise ValueError(f"expected vectors of width {dimension}, got width {features.shape[1]}")
    if not np.isfinite(features).all():
        raise ValueError("vectors with NaN or infinity in them")
    return features


def normalize(features: ArrayLike, dimension: int | None = None) -> Embeddings:
    """[n, d] raw features -> [n, d] float32 embeddings, rows of unit length.

    Raises:
        ValueError: wrong shape or width, NaN or infinity, or a row of zeros, which has no direction.
    """
    exact = as_features(features, dimension).astype(np.float64)  # squares of large float32 values would overflow
    norms = np.linalg.norm(exact, axis=1, keepdims=True)
    if not (norms > 0).all():
        raise ValueError("a vector of zeros has no direction")
    embeddings: Embeddings = (exact / norms).astype(np.float32)
    return embeddings


def as_embeddings(values: ArrayLike, dimension: int) -> Embeddings:
    """Checks that [n, d] values are embeddings; an index calls this on everything it is given to keep.

    Raises:
        ValueError: as `as_features`, or a row that is not of unit length (raw features by mistake).
    """
    embeddings = as_features(values, dimension)
    norms = np.linalg.norm(embeddings, axis=1)
    if not (np.abs(norms - 1.0) <= _UNIT_LENGTH_TOLERANCE).all():
        raise ValueError("vectors that are not of unit length: normalize the features first")
    return embeddings
