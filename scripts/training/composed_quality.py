"""How well a composition answers requests: the measures that stop a training and decide whether a Combiner is saved."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import normalize
from retrieval.protocols import Composition
from scripts.training.answers import Answers, answers
from scripts.training.examples import Examples

DEPTH = 10
CHOSEN_BY = "closest_at_1"
"""What a Combiner is chosen, stopped and refused by."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What each of some requests found among its first pictures; [n] float64 each.

    Attributes:
        exact: whether the first picture has what is wanted and keeps all the rest; NaN where no picture does.
        closest: whether the first picture has what is wanted and keeps as much of the rest as any that has it.
        wanted: how many of the first ten have what is wanted and the kind, as a share of ten, or of all that have it
            where those are fewer (capped recall at 10; Thakur et al. 2021, "BEIR", section 4).
        kept: of the attributes that should stay, the share that the first pictures keep, as many of the ten as have
            what is wanted in all; as part of the most that as many pictures with what is wanted can keep.
    """

    exact: NDArray[np.float64]
    closest: NDArray[np.float64]
    wanted: NDArray[np.float64]
    kept: NDArray[np.float64]

    def means(self) -> dict[str, float]:
        """`recall_at_1` (where it can be), `closest_at_1`, `wanted_at_10` and `kept_at_10`."""
        exact = self.exact[np.isfinite(self.exact)]
        return {
            "recall_at_1": float(exact.mean()) if len(exact) else float("nan"),
            CHOSEN_BY: float(self.closest.mean()),
            "wanted_at_10": float(self.wanted.mean()),
            "kept_at_10": float(self.kept.mean()),
        }


def judge_order(order: NDArray[np.int64], found: Answers, to_keep: NDArray[np.int64]) -> Shares:
    """What was found, from the first pictures of each request.

    Args:
        order: [n, 10] columns of the tables, best first; -1 where no more were found.
        found: what is right, for n requests.
        to_keep: [n], how many attributes should stay.
    """
    rows = np.arange(len(order))
    right = found.wanted == 1
    # A picture's merit is the share of what it should keep; what lacks the wanted has its merit all the same.
    merit = 1 - found.lost / np.maximum(to_keep, 1)[:, None]
    possible = np.minimum(right.sum(axis=1), order.shape[1])
    counted = (np.arange(order.shape[1])[None, :] < possible[:, None]) & (order >= 0)
    best = -np.sort(-np.where(right, merit, -1.0), axis=1)[:, : order.shape[1]]
    best_sum = np.where(best > 0, best, 0).sum(axis=1)
    kept_sum = (np.take_along_axis(merit, order, axis=1) * counted).sum(axis=1)
    wanted_sum = (np.take_along_axis(right, order, axis=1) & (order >= 0)).sum(axis=1)
    first = order[:, 0]
    feasible = (found.exact == 1).any(axis=1)
    return Shares(
        np.where(feasible, found.exact[rows, first] == 1, np.nan),
        (found.closest[rows, first] == 1).astype(float),
        wanted_sum / np.maximum(possible, 1),
        np.where(best_sum > 0, np.minimum(kept_sum / np.maximum(best_sum, 1e-9), 1.0), 1.0),
    )


def rank(composition: Composition, examples: Examples) -> NDArray[np.int64]:
    """[m, 10] rows of the first pictures for each request; the reference is left out."""
    references = examples.requests.references
    factors = composition(examples.features[references], examples.text_features)
    similarities = np.einsum("nmd,gd->nmg", factors, normalize(examples.features))
    scores = similarities[:, 0] if similarities.shape[1] == 1 else np.maximum(similarities, 0).prod(axis=1)
    scores[np.arange(len(scores)), references] = -np.inf
    order: NDArray[np.int64] = np.argsort(-scores, axis=1, kind="stable")[:, : min(DEPTH, scores.shape[1] - 1)]
    return order


def answered(examples: Examples) -> tuple[Answers, NDArray[np.int64]]:
    """What answers the requests among all pictures, and how many attributes each should keep."""
    requests = examples.requests
    found = answers(examples.collection, requests, np.arange(len(requests.texts)), np.arange(len(examples.features)))
    return found, requests.kept.sum(axis=1)


def compare_compositions(compositions: Mapping[str, Composition], examples: Examples) -> dict[str, dict[str, float]]:
    """For each composition the means of `Shares` over all requests that anything answers.

    Raises:
        ValueError: nothing answers any of them.
    """
    found, to_keep = answered(examples)
    usable = (found.wanted == 1).any(axis=1)
    if not usable.any():
        raise ValueError(
            "Nothing among the pictures held out answers any request next to them: the collection is too small, or its "
            "attributes are."
        )
    result = {}
    for name, composition in compositions.items():
        shares = judge_order(rank(composition, examples), found, to_keep)
        result[name] = Shares(*(getattr(shares, part)[usable] for part in Shares.__slots__)).means()
    return result
