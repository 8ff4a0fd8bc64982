"""What a search needs of a snapshot: `retrieval.snapshot.Snapshot` is one, collections in memory are others."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from retrieval.filter import Filter
from retrieval.protocols import Features, Mask, Rows


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

    def rows(self, item_ids: Collection[str]) -> Mapping[str, int]:
        """Row of each of these items that is there, in their order; ids that are unknown do no harm."""
        ...

    def ids(self, rows: Sequence[int]) -> Sequence[str]:
        """Ids of the items of some rows, in their order."""
        ...

    def features(self, rows: Rows | Sequence[int]) -> Features:
        """Raw features of some rows."""
        ...
