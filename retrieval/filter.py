"""What a search may find at all: conditions on what the catalogue says of an item. Plain values, as `retrieval.query`.

A filter never ranks: an item fulfils it or not, and among those that do the order is that of the search without it.
`retrieval.facets` evaluates filters.
"""

import datetime
from dataclasses import dataclass, replace

MAX_CONDITIONS = 8
"""Of one filter; the oldest give way."""


@dataclass(frozen=True, slots=True)
class InCategory:
    """Items of one category.

    Attributes:
        implied: nobody said so; it is that of the picture being refined.
    """

    category: str
    implied: bool = False


@dataclass(frozen=True, slots=True)
class PriceFrom:
    """Items that cost at least so much, or more than that; items without a price are left out."""

    price_from: float
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class PriceTo:
    """Items that cost at most so much, or less than that; items without a price are left out."""

    price_to: float
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Tagged:
    """Items that carry a tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class HasValue:
    """Items of which the catalogue says that `name` is `value`; with `excluded` all the others."""

    name: str
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """Photos taken from `first` to `last`, both days included; those without a date are left out."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Mentions:
    """Items whose title or caption holds all of these words, in any order."""

    words: str


@dataclass(frozen=True, slots=True)
class AmongItems:
    """Items that somebody pointed at, by their ids."""

    item_ids: tuple[str, ...]


Condition = InCategory | PriceFrom | PriceTo | Tagged | HasValue | Taken | Mentions | AmongItems


@dataclass(frozen=True, slots=True)
class Filter:
    """All of its conditions must hold; without any, every item is let through."""

    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.conditions)

    def narrowed(self, later: "Filter") -> "Filter":
        """This filter after `later` was said as well; of conditions that exclude each other the later one stays."""
        conditions = self.conditions
        for new in later.conditions:
            conditions = (*(old for old in conditions if not _replaced(old, new)), new)
        return Filter(conditions[-MAX_CONDITIONS:])

    def without(self, number: int) -> "Filter":
        """This filter without the condition of that position, from 0."""
        return replace(self, conditions=tuple(each for at, each in enumerate(self.conditions) if at != number))

    def said(self) -> "Filter":
        """What of it somebody asked for: without what is implied."""
        return Filter(tuple(c for c in self.conditions if not (isinstance(c, InCategory) and c.implied)))


NO_FILTER = Filter()


def _replaced(old: Condition, new: Condition) -> bool:
    match old, new:
        case (InCategory(), InCategory()) | (Taken(), Taken()) | (PriceFrom(), PriceFrom()) | (PriceTo(), PriceTo()):
            return True
        case (AmongItems(), AmongItems()):
            return True
        case (PriceTo(price_to=high), PriceFrom(price_from=low)) | (PriceFrom(price_from=low), PriceTo(price_to=high)):
            return low > high
        case HasValue(), HasValue():
            return old.name == new.name and (not new.excluded or old.value == new.value)
    return old == new
