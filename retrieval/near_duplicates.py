"""The same picture twice: hits that nobody could tell apart count once.

Two items are duplicates where their embeddings are nearly identical and their files have the same content, or the
catalogue says the same of both. What the catalogue tells apart stays apart: the same shirt in another colour, or at
another price, is another item.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval.facets import DATES
from retrieval.item_table import Item
from retrieval.picture_path import title_of
from retrieval.protocols import Embeddings
from retrieval.search_result import SearchResult

NEAR = 0.996
"""Cosine from which two pictures are taken for the same; `docs/quality.md` has what of real photos is above it."""
_SAYS_NOTHING = frozenset({*DATES, "id", "path", "image", "file", "filename"})
"""Columns in which copies of the same picture differ."""


class DescribedCollection(Protocol):
    """What is to be known of the items found; a snapshot."""

    def find_all(self, item_ids: Collection[str]) -> Mapping[str, Item]:
        """Those of the items that are still there."""
        ...


def look_alikes(embeddings: Embeddings) -> dict[int, tuple[int, ...]]:
    """Place of each of the [n, d] embeddings that is nearly one before it -> the places of those."""
    found: dict[int, tuple[int, ...]] = {}
    for place, better in np.argwhere(np.tril(embeddings @ embeddings.T >= NEAR, -1)).tolist():
        found[place] = (*found.get(place, ()), better)
    return found


def collapsed(result: SearchResult, collection: DescribedCollection) -> SearchResult:
    """The hits that are no duplicates of better ones; `similar` names for each the duplicates left out.

    Hits that the collection does not know any more are kept as they are.
    """
    if not result.alike:
        return result
    looking = {*result.alike, *(better for several in result.alike.values() for better in several)}
    known = collection.find_all([result.hits[place].item_id for place in looking])
    kept: set[int] = set()
    similar: dict[str, tuple[str, ...]] = {}
    for place, hit in enumerate(result.hits):
        better = [result.hits[other].item_id for other in result.alike.get(place, ()) if other in kept]
        twin = next((other for other in better if _same(hit.item_id, other, known)), None)
        if twin is None:
            kept.add(place)
        else:
            similar[twin] = (*similar.get(twin, ()), hit.item_id)
    hits = tuple(hit for place, hit in enumerate(result.hits) if place in kept)
    return replace(result, hits=hits, alike={}, similar=similar)


def same_description(one: Item, other: Item) -> bool:
    """Whether the catalogue says the same of two items, as far as it says more than when and where they were taken."""
    return _description(one) == _description(other)


def _description(item: Item) -> Mapping[str, object]:
    said = {column: value for column, value in item.metadata.items() if column not in _SAYS_NOTHING}
    if "title" in said and said["title"] == title_of(
        Path(item.path)
    ):  # the name of a file, of which each copy has its own
        del said["title"]
    return said


def _same(item_id: str, other_id: str, items: Mapping[str, Item]) -> bool:
    item, other = items.get(item_id), items.get(other_id)
    if item is None or other is None:
        return False
    return item.content_hash == other.content_hash or same_description(other, item)
