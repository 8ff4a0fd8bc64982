"""Products in memory, to be searched to the last rank: a snapshot reads every hit's row from its table."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from retrieval.embedding import normalize
from retrieval.errors import ReferenceUnknown
from retrieval.exact_index import ExactIndex
from retrieval.protocols import Composition, Encoder, Features, Rows
from retrieval.searcher import Searcher


class ProductGallery:
    """A `SearchedSnapshot` that knows ids and raw features only."""

    def __init__(self, item_ids: Sequence[str], features: Features) -> None:
        """`features` are [n, d] raw, in the order of the ids. Raises ValueError where the counts differ."""
        if len(item_ids) != len(features):
            raise ValueError(f"{len(item_ids)} ids for {len(features)} rows of features")
        self._ids = item_ids
        self._rows: Mapping[str, int] = {item_id: row for row, item_id in enumerate(item_ids)}
        self._features = features

    def __len__(self) -> int:
        """n, the number of products."""
        return len(self._ids)

    def row(self, item_id: str) -> int:
        """Raises ReferenceUnknown."""
        try:
            return self._rows[item_id]
        except KeyError:
            raise ReferenceUnknown(f"There is no product {item_id}.") from None

    def rows(self, item_ids: Collection[str]) -> Mapping[str, int]:
        """Row of each of these products that is there."""
        return {item_id: self._rows[item_id] for item_id in item_ids if item_id in self._rows}

    def ids(self, rows: Sequence[int]) -> Sequence[str]:
        """Ids of the products of some rows."""
        return [self._ids[row] for row in rows]

    def features(self, rows: Rows | Sequence[int]) -> Features:
        """Raw features of some rows."""
        return self._features[np.asarray(rows, dtype=np.int64)]

    def searcher(self, encoder: Encoder, composition: Composition, attributes: bool = True) -> Searcher:
        """A searcher that looks at every product; without `attributes` the composition ranks alone."""
        index = ExactIndex(encoder.dimension)
        index.add(normalize(self._features))
        return Searcher(encoder, composition, index, self, attributes=attributes)
