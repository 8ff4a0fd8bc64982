"""A class head from a few pictures of each class, mixed with the zero-shot one.

Gaussian discriminant analysis on the embeddings, one covariance for all classes, in closed form, plus the zero-shot
scores (Wang et al., "A Hard-to-Beat Baseline for Training-free CLIP-based Adaptation", ICLR 2024, arXiv:2402.04087),
chosen over Tip-Adapter (arXiv:2207.09519) because it has one number to choose instead of two, and over a trained linear
probe because nothing is left to a schedule. Silva-Rodriguez et al. (arXiv:2312.12730) show how such
heads flatter themselves when that number is chosen on a large validation set, which a person with a few shots has not:
here it is chosen by cross-validation inside the shots.

Both kinds of scores are brought to the same spread first, so that the mixture means the same for every model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings, Rows

MIXTURES = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Share of the shots' scores beside the zero-shot ones; 0 is zero-shot alone."""
_ALONE = 1.0
"""With one shot there is nothing to cross-validate: both count the same."""
_MAX_FOLDS = 5
_Exact = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FewShotHead:
    """Linear scores of k classes.

    Attributes:
        weights: float64 [k, d].
        bias: float64 [k].
        mixture: which of `MIXTURES` was chosen.
    """

    weights: _Exact
    bias: _Exact
    mixture: float

    def scores(self, embeddings: Embeddings) -> _Exact:
        """[n, d] -> [n, k], bigger is better."""
        return np.asarray(embeddings.astype(np.float64) @ self.weights.T + self.bias)


def fit_few_shot(shots: Embeddings, labels: Rows, zero_shot: Embeddings) -> FewShotHead:
    """The head of the shots.

    Args:
        shots: [n, d], the same number of each class, at least one, in random order.
        labels: [n], the class of each, 0 ... k - 1.
        zero_shot: [k, d], the classes' words.

    Raises:
        ValueError: the classes have different numbers of shots, or none.
    """
    counts = np.bincount(labels, minlength=len(zero_shot))
    if counts.min() < 1 or counts.min() != counts.max():
        raise ValueError("every class needs the same number of shots")
    mixture = _ALONE if counts[0] == 1 else _cross_validate(shots, labels, zero_shot, min(int(counts[0]), _MAX_FOLDS))
    return _fit(shots, labels, zero_shot, (mixture,))[0]


def _cross_validate(shots: Embeddings, labels: Rows, zero_shot: Embeddings, folds: int) -> float:
    """The mixture with most shots right that were left out; of equal ones the one closest to zero-shot."""
    fold = np.empty(len(labels), dtype=np.int64)
    for label in range(len(zero_shot)):
        mine = np.flatnonzero(labels == label)
        fold[mine] = np.arange(len(mine)) % folds
    right = np.zeros(len(MIXTURES))
    for out in range(folds):
        kept, left_out = fold != out, fold == out
        for number, head in enumerate(_fit(shots[kept], labels[kept], zero_shot, MIXTURES)):
            right[number] += (head.scores(shots[left_out]).argmax(axis=1) == labels[left_out]).sum()
    return MIXTURES[int(right.argmax())]


def _fit(
    shots: Embeddings, labels: Rows, zero_shot: Embeddings, mixtures: tuple[float, ...]
) -> tuple[FewShotHead, ...]:
    exact, words = shots.astype(np.float64), zero_shot.astype(np.float64)
    means = np.stack([exact[labels == label].mean(axis=0) for label in range(len(words))])
    weights = means @ _precision(exact - means[labels])
    bias = -0.5 * (weights * means).sum(axis=1)
    by_words, by_shots = _spread(exact @ words.T), _spread(exact @ weights.T + bias)
    return tuple(
        FewShotHead(words / by_words + mixture * weights / by_shots, mixture * bias / by_shots, mixture)
        for mixture in mixtures
    )


def _precision(deviations: _Exact) -> _Exact:
    """The inverse of the covariance of [n, d] deviations from the class means, kept away from singular.

    d ((n - 1) S + tr(S) I)^-1, the empirical Bayes (KS) estimator that the paper takes. One shot of each class deviates
    nowhere; then all directions count the same.
    """
    count, dimension = deviations.shape
    covariance = deviations.T @ deviations / max(count - 1, 1)
    trace = float(np.trace(covariance))
    if trace <= np.finfo(np.float32).eps:
        return np.eye(dimension)
    inverse: _Exact = np.linalg.inv((count - 1) * covariance + trace * np.eye(dimension))
    shrunk: _Exact = dimension * inverse
    return shrunk


def _spread(scores: _Exact) -> float:
    """How far the scores of the classes lie apart, for a picture on average."""
    return max(float(scores.std(axis=1).mean()), float(np.finfo(np.float32).eps))
