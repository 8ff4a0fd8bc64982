"""What the bot's category rule gives: requests once more, kept to the category of their reference."""

from collections.abc import Mapping

import numpy as np

from bot.category_rule import keep_category
from bot.ledger import Entry
from bot.turns import Turn
from bot.vocabulary import Vocabulary, forms_of
from retrieval.facets import Facets
from retrieval.query import ComposedQuery, ItemReference, WeightedQuery
from retrieval.searcher import Searcher
from scripts.evaluation.composed_requests import AnsweredRequests
from scripts.evaluation.suite import Figures, Rendered
from scripts.training.composed_quality import DEPTH, judge_order


def score_category_rule(rendered: Rendered, asked: AnsweredRequests, name: str) -> Figures:
    """`composed.same_category.…`: as `score_answers` of the composition in force, with the rule."""
    facets = Facets(rendered.snapshot.items())
    searcher = rendered.searcher(facets=facets)
    vocabulary = Vocabulary(forms_of(facets.categories))
    places = {item_id: place for place, item_id in enumerate(rendered.items)}
    order = np.full((len(asked.requests.texts), DEPTH), -1, np.int64)
    for row, (reference, text) in enumerate(zip(asked.requests.references.tolist(), asked.requests.texts, strict=True)):
        hits = _hits(searcher, list(places)[reference], text, rendered.items, vocabulary)
        order[row, : len(hits)] = [places[item_id] for item_id in hits]
    found = judge_order(order, asked.found, asked.requests.kept.sum(axis=1))
    return {
        f"{name}.same_category.recall_at_1": round(float(found.exact.mean()), 4),
        f"{name}.same_category.wanted_at_10": round(float(found.wanted.mean()), 4),
        f"{name}.same_category.kept_at_10": round(float(found.kept.mean()), 4),
    }


def _hits(
    searcher: Searcher, reference: str, text: str, items: Mapping[str, Mapping[str, object]], vocabulary: Vocabulary
) -> list[str]:
    query = ComposedQuery(ItemReference(reference), text)
    turn = keep_category(Turn(1, (Entry(query, text),)), str(items[reference]["category"]), vocabulary)
    return [hit.item_id for hit in searcher.search([WeightedQuery(query)], DEPTH, (), turn.within).hits]
