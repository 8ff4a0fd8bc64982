"""Simulated people for whole dialogs: what they have in mind, what they say, and which picture they tap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval import lexicon
from scripts.training.requests import ask
from scripts.training.wordings import HELD_OUT_FRAMES, describe, pick

KEYS = ("category", "colour", "pattern", "sleeve", "length", "neckline", "detail")
CHANGES_OF_MIND = (
    "no, {new} after all",
    "wait, I changed my mind: {new}",
    "on second thought {new}",
    "sorry, I meant {new}",
    "hm no, it has to be {new}",
)
"""Like all frames of these people in no training text."""

Properties = Mapping[str, str]
"""Key -> value, "" where a product has none."""
_SALIENCE = {"category": 8.0, "colour": 2.0, "pattern": 2.0}
"""How readily a difference is named, against 1 for the others: another kind first, then what is seen from afar."""


def properties(metadata: Mapping[str, object]) -> Properties:
    """What a person can see of a product."""
    return {key: str(metadata.get(key) or "") for key in KEYS}


@dataclass(frozen=True, slots=True)
class Habits:
    """How people choose what they refine.

    Attributes:
        closest: share of the turns in which the picture that has most in common with the target is tapped.
        any_shown: share in which any of the pictures is tapped. In the rest nothing is, and the words go on refining
            what was chosen before (after the first album, where nothing was, the closest is tapped).
        change: share of the people who change their mind once.
    """

    closest: float = 0.4
    any_shown: float = 0.1
    change: float = 0.1


class Person:
    """One simulated person. The same arguments and the same albums give the same dialog.

    Attributes:
        target: what the person has in mind now.
        changes_at: the turn, 2 or 3, at which the person will change their mind; None if they never do or have done so.
    """

    def __init__(self, target: Properties, habits: Habits, rng: np.random.Generator) -> None:
        self.target = target
        self.changes_at = int(rng.integers(2, 4)) if rng.random() < habits.change else None
        self._habits = habits
        self._rng = rng
        self._said: dict[str, None] = {}

    def first_words(self) -> str:
        """The kind and one property."""
        named = {key: value for key, value in self.target.items() if value}
        key = self._draw([key for key in named if key != "category"])
        return describe(named, self._rng, keys=(key,), frames=HELD_OUT_FRAMES)[0]

    def change_mind(self, unseen: Sequence[Properties]) -> str | None:
        """Takes another target, that differs in something the person has said; the words that say so.

        None where the products not seen so far have nothing that fits. `unseen` are their properties.
        """
        self.changes_at = None
        same_kind = [other for other in unseen if other["category"] == self.target["category"]]
        for key in self._rng.permutation([key for key in self._said if key != "category" and self.target[key]]):
            others = [other for other in same_kind if other[key] not in ("", self.target[key])]
            if others:
                alike = [self._in_common(other) for other in others]
                nearest = [other for other, count in zip(others, alike, strict=True) if count == max(alike)]
                self.target = nearest[int(self._rng.integers(len(nearest)))]
                frame = str(self._rng.choice(CHANGES_OF_MIND))
                return frame.format(new=_name(str(key), self.target[key], self._rng))
        return None

    def tap(self, shown: Sequence[Properties], may_go_on: bool) -> int | None:
        """The position of the picture to refine; None to go on with the one before."""
        draw = self._rng.random()
        if draw < self._habits.any_shown:
            return int(self._rng.integers(len(shown)))
        if draw < self._habits.any_shown + self._habits.closest or not may_go_on:
            return self.closest(shown)
        return None

    def closest(self, shown: Sequence[Properties]) -> int:
        """The position of the picture with most in common with the target, the first of them."""
        return int(np.argmax([self._in_common(each) for each in shown]))

    def difference(self, seen: Properties) -> str:
        """One true difference between what the person looks at and the target, as a request."""
        same_kind = seen["category"] == self.target["category"]
        # What a thing of another kind has and the target cannot have is no request: nobody asks a bag to lose sleeves.
        sayable = [key for key in KEYS if seen[key] != self.target[key] and (self.target[key] or same_kind)]
        key = self._draw(sayable)
        return ask(seen, {key: self.target[key]}, self._rng, held_out=True)

    def _in_common(self, other: Properties) -> int:
        return sum(other[key] == self.target[key] for key in KEYS)

    def _draw(self, keys: Sequence[str]) -> str:
        weights = np.array([_SALIENCE.get(key, 1.0) for key in keys])
        key = str(self._rng.choice(keys, p=weights / weights.sum()))
        self._said[key] = None
        return key


def _name(key: str, value: str, rng: np.random.Generator) -> str:
    """A value in a word or two."""
    if key == "colour":
        return pick(lexicon.COLOURS.get(value, (value,)), rng, 0.8)
    if key == "detail" and value in lexicon.DETAIL_NOUNS:
        return pick(lexicon.DETAIL_NOUNS[value], rng)
    options = (*lexicon.ADJECTIVES.get(key, {}).get(value, ()), *lexicon.PHRASES.get(key, {}).get(value, ()))
    return pick(options or (value,), rng)
