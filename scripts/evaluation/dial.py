"""The dial between picture and words: does each of its steps move the results, and what does that cost?

The requests of the suite `composed` in held-out sentences, each at the five positions of `bot.dial`. Of the ten best
pictures: the picture's share of the score (`dial.<position>.picture_share`), how like the reference they are
(`.like_picture`) and how like the words alone (`.like_words`), mean cosines; and what the suite `composed` reports:
right picture first (`.recall_at_1`), what is wanted (`.wanted_at_10`) and what is kept (`.kept_at_10`). Positions are
named `picture2`, `picture1`, `middle`, `words1`, `words2`. `dial.monotonic` is 1 where share and both likenesses move
the right way at each step.
"""

import argparse

import numpy as np

from bot.dial import LEANS, dialled
from retrieval.embedding import normalize
from retrieval.query import ComposedQuery, ItemReference, WeightedQuery
from scripts.evaluation.composed_requests import draw_requests
from scripts.evaluation.suite import SEED, Figures, Rendered, add_collection, open_rendered
from scripts.training.composed_quality import DEPTH, judge_order
from scripts.training.triplets import collect

COUNT = 300
_NAMES = {-2: "picture2", -1: "picture1", 0: "middle", 1: "words1", 2: "words2"}
_MOVED = (("picture_share", -1), ("like_picture", -1), ("like_words", 1))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The collection and the model, and which requests."""
    add_collection(parser)
    parser.add_argument("--seed", type=int, default=SEED, help="of the requests (%(default)s)")


def measure(options: argparse.Namespace) -> Figures:
    """`dial.…`."""
    with open_rendered(options) as rendered:
        return score_dial(rendered, COUNT, options.seed)


def score_dial(rendered: Rendered, count: int, seed: int) -> Figures:
    """The figures of `count` requests."""
    item_ids = list(rendered.items)
    embeddings = normalize(rendered.snapshot.features(range(len(item_ids))))
    places = {item_id: place for place, item_id in enumerate(item_ids)}
    asked = draw_requests(collect(list(rendered.items.values())), seed, count)
    searcher = rendered.searcher()
    words = normalize(rendered.encoder.encode_texts(asked.requests.texts))
    figures: Figures = {}
    for position in sorted(LEANS):
        order = np.full((len(asked.requests.texts), DEPTH), -1, np.int64)
        seen: dict[str, list[float]] = {name: [] for name, _ in _MOVED}
        for row, (at, text) in enumerate(zip(asked.requests.references.tolist(), asked.requests.texts, strict=True)):
            query = dialled(ComposedQuery(ItemReference(item_ids[at]), text), position)
            hits = searcher.search([WeightedQuery(query)], DEPTH).hits
            found = [places[hit.item_id] for hit in hits]
            order[row, : len(found)] = found
            seen["picture_share"] += [hit.picture_share or 0.0 for hit in hits]
            seen["like_picture"].append(float((embeddings[found] @ embeddings[at]).mean()))
            seen["like_words"].append(float((embeddings[found] @ words[row]).mean()))
        shares = judge_order(order, asked.found, asked.requests.kept.sum(axis=1))
        means = {name: float(np.mean(values)) for name, values in seen.items()}
        means |= {"recall_at_1": float(shares.exact.mean()), "wanted_at_10": float(shares.wanted.mean())}
        means["kept_at_10"] = float(shares.kept.mean())
        figures |= {f"dial.{_NAMES[position]}.{name}": round(value, 4) for name, value in means.items()}
    return figures | {"dial.monotonic": float(is_monotonic(figures))}


def is_monotonic(figures: Figures) -> bool:
    """Whether share and likenesses move the right way at each step from the picture to the words."""
    return all(
        sign * (figures[f"dial.{_NAMES[position + 1]}.{name}"] - figures[f"dial.{_NAMES[position]}.{name}"]) > 0
        for position in sorted(LEANS)[:-1]
        for name, sign in _MOVED
    )
