"""What a search needs of a snapshot: `retrieval.snapshot.Snapshot` is one, collections in memory are others."""

from collections.abc import Sequence
from typing import Protocol

from retrieval.filter import Filter
from retrieval.protocols import Features, Mask, Rows


class SearchedItem(Protocol):
    """What a search needs of an item."""

    @property
    def id(self) -> str:
        """As the catalogue names it."""
        ...


class RowFilter(Protocol):
    """What a search needs to know of a snapshot's facets."""

    def mask(self, within: Filter) -> Mask:
        """Which rows fulfil the filter."""
        ...


class SearchedSnapshot(Protocol):
    """What a search needs of a snapshot."""

    def __len__(self) -> int: ...

    def row(self, item_id: str) -> int:
        """Raises ReferenceUnknown."""
        ...

    def item_at(self, row: int) -> SearchedItem:
        """The item of a row."""
        ...

    def features(self, rows: Rows | Sequence[int]) -> Features:
        """Raw features of some rows."""
        ...
