"""The same picture twice: hits that nobody could tell apart count once.

Two items are duplicates where their files have the same content, or where their embeddings are nearly identical and
the catalogue says the same of both. What the catalogue tells apart stays apart: the same shirt in another colour, or at
another price, is another item.
"""

from collections.abc import Mapping, Sequence
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

    def find(self, item_id: str) -> Item | None:
        """The item, None where it is not there any more."""
        ...

    def row(self, item_id: str) -> int:
        """Raises ReferenceUnknown."""
        ...

    def features(self, rows: Sequence[int]) -> Features:
        """Raw."""
        ...


def collapsed(result: SearchResult, collection: DescribedCollection) -> SearchResult:
    """The hits that are no duplicates of better ones; `similar` names for each the duplicates left out.

    Hits that the collection does not know any more are kept as they are.
    """
    known = {hit.item_id: item for hit in result.hits if (item := collection.find(hit.item_id)) is not None}
    embeddings = embeddings_of(tuple(known), collection)
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


def embeddings_of(item_ids: Sequence[str], collection: DescribedCollection) -> Mapping[str, Embeddings]:
    """The embedding, [d], of each of some items that are there."""
    if not item_ids:
        return {}
    vectors = normalize(collection.features([collection.row(item_id) for item_id in item_ids]))
    return dict(zip(item_ids, vectors, strict=True))


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
