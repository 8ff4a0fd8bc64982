"""A simulated person talks to the bot's own dialog: the same `step`, the same ledger, everything but Telegram."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.dialog import step
from bot.events import HitChosen, TextSent
from bot.ledger import Entry
from bot.requests import Search
from bot.turns import Dialog, Page, Turn
from bot.vocabulary import Vocabulary, forms_of
from retrieval.query import WeightedQuery
from retrieval.search_result import SearchResult
from scripts.evaluation.simulated_people import Habits, Person, Properties

SHOWN = 6
TURNS = 5
HIT = 10
"""A dialog has found its target when it is among so many best pictures."""

Weigh = Callable[[tuple[Entry, ...]], Sequence[WeightedQuery]]
"""A ledger, newest last -> the queries that are searched for."""


class PictureSearch(Protocol):
    """What finds pictures; `retrieval.searcher.Searcher` for one."""

    def search(self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str]) -> SearchResult:
        """The k best items for the weighted queries together."""
        ...


@dataclass(frozen=True, slots=True)
class Replay:
    """One dialog.

    Attributes:
        ranks: the place, from 1, of the first picture like the target, at each turn until it was found.
        changed_at: the turn at which the person changed their mind; None if they did not.
        texts: what was said.
    """

    ranks: tuple[int, ...]
    changed_at: int | None
    texts: tuple[str, ...]


def replay(
    searcher: PictureSearch, items: Mapping[str, Properties], weigh: Weigh, dialogs: int, seed: int, habits: Habits
) -> list[Replay]:
    """Talks through `dialogs` dialogs, each with another target, drawn by `seed` from the items."""
    rng = np.random.default_rng(seed)
    targets = rng.choice(sorted(items), size=min(dialogs, len(items)), replace=False)
    people = (
        Person(items[str(target)], habits, np.random.default_rng([seed, number]))
        for number, target in enumerate(targets)
    )
    return [_talk(searcher, items, weigh, person) for person in people]


def _talk(searcher: PictureSearch, items: Mapping[str, Properties], weigh: Weigh, person: Person) -> Replay:
    vocabulary = Vocabulary(forms_of({each["category"] for each in items.values()}))
    dialog, text = Dialog(), person.first_words()
    ranks: list[int] = []
    texts: list[str] = []
    changed_at: int | None = None
    for number in range(1, TURNS + 1):
        if (before := dialog.turn(dialog.current)) is not None:
            shown = [items[item] for item in before.shown]
            changing = person.changes_at is not None and (person.changes_at == number or person.target in shown)
            said = person.change_mind(_unseen(items, before)) if changing else None
            changed_at = changed_at if said is None else number
            if said is None and person.target in shown:
                break  # there is nothing to change their mind to, so they take what they have found
            tapped = person.tap(shown, may_go_on=dialog.chosen is not None)
            if tapped is not None:
                dialog, _ = step(dialog, HitChosen(before.number, tapped), vocabulary)
            text = said or person.difference(shown[person.closest(shown) if tapped is None else tapped])
        texts.append(text)
        dialog, request = step(dialog, TextSent(text), vocabulary)
        if not isinstance(request, Search):  # taken for a command: the turn is lost, and so it is counted
            ranks.append(len(items))
            continue
        found = searcher.search(weigh(request.turn.ledger), len(items), request.turn.seen).hits
        like_target = (place for place, hit in enumerate(found, start=1) if items[hit.item_id] == person.target)
        ranks.append(next(like_target, len(items)))
        if ranks[-1] <= HIT and person.changes_at is None:
            break
        dialog = dialog.with_page(request.turn, Page(tuple(hit.item_id for hit in found[:SHOWN])))
    return Replay(tuple(ranks), changed_at, tuple(texts))


def _unseen(items: Mapping[str, Properties], turn: Turn) -> list[Properties]:
    seen = {*turn.seen, *turn.shown}
    return [each for item, each in items.items() if item not in seen]
