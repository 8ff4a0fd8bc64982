"""Queries with known answers in a collection that nobody has judged: what a calibration is fitted on.

Where the catalogue says what its pictures show, queries are made of its own words ("red dress" from colour and
category) and matched by them. A plain folder of pictures says nothing: then the bundled texts stand in, and a picture
matches the texts that describe it best by the model's own judgement, each text measured against its mean over the
collection.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.item_table import Item
from retrieval.protocols import Embeddings
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Query, TextQuery

COLOURS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "beige")
WORN = (
    "dress", "T-shirt", "shirt", "blouse", "top", "hoodie", "sweater", "coat", "jacket", "skirt", "trousers", "jeans",
    "shorts", "hat", "scarf", "shoes", "boots", "bag",
)  # fmt: skip
OTHERS = (
    "watch", "ring", "sunglasses", "chair", "table", "sofa", "bed", "lamp", "cup", "plate", "book", "phone",
    "computer", "car", "bus", "boat", "train", "dog", "horse", "bird", "fish", "flower", "tree", "forest", "house",
    "street", "city", "bridge", "beach", "mountain", "river", "sky", "snow", "food", "fruit", "bread", "cake", "child",
    "woman", "man", "crowd", "face", "toy", "ball", "guitar", "painting", "map", "sign", "machine", "tool",
)  # fmt: skip
NAMES = tuple(f"a {thing}" for thing in (*WORN, *OTHERS))
TEXTS = (
    *NAMES,
    *(f"{colour} {thing}" for thing in WORN for colour in COLOURS),
    *(f"{COLOURS[(place + turn) % len(COLOURS)]} {thing}" for place, thing in enumerate(OTHERS) for turn in (0, 5)),
)
"""The bundled texts: names of things, in every colour where people look for them by colour."""

_FRAMES = ("{}", "a {}", "{} please", "looking for a {}", "do you have a {}?", "a photo of a {}")
CAPTIONS = (
    "{new}", "in {new}", "make it {new}", "the same but {new}", "{new} instead of {old}", "not {old} but {new}",
    "can I have this in {new}?", "a {new} one", "like this, only {new} please", "{kind} in {new}",
    "nice! now {new}", "it is too {old}, I want {new}", "do you also sell {new} ones?", "{new} this time, for my mum",
)  # fmt: skip
"""Requests to change one value; none is among those that the suite `match` measures with."""
KIND_CAPTIONS = (
    "a {new} that goes with it", "now a {new}, not a {old}", "turn this into a {new}", "this look on a {new}",
    "show me a {new} in this style",
)  # fmt: skip
_THING_CAPTIONS = ("turn this into {}", "this look on {}", "show me {} in this style")
"""The same for texts with an article of their own."""
_NO_FACETS = frozenset({"id", "path", "image", "file", "filename", "title", "price", "link", "category", "description"})
_MAX_VALUES = 60
_PER_KIND = 160
_COMPOSED = 480
"""More of these, since there are more ways to ask for a change."""
_BEST_TEXTS = 8
"""So many of the best texts of a picture count as true of it; the first counts as its name."""
_WORD = re.compile(r"[^\W\d_]{3,}")

Matches = NDArray[np.bool_]
"""[n] which pictures of the sample answer a query."""


@dataclass(frozen=True, slots=True)
class BankQuery:
    """A query and which of the sampled pictures answer it; nothing may."""

    query: Query
    matches: Matches


def described_queries(items: Sequence[Item], rng: np.random.Generator) -> list[BankQuery]:
    """Queries made of what the catalogue says; none where it says too little."""
    facets = _facets(items)
    if not facets:
        return []
    columns = {key: np.array([str(item.metadata.get(key, "")) for item in items]) for key in facets}
    kinds = columns.get("category")
    others = [key for key in facets if key != "category"]
    bank: list[BankQuery] = []
    for row in rng.integers(0, len(items), _PER_KIND):
        said = [key for key in rng.permutation(others)[: int(rng.integers(0, 3))] if columns[key][row]]
        keys = [*said, "category"] if kinds is not None and kinds[row] else said
        if keys:
            words = " ".join(columns[key][row] for key in keys)
            text = str(rng.choice(_FRAMES)).format(words)
            bank.append(BankQuery(TextQuery(text), _equal(columns, keys, row)))
    for row in rng.integers(0, len(items), _PER_KIND):
        keys = [key for key in facets if columns[key][row]][:2]  # what is seen first: its kind and one thing more
        if keys:
            bank.append(BankQuery(ImageQuery(ItemReference(items[row].id)), _equal(columns, keys, row)))
    for row, other in rng.integers(0, len(items), (_COMPOSED, 2)):
        bank += _changed(items, columns, row, other, rng)
    known = _vocabulary(items)
    strangers = [text for text in TEXTS if not known & _words(text)]
    nothing = np.zeros(len(items), dtype=bool)
    for text in rng.permutation(strangers)[: _PER_KIND // 2]:
        bank.append(BankQuery(TextQuery(str(text)), nothing))
    for text in rng.permutation(strangers)[: _COMPOSED // 4]:
        reference = ItemReference(items[int(rng.integers(len(items)))].id)
        bank.append(BankQuery(ComposedQuery(reference, str(rng.choice(_THING_CAPTIONS)).format(text)), nothing))
    return bank


def bare_queries(
    items: Sequence[Item], embeddings: Embeddings, texts: Embeddings, rng: np.random.Generator
) -> list[BankQuery]:
    """Queries for pictures of which nothing is said.

    Args:
        items: n items of the sample.
        embeddings: [n, d], theirs.
        texts: [len(TEXTS), d] embeddings of the bundled texts.
        rng: chance.
    """
    similarities = embeddings @ texts.T
    order = np.argsort(similarities.mean(axis=0) - similarities, axis=1)[:, :_BEST_TEXTS]
    names = order[:, 0]
    true_of = np.zeros(similarities.shape, dtype=bool)
    np.put_along_axis(true_of, order, values=True, axis=1)
    bank = [BankQuery(TextQuery(TEXTS[text]), true_of[:, text]) for text in np.unique(names)]
    strangers = rng.permutation(np.flatnonzero(~true_of.any(axis=0)))
    nothing = np.zeros(len(items), dtype=bool)
    bank += [BankQuery(TextQuery(TEXTS[text]), nothing) for text in strangers[: _PER_KIND // 2]]
    for row in rng.integers(0, len(items), _PER_KIND):
        bank.append(BankQuery(ImageQuery(ItemReference(items[row].id)), true_of[:, names[row]]))
    for row, other in rng.integers(0, len(items), (_COMPOSED, 2)):
        caption = str(rng.choice(_THING_CAPTIONS)).format(TEXTS[names[other]])
        bank.append(BankQuery(ComposedQuery(ItemReference(items[row].id), caption), true_of[:, names[other]]))
    for text in strangers[: _PER_KIND // 4]:
        reference = ItemReference(items[int(rng.integers(len(items)))].id)
        bank.append(BankQuery(ComposedQuery(reference, str(rng.choice(_THING_CAPTIONS)).format(TEXTS[text])), nothing))
    return bank


def _changed(
    items: Sequence[Item], columns: Mapping[str, NDArray[np.str_]], row: int, other: int, rng: np.random.Generator
) -> list[BankQuery]:
    """One picture with one value of another asked for: of the same kind where the value is not a kind itself."""
    key = str(rng.choice(list(columns)))
    value = columns[key][other]
    if not value or value == columns[key][row]:
        return []
    matches = columns[key] == value
    captions: Sequence[str] = CAPTIONS
    if key == "category":
        captions = KIND_CAPTIONS
    elif "category" in columns:
        matches = matches & (columns["category"] == columns["category"][row])
    kind = columns["category"][row] if "category" in columns else "one"
    caption = str(rng.choice(captions)).format(new=value, old=columns[key][row], kind=kind)
    return [BankQuery(ComposedQuery(ItemReference(items[row].id), caption), matches)]


def _facets(items: Sequence[Item]) -> list[str]:
    """Keys under which many items share few values, the category first and then those that most items have."""
    counts: dict[str, Counter[str]] = {}
    for item in items:
        for key, value in item.metadata.items():
            if isinstance(value, str) and value.strip() and (key == "category" or key.lower() not in _NO_FACETS):
                counts.setdefault(key, Counter())[value] += 1
    able = [
        key
        for key, values in counts.items()
        if 2 <= len(values) <= min(_MAX_VALUES, len(items) // 3) and 3 * values.total() >= len(items)
    ]
    return sorted(able, key=lambda key: (key != "category", -counts[key].total(), key))


def _equal(columns: Mapping[str, NDArray[np.str_]], keys: Sequence[str], row: int) -> Matches:
    matches = np.ones(len(columns[keys[0]]), dtype=bool)
    for key in keys:
        matches &= columns[key] == columns[key][row]
    return matches


def _vocabulary(items: Sequence[Item]) -> frozenset[str]:
    said = " ".join(str(value) for item in items for value in item.metadata.values() if isinstance(value, str))
    return _words(said)


def _words(text: str) -> frozenset[str]:
    """Words without the plural's "s", the colours left out: a "red toaster" is a stranger among red dresses."""
    return frozenset(word.lower().rstrip("s") for word in _WORD.findall(text)) - _PLAIN_COLOURS


_PLAIN_COLOURS = frozenset(colour.rstrip("s") for colour in COLOURS)
