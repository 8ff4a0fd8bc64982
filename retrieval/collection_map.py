"""A map of a collection: t-SNE, so that pictures that are alike lie side by side.

L. van der Maaten and G. Hinton, Visualizing data using t-SNE, JMLR 9 (2008), as openTSNE computes it. Above `SAMPLE`
rows a sample is laid out, and the others are put into it by openTSNE's transform (P. G. Poličar, M. Stražar, B. Zupan,
Embedding to reference t-SNE space addresses batch effects, 2021).
"""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import SnapshotInvalid
from retrieval.protocols import Embeddings, Mask

if TYPE_CHECKING:
    from openTSNE import TSNEEmbedding

FILE_NAME = "map.npz"
SAMPLE = 20_000
"""Rows that t-SNE itself lays out."""
COMPONENTS = 50
"""The widest vectors that t-SNE is given; wider ones are first reduced by PCA, as van der Maaten and Hinton do."""
PERPLEXITY = 30.0
_EARLY_STEPS, _STEPS = 250, 500
_EARLY_EXAGGERATION = 12.0
_MOMENTUM = 0.8
_STEPS_AT_ONCE = 25
_ROWS_AT_ONCE = 4000
_TRANSFORM_STEPS = 100
_FEW = 6
"""With fewer different vectors there is nothing to lay out."""
_SAME = 1e-4
_JITTER = 1e-4
"""Of the standard deviation, added to the vectors: many copies of one picture would have no nearest neighbour."""
_NEAREST = 5
_JUDGED_AT_ONCE = 250
_SEED = 0

Positions = NDArray[np.float32]
"""[n, 2], each within -1 … 1."""
Steps = Generator[tuple[int, int], None, Positions]
"""Gives how many steps of how many are done, and returns the positions. Closing it cancels."""


class CollectionMap:
    """Where each row of a snapshot lies.

    Attributes:
        positions: [n, 2], each within -1 … 1.
        laid_out: [n] rows that were laid out together; the others were added between them later.
    """

    def __init__(self, positions: Positions, laid_out: Mask) -> None:
        self.positions = positions
        self.laid_out = laid_out

    def __len__(self) -> int:
        """n, the number of rows."""
        return len(self.positions)

    def save(self, path: Path) -> None:
        """Write the file. Raises OSError."""
        with path.open("wb") as file:
            np.savez(file, positions=self.positions, laid_out=self.laid_out)

    @classmethod
    def load(cls, path: Path, count: int) -> Self:
        """Read the file of a snapshot with `count` rows.

        Raises:
            SnapshotInvalid: it is missing, damaged, or of another snapshot.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                positions, laid_out = stored["positions"].astype(np.float32), stored["laid_out"].astype(bool)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise SnapshotInvalid("The map of the snapshot is missing or damaged.") from error
        if positions.shape != (count, 2) or laid_out.shape != (count,) or not np.isfinite(positions).all():
            raise SnapshotInvalid("The map of the snapshot does not belong to it.")
        return cls(positions, laid_out)


def lay_out(embeddings: Embeddings, *, sample: int = SAMPLE, threads: int = 1) -> Steps:
    """Lay out all rows anew.

    Args:
        embeddings: [n, d].
        sample: the most rows that t-SNE itself lays out.
        threads: that it may use.
    """
    count = len(embeddings)
    chosen = np.arange(count)
    if count > sample:
        chosen = np.sort(np.random.default_rng(_SEED).choice(count, sample, replace=False))
    if len(np.unique(np.round(embeddings[chosen] / _SAME), axis=0)) < _FEW:
        return _spiral(count)
    # Imported late: scikit-learn and openTSNE take two seconds, which the start of the bot need not wait for.
    from sklearn.decomposition import PCA

    reduce = PCA(min(COMPONENTS, len(chosen), embeddings.shape[1]), random_state=_SEED)
    vectors = _jittered(reduce.fit_transform(embeddings[chosen]))
    others = np.setdiff1d(np.arange(count), chosen, assume_unique=True)
    rest = range(0, len(others), _ROWS_AT_ONCE)
    total = _EARLY_STEPS + _STEPS + _TRANSFORM_STEPS * len(rest)
    yield 0, total
    layout = _started(vectors, threads)
    for done in range(_STEPS_AT_ONCE, _EARLY_STEPS + _STEPS + 1, _STEPS_AT_ONCE):
        exaggeration = _EARLY_EXAGGERATION if done <= _EARLY_STEPS else None
        layout.optimize(_STEPS_AT_ONCE, inplace=True, momentum=_MOMENTUM, exaggeration=exaggeration, n_jobs=threads)
        yield done, total
    positions = np.empty((count, 2))
    positions[chosen] = layout
    for start in rest:
        rows = others[start : start + _ROWS_AT_ONCE]
        positions[rows] = layout.transform(_jittered(reduce.transform(embeddings[rows])), n_iter=_TRANSFORM_STEPS)
        done += _TRANSFORM_STEPS
        yield done, total
    return _fitted(positions)


def add_between(embeddings: Embeddings, positions: Positions, known: Mask) -> Positions:
    """Put new rows between those that they are like; the others stay where they are.

    Args:
        embeddings: [n, d].
        positions: [n, 2], of which those of known rows count.
        known: [n], at least one.

    Returns:
        [n, 2].
    """
    placed = positions.copy()
    old, new = np.flatnonzero(known), np.flatnonzero(~known)
    for start in range(0, len(new), _ROWS_AT_ONCE):
        rows = new[start : start + _ROWS_AT_ONCE]
        likeness = embeddings[rows] @ embeddings[old].T
        count = min(_NEAREST, len(old))
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        # Far ones must not pull as much as the nearest: distance on the sphere, inverted.
        weights = 1 / (1.001 - np.take_along_axis(likeness, nearest, axis=1).clip(max=1))
        placed[rows] = (weights[:, :, None] * positions[old[nearest]]).sum(axis=1) / weights.sum(axis=1)[:, None]
    return placed


def preservation(
    embeddings: Embeddings, positions: Positions, k: int, judged: NDArray[np.int64] | None = None
) -> float:
    """Share of a row's k nearest rows in `embeddings` that are among its k nearest on the map.

    The mean over the rows `judged`, without it over all.

    Raises:
        ValueError: k is not between 1 and n - 1.
    """
    if not 0 < k < len(embeddings):
        raise ValueError(f"{len(embeddings)} rows have no {k} nearest others")
    judged = np.arange(len(embeddings)) if judged is None else judged
    kept = 0
    for start in range(0, len(judged), _JUDGED_AT_ONCE):
        rows = judged[start : start + _JUDGED_AT_ONCE]
        near = _nearest(-(embeddings[rows] @ embeddings.T), rows, k)
        squares = ((positions[rows, None, :] - positions[None, :, :]) ** 2).sum(axis=2)
        kept += sum(len(np.intersect1d(a, b)) for a, b in zip(near, _nearest(squares, rows, k), strict=True))
    return kept / (k * len(judged))


def _nearest(distances: NDArray[np.float32], rows: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    distances[np.arange(len(rows)), rows] = np.inf
    return np.argpartition(distances, k - 1, axis=1)[:, :k]


def _spiral(count: int) -> Positions:
    """Positions for rows between which there is nothing to tell: evenly, in a sunflower's spiral."""
    number = np.arange(count)
    radius, angle = np.sqrt((number + 0.5) / max(count, 1)), number * np.pi * (3 - np.sqrt(5))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]).astype(np.float32)


def _started(vectors: NDArray[np.float64], threads: int) -> "TSNEEmbedding":
    """A layout before its first step, begun from the first two components."""
    from openTSNE import TSNEEmbedding, affinity

    affinities = affinity.PerplexityBasedNN(
        vectors, perplexity=min(PERPLEXITY, (len(vectors) - 1) / 3), n_jobs=threads, random_state=_SEED
    )
    first = vectors[:, :2] if vectors.shape[1] > 1 else np.column_stack([vectors, np.zeros(len(vectors))])
    return TSNEEmbedding(
        first / max(float(np.std(first[:, 0])), 1e-12) * 1e-4,
        affinities,
        negative_gradient_method="auto",
        random_state=_SEED,
    )


def _jittered(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    noise = np.random.default_rng(_SEED).normal(size=vectors.shape)
    return vectors + _JITTER * float(vectors.std()) * noise


def _fitted(positions: NDArray[np.float64]) -> Positions:
    low, high = positions.min(axis=0), positions.max(axis=0)
    span = max(float((high - low).max()), 1e-12)
    fitted: Positions = (2 * (positions - (low + high) / 2) / span).astype(np.float32)
    return fitted
