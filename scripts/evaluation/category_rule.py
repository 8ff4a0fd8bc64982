"""What the bot's category rule gives: requests once more, kept to the category of their reference."""

import numpy as np

from bot.category_rule import keep_category
from bot.ledger import Entry
from bot.turns import Turn
from bot.vocabulary import Vocabulary, forms_of
from retrieval.query import ComposedQuery, ItemReference, WeightedQuery
from retrieval.searcher import Searcher
from scripts.evaluation.composed_requests import AnsweredRequests
from scripts.evaluation.suite import Figures, Items
from scripts.training.composed_quality import DEPTH, judge_order


def score_category_rule(searcher: Searcher, asked: AnsweredRequests, items: Items, name: str) -> Figures:
    """`composed.same_category.…`: what `score_answers` measures of the composition in force, with the rule.

    Args:
        searcher: with the composition in force, one that takes filters.
        asked: requests; rows are positions in `items`.
        items: item id -> metadata.
        name: what the metrics begin with.
    """
    item_ids = list(items)
    categories = [str(items[item_id]["category"]) for item_id in item_ids]
    vocabulary = Vocabulary(forms_of(set(categories)))
    places = {item_id: place for place, item_id in enumerate(item_ids)}
    order = np.full((len(asked.requests.texts), DEPTH), -1, np.int64)
    for row, (reference, text) in enumerate(zip(asked.requests.references.tolist(), asked.requests.texts, strict=True)):
        query = ComposedQuery(ItemReference(item_ids[reference]), text)
        turn = keep_category(Turn(1, (Entry(query, text),)), categories[reference], vocabulary)
        hits = searcher.search([WeightedQuery(query)], DEPTH, (), turn.within).hits
        order[row, : len(hits)] = [places[hit.item_id] for hit in hits]
    found = judge_order(order, asked.found, asked.requests.kept.sum(axis=1))
    return {
        f"{name}.same_category.recall_at_1": round(float(found.exact.mean()), 4),
        f"{name}.same_category.wanted_at_10": round(float(found.wanted.mean()), 4),
        f"{name}.same_category.kept_at_10": round(float(found.kept.mean()), 4),
    }
