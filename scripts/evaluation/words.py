"""Words alone, on products that nothing was trained on: the share of right pictures among the first ten.

Each of 400 wordings names the kind, the colour and one more attribute of a product of the collection, in a sentence
that training never saw; a picture is right if it has all three. `words.known` uses words of the lexicon,
`words.unseen` has at least one word that nobody wrote down for training (`scripts/training/unseen.py`): `.taught` where
a dictionary explains all of them, `.untaught` where training never saw at least one. Where fewer than
ten products are right, as many count as there are. Searched as the bot does, and with the model alone (`.alone`).
`words.kind_colour.p6` is the first album for 60 wordings written by hand.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from retrieval.query import TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from scripts.evaluation.suite import SEED, Figures, Items, add_collection, open_rendered
from scripts.evaluation.unseen_wordings import describe_unseen
from scripts.training.held_out import Wording, has, load_wordings
from scripts.training.labels import Constraints
from scripts.training.unseen import taught
from scripts.training.wordings import HELD_OUT_FRAMES, describe

ALBUM = 6
FIRST = 10
WORDINGS = 400
HEADLINES = ("words.known.p10", "words.unseen.p10")
THIRD = ("pattern", "sleeve", "length", "neckline", "detail")


@dataclass(frozen=True, slots=True)
class Search:
    """A text, what every picture found should have, and in which figures it counts."""

    text: str
    wanted: Constraints
    names: Sequence[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The collection and the model."""
    add_collection(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`words.…`."""
    with open_rendered(options) as rendered:
        searcher = rendered.searcher()
        searches = [*known_searches(rendered.items, WORDINGS, SEED), *unseen_searches(rendered.items, WORDINGS, SEED)]
        alone = score_searches(rendered.searcher(attributes=False), searches, rendered.items)
        return (
            score_searches(searcher, searches, rendered.items)
            | {f"{name}.alone": alone[name] for name in HEADLINES if name in alone}
            | score_album(searcher, load_wordings(), rendered.items)
        )


def known_searches(items: Items, count: int, seed: int) -> Iterator[Search]:
    """Wordings with words of the lexicon only."""
    rng = np.random.default_rng((seed, 1))
    for row, third in _products(items, count, rng):
        text, wanted = describe(row, rng, ("colour", third), HELD_OUT_FRAMES)
        yield Search(text, wanted, ("words.known.p10", f"words.known.p10.{third}"))


def unseen_searches(items: Items, count: int, seed: int) -> Iterator[Search]:
    """Wordings with at least one unseen word."""
    rng = np.random.default_rng((seed, 2))
    found = 0
    for row, third in _products(items, 20 * count, rng):
        if found == count:
            return
        described = describe_unseen(row, ("colour", third), rng)
        if described is None:
            continue
        found += 1
        text, wanted, unseen = described
        known = all(taught(key, value, word) for key, word in unseen.items() for value in wanted[key])
        yield Search(text, wanted, ("words.unseen.p10", f"words.unseen.p10.{'taught' if known else 'untaught'}"))


def score_searches(searcher: Searcher, searches: Sequence[Search], items: Items) -> Figures:
    """For each figure the mean share of right pictures among the first ten."""
    shares: dict[str, list[float]] = defaultdict(list)
    for search in searches:
        right = {item for item, row in items.items() if _satisfies(row, search.wanted)}
        share = right_among_first(searcher, search.text, right, FIRST)
        for name in search.names:
            shares[name].append(share)
    return means(shares)


def score_album(searcher: Searcher, wordings: Sequence[Wording], items: Items) -> Figures:
    """`words.kind_colour.p6` and the same for each kind."""
    shares: dict[str, list[float]] = defaultdict(list)
    for wording in wordings:
        hits = searcher.search([WeightedQuery(TextQuery(wording.text))], ALBUM).hits
        share = sum(has(items[hit.item_id], wording.wanted) for hit in hits) / ALBUM
        shares["words.kind_colour.p6"].append(share)
        shares[f"words.kind_colour.p6.{wording.wanted['category']}"].append(share)
    return means(shares)


def right_among_first(searcher: Searcher, text: str, right: Set[str], first: int) -> float:
    """Share of the right items among the first ones, or among as many as are right; at least one is."""
    possible = min(first, len(right))
    hits = searcher.search([WeightedQuery(TextQuery(text))], possible).hits
    return sum(hit.item_id in right for hit in hits) / possible


def means(shares: dict[str, list[float]]) -> Figures:
    """The mean of each list, to four places."""
    return {name: round(float(np.mean(values)), 4) for name, values in sorted(shares.items())}


def _products(items: Items, count: int, rng: np.random.Generator) -> Iterator[tuple[dict[str, str | None], str]]:
    """Random products with the attribute that is named as the third; each attribute is drawn equally often."""
    rows = {third: [row for row in items.values() if row.get(third) and row.get("colour")] for third in THIRD}
    able = [third for third in THIRD if rows[third]]
    for number in range(count if able else 0):
        third = able[number % len(able)]
        row = rows[third][int(rng.integers(len(rows[third])))]
        yield {key: str(value) if value else None for key, value in row.items()}, third


def _satisfies(row: Mapping[str, object], wanted: Constraints) -> bool:
    return all(str(row.get(key) or "") in values for key, values in wanted.items())
