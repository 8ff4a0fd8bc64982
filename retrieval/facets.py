"""What a filter can ask of a snapshot: which rows have which category, value, tag, word, price and date.

Made in one pass over the items when a snapshot is opened, and kept in memory as posting lists of 4 bytes an entry, so
that a filter becomes a mask of the rows in far less time than a search takes, on catalogues of any origin.
"""

import datetime
import functools
import re
from array import array
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from retrieval.filter import (
    AmongItems,
    Condition,
    Filter,
    HasValue,
    InCategory,
    Mentions,
    PriceFrom,
    PriceTo,
    Tagged,
    Taken,
)
from retrieval.item_table import Item, Value
from retrieval.item_words import words_in, written
from retrieval.prices import price_of
from retrieval.protocols import Mask, Rows

MAX_VALUES = 500
"""A column with more different values tells items apart instead of saying what they have in common."""
CATEGORY = "category"
TAGS = ("tags", "keywords")
TITLES = ("title", "caption", "description")
DATES = ("taken", "date_taken", "date")
"""Columns with the day of a picture, the first that has one; indexing fills `taken` from EXIF."""
_NO_FACETS = frozenset({*TAGS, *TITLES, *DATES, "price", "link", "url", "id"})
_SEPARATOR = re.compile(r"[,;|#\n]+")

Postings = dict[str, "array[int]"]
"""Value, in the form of `key` -> the rows that have it, ascending."""


@functools.lru_cache(4096)
def key(text: str) -> str:
    """How values are compared: without regard to case and spacing."""
    return " ".join(text.casefold().split())


def tags_of(text: str) -> frozenset[str]:
    """The tags in a column of them, in the form of `key`."""
    return frozenset(key(tag) for tag in _SEPARATOR.split(text)) - {""}


def day_of(text: str) -> datetime.date | None:
    """The day that an ISO date or time names, None for anything else; EXIF's colons are taken for dashes."""
    try:
        return datetime.date.fromisoformat(text.strip()[:10].replace(":", "-").replace("/", "-"))
    except ValueError:
        return None


class Facets:
    """The facets of a list of items, by row."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Read the items once, in the order of their rows."""
        self._values: dict[str, Postings] = {}
        self._tags: Postings = {}
        self._words: Postings = {}
        self._spellings: dict[tuple[str, str], str] = {}
        prices, days, ids = array("d"), array("i"), array("q")
        overfull: set[str] = set()
        row = -1
        for row, item in enumerate(items):
            metadata = item.metadata
            ids.append(hash(item.id))
            prices.append(np.nan if (price := price_of(metadata.get("price"))) is None else price)
            days.append(_day(metadata))
            for column, value in metadata.items():
                name = key(column)
                if name not in _NO_FACETS and name not in overfull and value != "":
                    self._add_value(row, name, value, overfull)
            for tag in {tag for text in _texts(metadata, TAGS) for tag in tags_of(text)}:
                self._tags.setdefault(tag, array("i")).append(row)
            for word in set(words_in(written(metadata))):
                self._words.setdefault(word, array("i")).append(row)
        self._count = row + 1
        self._prices = np.array(prices)
        self._days = np.array(days)
        self._ids = np.array(ids)  # 64 bits of each tell them apart, in a tenth of the room

    @property
    def categories(self) -> frozenset[str]:
        """As the catalogue spells them."""
        return frozenset(self._spellings[CATEGORY, value] for value in self._values.get(CATEGORY, ()))

    @property
    def tags(self) -> frozenset[str]:
        """In the form of `key`."""
        return frozenset(self._tags)

    @property
    def values(self) -> Mapping[str, frozenset[str]]:
        """Of each column with few different values, category apart: these. Both in the form of `key`."""
        return {name: frozenset(found) for name, found in self._values.items() if name != CATEGORY}

    @property
    def priced(self) -> bool:
        """Whether any item has a price."""
        return not bool(np.isnan(self._prices).all())

    @property
    def dated(self) -> bool:
        """Whether any item has a date."""
        return bool(self._days.any())

    def mask(self, within: Filter) -> Mask:
        """[n] which rows fulfil the filter."""
        allowed = np.ones(self._count, dtype=bool)
        for condition in within.conditions:
            allowed &= self._holding(condition)
        return allowed

    def mentioning(self, word: str) -> Rows:
        """The rows beside whose pictures a word is written, ascending."""
        rows = self._words.get(word)
        return np.empty(0, np.int64) if rows is None else np.frombuffer(rows, dtype=np.intc).astype(np.int64)

    def _holding(self, condition: Condition) -> Mask:
        with np.errstate(invalid="ignore"):  # no price is neither above nor below
            match condition:
                case InCategory(category):
                    return self._listed(self._values.get(CATEGORY, {}), key(category))
                case HasValue(name, value, excluded):
                    return self._listed(self._values.get(key(name), {}), key(value)) ^ excluded
                case Tagged(tag):
                    return self._listed(self._tags, key(tag))
                case PriceFrom(low, exclusive):
                    return self._prices > low if exclusive else self._prices >= low
                case PriceTo(high, exclusive):
                    return self._prices < high if exclusive else self._prices <= high
                case Taken(first, last):
                    return (self._days >= first.toordinal()) & (self._days <= last.toordinal())
                case AmongItems(item_ids):
                    return np.isin(self._ids, np.array([hash(item_id) for item_id in item_ids], dtype=np.int64))
                case Mentions(words):
                    found = np.ones(self._count, dtype=bool)
                    for word in words_in(words):
                        found &= self._listed(self._words, word)
                    return found

    def _listed(self, postings: Postings, value: str) -> Mask:
        mask = np.zeros(self._count, dtype=bool)
        if (rows := postings.get(value)) is not None:
            mask[np.frombuffer(rows, dtype=np.intc)] = True
        return mask

    def _add_value(self, row: int, name: str, value: Value, overfull: set[str]) -> None:
        postings, spelled = self._values.setdefault(name, {}), key(str(value))
        rows = postings.get(spelled)
        if rows is None:
            if len(postings) == MAX_VALUES:
                overfull.add(name)
                del self._values[name]
                return
            rows = postings[spelled] = array("i")
            self._spellings[name, spelled] = str(value)
        rows.append(row)


def _texts(metadata: Mapping[str, Value], columns: Sequence[str]) -> list[str]:
    return [str(metadata[column]) for column in columns if column in metadata]


def _day(metadata: Mapping[str, Value]) -> int:
    """Ordinal of the picture's day, 0 where nothing says it."""
    for said in _texts(metadata, DATES):
        if (day := day_of(said)) is not None:
            return day.toordinal()
    return 0
