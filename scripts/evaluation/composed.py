"""Words next to a picture: is the first picture an answer, what is wanted and what is kept among the first ten.

Requests are drawn on products that nothing was trained on, in sentences that training never saw, and again in words
that training never saw; each has at least one answer that keeps everything else (`composed_answers.score_answers` says
what is right). Beside them stand the 60 requests written by hand: right pictures among the first six.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence

from retrieval.composition import NormalizedSum
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Query, TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from scripts.evaluation.category_rule import score_category_rule
from scripts.evaluation.composed_answers import COMBINER, score_answers
from scripts.evaluation.composed_requests import draw_requests, draw_unseen_requests
from scripts.evaluation.suite import SEED, Figures, Items, add_collection, open_rendered
from scripts.protocols.baselines import training_free
from scripts.training.held_out import Request, choose_references, has, load_requests
from scripts.training.triplets import collect

FIRST = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The collection and the model."""
    add_collection(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`composed.…`, each kind of request beside what can be composed without training."""
    with open_rendered(options) as rendered:
        collection = collect(list(rendered.items.values()))
        searchers = {COMBINER: rendered.searcher()}
        searchers |= {
            name: rendered.searcher(composition, attributes=False) for name, composition in training_free().items()
        }
        parts = {
            "combiner_alone": rendered.searcher(attributes=False),
            "sum_with_attributes": rendered.searcher(NormalizedSum()),
        }
        item_ids = list(rendered.items)
        filtering = rendered.searcher(facets=rendered.snapshot.facets)
        figures: Figures = {}
        for name, draw in (("composed", draw_requests), ("composed.unseen", draw_unseen_requests)):
            asked = draw(collection, SEED)
            figures |= score_answers(searchers, asked, item_ids, name, print, parts)
            figures |= score_category_rule(filtering, asked, rendered.items, name)
        requests = load_requests()
        references = choose_references(requests, rendered.items, SEED)
        return figures | score_requests(rendered.searchers(), requests, references, rendered.items)


def score_requests(
    searchers: Mapping[str, Searcher], requests: Sequence[Request], references: Sequence[str | None], items: Items
) -> dict[str, float]:
    """`composed.wanted_kind.p6`, the same for each kind of change, and what else could have been done.

    Args:
        searchers: one for each composition, `combiner` among them; the others are baselines.
        requests: what is asked.
        references: an item id for each request; requests without are left out.
        items: the metadata to judge by.
    """
    shares: dict[str, list[float]] = defaultdict(list)
    name = "composed.wanted_kind.p6"
    for request, reference in zip(requests, references, strict=True):
        if reference is None:
            continue
        wanted = {"category": str(items[reference]["category"]), **request.wanted}
        picture = ItemReference(reference)
        for composition, searcher in searchers.items():
            share = _share(searcher, ComposedQuery(picture, request.text), wanted, items)
            if composition != "combiner":
                shares[f"{name}.baseline.{composition}"].append(share)
                continue
            shares[name].append(share)
            shares[f"{name}.{request.changed}"].append(share)
        plain = searchers["combiner"]
        shares[f"{name}.baseline.text_only"].append(_share(plain, TextQuery(request.text), wanted, items))
        shares[f"{name}.baseline.image_only"].append(_share(plain, ImageQuery(picture), wanted, items))
    return _means(shares)


def _share(searcher: Searcher, query: Query, wanted: Mapping[str, str], items: Items) -> float:
    hits = searcher.search([WeightedQuery(query)], FIRST).hits
    return sum(has(items[hit.item_id], wanted) for hit in hits) / FIRST


def _means(shares: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(sum(values) / len(values), 4) for name, values in sorted(shares.items())}
