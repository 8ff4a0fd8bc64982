"""Where the first right answer comes, exactly; ties count as what a random order of the tied would give on average.

Without that, a model that gives everything the same score would be perfect or useless by the order of the file. Scores
within `TOLERANCE` are tied: equal embeddings differ by so much when they are multiplied in different places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Embeddings, Rows

TOLERANCE = 1e-6
_QUERIES_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class FirstFound:
    """For each of n queries, what stands before and beside its best right answer. All int64 [n].

    Attributes:
        above: wrong answers with a higher score.
        tied: answers with the same score, the right one among them.
        right: right answers among the tied.
    """

    above: Rows
    tied: Rows
    right: Rows

    def recall(self, k: int) -> float:
        """The share of the queries that have a right answer among the first k, in [0, 1].

        Of t tied answers, p of them right, m places are left in the first k: all m are wrong with probability
        C(t - p, m) / C(t, m).
        """
        places = np.clip(k - self.above, 0, self.tied)
        missed = np.ones(len(self.above))
        for place in range(k):
            wrong_left = np.maximum(self.tied - self.right - place, 0)
            missed *= np.where(place < places, wrong_left / np.maximum(self.tied - place, 1), 1.0)
        return float(np.mean(1 - missed))

    def median_rank(self) -> float:
        """The median over the queries of the (mean) rank of the first right answer, from 1."""
        return float(np.median(self.above + (self.tied + 1) / (self.right + 1)))


def first_found(scores: NDArray[np.floating], right: NDArray[np.bool_]) -> FirstFound:
    """Of [n, m] scores and which of them are right, at least one in each row.

    Raises:
        ValueError: a row without a right answer, or NaN among the scores.
    """
    if not right.any(axis=1).all():
        raise ValueError("a query has no right answer")
    if np.isnan(scores).any():
        raise ValueError("scores with NaN in them")
    best = np.where(right, scores, -np.inf).max(axis=1, keepdims=True)
    tied = np.abs(scores - best) <= TOLERANCE
    above = scores > best + TOLERANCE
    return FirstFound(above.sum(axis=1), tied.sum(axis=1), (tied & right).sum(axis=1))


def search_all(queries: Embeddings, owners: Rows, gallery: Embeddings, gallery_owners: Rows) -> FirstFound:
    """Every query against the whole gallery, some queries at a time; right is what has the same owner.

    Args:
        queries: [n, d].
        owners: [n], what each query is about.
        gallery: [m, d].
        gallery_owners: [m], what each answer is about.
    """
    parts = []
    for start in range(0, len(queries), _QUERIES_AT_ONCE):
        some = slice(start, start + _QUERIES_AT_ONCE)
        parts.append(first_found(queries[some] @ gallery.T, owners[some, None] == gallery_owners[None]))
    return FirstFound(
        np.concatenate([part.above for part in parts]),
        np.concatenate([part.tied for part in parts]),
        np.concatenate([part.right for part in parts]),
    )


def precision(scores: NDArray[np.floating], right: NDArray[np.bool_], k: int) -> float:
    """The share of right answers among the k best of [n] scores; of those tied at the end, their mean share.

    Raises:
        ValueError: k is not in 1 ... n.
    """
    if not 1 <= k <= len(scores):
        raise ValueError(f"the best {k} of {len(scores)} answers")
    last = np.partition(scores, len(scores) - k)[len(scores) - k]
    above, tied = scores > last + TOLERANCE, np.abs(scores - last) <= TOLERANCE
    return float((right[above].sum() + (k - above.sum()) * right[tied].mean()) / k)


def figures(name: str, found: FirstFound, ks: Sequence[int] = (1, 5, 10)) -> dict[str, float]:
    """`<name>.recall_at_<k>` and `<name>.median_rank`."""
    recalls = {f"{name}.recall_at_{k}": round(found.recall(k), 6) for k in ks}
    return recalls | {f"{name}.median_rank": round(found.median_rank(), 3)}
