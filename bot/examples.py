"""Example searches for a collection: what is offered was asked, and found something.

They are made of what the catalogue says ("red dress"), or of its short titles; of a plain folder of pictures, bundled
names of things are tried on the pictures that a draw gives.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.changes import values_of
from bot.closeness import is_close
from bot.vocabulary import Vocabulary
from retrieval.draw import SAMPLE, different
from retrieval.embedding import normalize
from retrieval.errors import RetrievalError
from retrieval.filter import Filter, HasValue, InCategory
from retrieval.item_table import Item
from retrieval.query import TextQuery, WeightedQuery
from retrieval.query_bank import OTHERS, TEXTS, WORN
from retrieval.slots import slots
from retrieval.snapshot import Snapshot
from retrieval.worker import Worker

logger = logging.getLogger(__name__)

WANTED = 6
"""Kept for one collection."""
MAX_TRIED = 18
FOUND = 6
"""Hits that are looked at: an album."""
MIN_FITTING = 3
"""Of these so many have to be what was asked for, or all that there are."""
MAX_TITLE_WORDS = 6
_SEED = 1
_COLOURED = slice(len(WORN) + len(OTHERS), None)
"""Of the bundled texts those that say a colour, too."""


@dataclass(frozen=True, slots=True)
class Example:
    """A search in words, and how to tell whether a hit fits it.

    Attributes:
        category: of the items that fit; None where the catalogue does not say.
        value: that an item that fits has in some column.
        item_id: an item that has to be among the hits.
    """

    text: str
    category: str | None = None
    value: str | None = None
    item_id: str | None = None

    def fits(self, item: Item, vocabulary: Vocabulary) -> bool:
        """Whether the catalogue says so; true where it cannot say."""
        if self.category is not None and item.category != self.category:
            return False
        return self.value is None or any(self.value in found for found in values_of(item, vocabulary).values())


async def find_examples(snapshot: Snapshot, vocabulary: Vocabulary, worker: Worker) -> tuple[str, ...]:
    """Up to `WANTED` searches that find something here; none where none was found."""
    found: list[str] = []
    try:
        if vocabulary.categories or any(slots(v) for values in vocabulary.columns.values() for v in values):
            candidates = await asyncio.to_thread(lambda: _described(snapshot, vocabulary))
        else:
            candidates = await asyncio.to_thread(lambda: _titled(snapshot) or _judged(snapshot))
        for example in candidates[:MAX_TRIED]:
            if len(found) == WANTED:
                break
            hits = (await worker.search([WeightedQuery(TextQuery(example.text))], FOUND)).hits
            if example.item_id is not None and example.item_id not in {hit.item_id for hit in hits}:
                continue
            items = [snapshot.item(hit.item_id) for hit in hits if is_close(hit)]
            if sum(example.fits(item, vocabulary) for item in items) >= min(MIN_FITTING, len(snapshot)):
                found.append(example.text)
    except RetrievalError as error:  # a collection without examples is served all the same
        logger.warning("Looking for example searches ended early: %s", error)
    return tuple(found)


def _described(snapshot: Snapshot, vocabulary: Vocabulary) -> list[Example]:
    """A value and a category that several items have, of different ones as long as there are some; then a category."""
    made: list[Example] = []
    plain: list[Example] = []
    for item in snapshot.sample(WANTED * 12, seed=_SEED):
        values = [
            (not slots(value).keys() & {"colour"}, column, value)
            for column, found in values_of(item, vocabulary).items()
            for value in found
            if {"colour", "pattern"} & slots(value).keys() and "plain" not in value
        ]
        value = min(values) if values else None
        category = str(item.category) if item.category else None
        if category is not None:
            plain.append(Example(category, category))
        if value is not None and _has_several(snapshot, value, category):
            made.append(Example(" ".join(filter(None, (value[2], category))), category, value[2]))
    return _varied(_once(made)) + _once(plain)


def _has_several(snapshot: Snapshot, value: tuple[bool, str, str], category: str | None) -> bool:
    conditions = (HasValue(value[1], value[2]), *((InCategory(category),) if category is not None else ()))
    return int(snapshot.facets.mask(Filter(conditions)).sum()) >= MIN_FITTING


def _varied(made: Sequence[Example]) -> list[Example]:
    """Those first that repeat neither category nor value of the ones before them."""
    ranked = []
    categories: dict[str | None, int] = {}
    values: dict[str | None, int] = {}
    for place, example in enumerate(made):
        times = max(categories.get(example.category, 0), values.get(example.value, 0))
        categories[example.category] = categories.get(example.category, 0) + 1
        values[example.value] = values.get(example.value, 0) + 1
        ranked.append((times, place, example))
    return [example for *_, example in sorted(ranked, key=lambda entry: entry[:2])]


def _titled(snapshot: Snapshot) -> list[Example]:
    """Short titles that are words, not the names of files."""
    made = []
    for item in snapshot.sample(WANTED * 12, seed=_SEED):
        words = str(item.title or "").split()
        if 2 <= len(words) <= MAX_TITLE_WORDS and all(word.strip(",.'-").isalpha() for word in words):
            made.append(Example(" ".join(words), item_id=item.id))
    return _once(made)


def _judged(snapshot: Snapshot) -> list[Example]:
    """The bundled name that suits each picture of a draw best, measured against the name's mean over the collection.

    None where nothing was calibrated: then nobody could tell whether they find anything.
    """
    if snapshot.calibration is None:
        return []
    rng = np.random.default_rng(_SEED)
    rows = np.sort(rng.choice(len(snapshot), min(SAMPLE, len(snapshot)), replace=False))
    embeddings = normalize(snapshot.features(rows))
    scores = embeddings @ snapshot.calibration.collection.texts[_COLOURED].T
    drawn, _ = different(embeddings, MAX_TRIED, rng)
    best = (scores - scores.mean(axis=0))[drawn].argmax(axis=1)
    return _once(Example(TEXTS[_COLOURED][text]) for text in best)


def _once(examples: Iterable[Example]) -> list[Example]:
    return list({example.text: example for example in examples}.values())
