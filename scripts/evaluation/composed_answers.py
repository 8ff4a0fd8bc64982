"""How often the first picture is an answer: requests through the search that the bot uses, beside the baselines."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from retrieval.query import ComposedQuery, ItemReference, WeightedQuery
from retrieval.searcher import Searcher
from scripts.evaluation.composed_requests import AnsweredRequests
from scripts.evaluation.suite import Figures
from scripts.training.composed_quality import DEPTH, Shares, judge_order

COMBINER = "combiner"
_RESAMPLED = 2000


def score_answers(
    searchers: Mapping[str, Searcher],
    asked: AnsweredRequests,
    item_ids: Sequence[str],
    name: str,
    show: Callable[[str], None],
    parts: Mapping[str, Searcher] = MappingProxyType({}),
) -> Figures:
    """Recall at 1, the wanted and the kept among the first ten, and the recall of what needs no training.

    Right is a picture that has what is wanted, the reference's kind unless another is wanted, and every other labelled
    attribute of the reference that pictures of its kind have ("no detail" is one where others of the kind have some);
    where another kind is wanted, its colour and its pattern. The reference itself is never shown.

    Args:
        searchers: one for each composition; `combiner` is what is measured.
        asked: requests; rows are positions in `item_ids`.
        item_ids: of all pictures of the collection.
        name: what the metrics begin with.
        show: told the confidence interval.
        parts: parts of what is measured, which are no baselines.
    """
    shares = {
        composition: judge_order(
            _first(searcher, asked, item_ids), asked.found, asked.requests.kept.sum(axis=1)
        )
        for composition, searcher in searchers.items()
    }  # fmt: skip
    own = shares.pop(COMBINER)
    recall = {composition: float(found.exact.mean()) for composition, found in shares.items()}
    of_parts = {
        part: judge_order(_first(searcher, asked, item_ids), asked.found, asked.requests.kept.sum(axis=1))
        for part, searcher in parts.items()
    }
    low, high = _interval(own.exact)
    show(f"{name}.recall_at_1: 95 % of resampled requests between {low:.3f} and {high:.3f}, n = {len(own.exact)}")
    figures = {
        f"{name}.recall_at_1": float(own.exact.mean()),
        f"{name}.wanted_at_10": float(own.wanted.mean()),
        f"{name}.kept_at_10": float(own.kept.mean()),
        f"{name}.best_baseline.recall_at_1": max(recall.values()),
        **{f"{name}.baseline.{composition}.recall_at_1": value for composition, value in recall.items()},
        **{f"{name}.part.{part}.recall_at_1": float(found.exact.mean()) for part, found in of_parts.items()},
        **{f"{name}.part.{part}.wanted_at_10": float(found.wanted.mean()) for part, found in of_parts.items()},
        **{f"{name}.recall_at_1.{label}": value for label, value in _by_label(own, asked).items()},
    }
    return {metric: round(value, 4) for metric, value in figures.items()}


def _first(searcher: Searcher, asked: AnsweredRequests, item_ids: Sequence[str]) -> NDArray[np.int64]:
    """[n, 10] positions of the first pictures, -1 where there are no more."""
    places = {item_id: place for place, item_id in enumerate(item_ids)}
    order = np.full((len(asked.requests.texts), DEPTH), -1, np.int64)
    for row, (reference, text) in enumerate(zip(asked.requests.references.tolist(), asked.requests.texts, strict=True)):
        query = ComposedQuery(ItemReference(item_ids[reference]), text)
        hits = searcher.search([WeightedQuery(query)], DEPTH).hits
        order[row, : len(hits)] = [places[hit.item_id] for hit in hits]
    return order


def _by_label(shares: Shares, asked: AnsweredRequests) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for row, right in enumerate(shares.exact.tolist()):
        found[asked.label(row)].append(right)
    return {label: float(np.mean(values)) for label, values in sorted(found.items())}


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of the means of resampled values (Efron's bootstrap)."""
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (_RESAMPLED, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
