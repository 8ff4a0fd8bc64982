"""Simulated people who know what they want: do earlier turns help the search?

Each has a target among the products. The first words name its kind and one property; after that the person taps the
closest of the pictures shown and says one true difference, in wordings that training never saw. A dialog has found its
target at the first turn whose ten best pictures hold one with all of the target's properties (cumulative Hits@10, as
ChatIR and "A Sanity Check on CIR" count).
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bot.ledger import Entry, live
from retrieval.query import ComposedQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from scripts.training.requests import ask
from scripts.training.wordings import HELD_OUT_FRAMES, describe

SHOWN = 6
DEPTH = 10
TURNS = 5
KEYS = ("category", "colour", "pattern", "sleeve", "length", "neckline")

Items = Mapping[str, Mapping[str, object]]
Weigh = Callable[[tuple[Entry, ...]], Sequence[WeightedQuery]]
"""A ledger, newest last -> the queries that are searched for."""


def hits_by_turn(searcher: Searcher, items: Items, weigh: Weigh, dialogs: int, seed: int) -> list[float]:
    """Share of dialogs that have found their target by turn 1, 2, … 5."""
    rng = np.random.default_rng(seed)
    targets = rng.choice(sorted(items), size=min(dialogs, len(items)), replace=False)
    found = [
        _turns_needed(searcher, items, str(target), weigh, np.random.default_rng([seed, number]))
        for number, target in enumerate(targets)
    ]
    return [float(np.mean([turn <= limit for turn in found])) for limit in range(1, TURNS + 1)]


def _turns_needed(searcher: Searcher, items: Items, target: str, weigh: Weigh, rng: np.random.Generator) -> int:
    """The turn at which the target is found; one more than there are turns if it is not."""
    wanted = _properties(items[target])
    named = {key: value for key, value in wanted.items() if value}
    text, _ = describe(named, rng, keys=("colour",), frames=HELD_OUT_FRAMES)
    ledger: tuple[Entry, ...] = (Entry(TextQuery(text), text),)
    seen: set[str] = set()
    for turn in range(1, TURNS + 1):
        hits = [hit.item_id for hit in searcher.search(weigh(ledger), DEPTH, seen).hits]
        if any(_properties(items[hit]) == wanted for hit in hits):
            return turn
        shown = hits[:SHOWN]
        seen.update(shown)
        closest = max(shown, key=lambda item: sum(_properties(items[item])[key] == wanted[key] for key in KEYS))
        reference = _properties(items[closest])
        differing = [key for key in KEYS if reference[key] != wanted[key] and wanted[key]]
        if not differing:
            return turn
        key = str(rng.choice(differing))
        text = ask(reference, {key: wanted[key]}, rng, held_out=True)
        ledger = live(ledger, Entry(ComposedQuery(ItemReference(closest), text), text))
    return TURNS + 1


def _properties(metadata: Mapping[str, object]) -> dict[str, str]:
    return {key: str(metadata.get(key) or "") for key in KEYS}
