"""The same picture twice: hits that nobody could tell apart count once.

Two items are duplicates where their files have the same content, or where their embeddings are nearly identical and
the catalogue says the same of both. What the catalogue tells apart stays apart: the same shirt in another colour, or at
another price, is another item.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval.embedding import normalize
from retrieval.facets import DATES
from retrieval.item_table import Item
from retrieval.picture_path import title_of
from retrieval.protocols import Embeddings, Features
from retrieval.query import Hit
from retrieval.searcher import SearchResult

NEAR = 0.996
"""Cosine from which two pictures are taken for the same; `docs/quality.md` has what of real photos is above it."""
_SAYS_NOTHING = frozenset({*DATES, "id", "path", "image", "file", "filename"})
"""Columns in which copies of the same picture differ."""


class DescribedCollection(Protocol):
    """What is to be known of the items found; a snapshot."""

    def find_all(self, item_ids: Collection[str]) -> Mapping[str, Item]:
        """Those of the items that are still there."""
        ...

    def rows(self, item_ids: Collection[str]) -> Mapping[str, int]:
        """Their rows."""
        ...

    def features(self, rows: Sequence[int]) -> Features:
        """Raw."""
        ...


def collapsed(result: SearchResult, collection: DescribedCollection) -> SearchResult:
    """The hits that are no duplicates of better ones; `similar` names for each the duplicates left out.

    Hits that the collection does not know any more are kept as they are.
    """
    known = collection.find_all([hit.item_id for hit in result.hits])
    embeddings = embeddings_of(known, collection)
    kept: list[Hit] = []
    similar: dict[str, tuple[str, ...]] = {}
    for hit in result.hits:
        twin = _twin(hit.item_id, [other.item_id for other in kept], known, embeddings)
        if twin is None:
            kept.append(hit)
        else:
            similar[twin] = (*similar.get(twin, ()), hit.item_id)
    return replace(result, hits=tuple(kept), similar=similar)


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


def embeddings_of(item_ids: Collection[str], collection: DescribedCollection) -> Mapping[str, Embeddings]:
    """The embedding, [d], of each of some items that is there."""
    rows = collection.rows(item_ids)
    return dict(zip(rows, normalize(collection.features([*rows.values()])), strict=True)) if rows else {}


def _twin(
    item_id: str, better: Sequence[str], items: Mapping[str, Item], embeddings: Mapping[str, Embeddings]
) -> str | None:
    """The first of the better hits that shows the same."""
    own = items.get(item_id)
    others = [other for other in better if other in items]
    if own is None or not others:
        return None
    near = np.stack([embeddings[other] for other in others]) @ embeddings[item_id] >= NEAR
    for other, alike in zip(others, near.tolist(), strict=True):
        item = items[other]
        if item.content_hash == own.content_hash or (alike and same_description(item, own)):
            return other
    return None
