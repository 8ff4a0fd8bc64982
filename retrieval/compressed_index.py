"""The vector index for large collections: codes propose candidates, their embeddings in half precision decide."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.embedding import as_embeddings, as_features
from retrieval.errors import SnapshotInvalid
from retrieval.faiss_codes import FaissCodes, Layout, sample_size
from retrieval.half_rows import HalfRows, Halves
from retrieval.index_file import Header, read_index, write_index
from retrieval.protocols import Embeddings, Mask, Rows, Scores
from retrieval.row_selection import allowed_rows, best_rows, first_rows

DEPTH = 50
"""For so many results an operating point holds; deeper searches look further in proportion."""
FEW = 4096
"""So many rows are all scored: exact, and as fast as looking for candidates."""
_WIDE = 2
"""A search among part of the rows scores so many times the candidates: what it is to find does not stand out from the
rest as the nearest neighbours in a cluster do."""
_PROBES_GROWTH = 0.75
"""Lists that a search looks into grow with this power of its depth: the next neighbours fill the lists that they are
in (docs/performance.md, Search)."""
_DEEP = 2
"""A search more than so many times as deep as `DEPTH` leaves the clusters that it began in: it looks into all lists."""
_DEEP_WIDE, _DEEP_CANDIDATES = 4, 2000
"""And scores so many times the candidates, and at least so many for each `DEPTH`."""
_SURE = 3
"""A search among part of the rows looks once more, into so many times the lists: does that change anything?"""
_DIRECT = 32
"""While a filter leaves at most so many rows for each candidate, all of them are scored: exact, and as fast."""
_SPARSE = 128
"""Fewer than one row in so many are picked out and scored; of more, FAISS scores those that a mask names."""
_MANY = 4
"""When one part in so many is a candidate, all allowed rows are scored instead."""
_BLOCK = 16_384
_SEED = 1


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """How hard a search tries.

    Attributes:
        probes: inverted lists that it looks into.
        candidates: how many it scores.
    """

    probes: int
    candidates: int


class CompressedIndex:
    """Approximate, with the recall for which its operating point was chosen (`retrieval.index_builder`).

    It opens mapped: embeddings are read from the file when they are candidates. A collection of `few` rows is searched
    exactly and has no codes; one that grows beyond that without a builder gets codes and a cautious operating point.
    """

    def __init__(self, dimension: int, layout: Layout, few: int = FEW) -> None:
        """An empty index.

        Args:
            dimension: d.
            layout: of the codes, see `retrieval.faiss_codes`.
            few: how many rows are searched exactly.
        """
        if dimension < 1:
            raise ValueError("an index needs at least one dimension")
        self._dimension = dimension
        self._layout: Layout = layout
        self._few = few
        self._rows = HalfRows(dimension)
        self._codes: FaissCodes | None = None
        self.point = OperatingPoint(probes=0, candidates=0)

    @classmethod
    def of(cls, layout: Layout, rows: Halves, codes: FaissCodes | None, point: OperatingPoint) -> "CompressedIndex":
        """An index of [n, d] rows that may be a mapped file, and their codes."""
        index = cls(rows.shape[1], layout)
        index._rows = HalfRows(rows.shape[1], rows)
        index._codes, index.point = codes, point
        return index

    @classmethod
    def load(cls, path: Path) -> "CompressedIndex":
        """Reads what `save` wrote. Raises SnapshotInvalid."""
        header, rows, stored = read_index(path)
        layout: Layout = "ivf" if header.kind == "ivf" else "scan"
        codes = None
        if header.codes:
            try:
                codes = FaissCodes.from_bytes(layout, stored)
            except ValueError as error:
                raise SnapshotInvalid("The index file is damaged: build the snapshot again, or roll back.") from error
            if len(codes) != header.count:
                raise SnapshotInvalid("The index file is damaged: build the snapshot again, or roll back.")
        return cls.of(layout, rows, codes, OperatingPoint(header.probes, header.candidates))

    @property
    def dimension(self) -> int:
        """Width of the embeddings."""
        return self._dimension

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._rows)

    def add(self, embeddings: Embeddings) -> None:
        """Append [n, d] unit-length rows. Raises ValueError on NaN, wrong d or raw features."""
        added = as_embeddings(embeddings, self._dimension)
        self._rows.add(added)
        if self._codes is not None and len(added):
            self._codes.add(added)

    def search(
        self, queries: Embeddings, k: int, exclude: Rows | None = None, only: Mask | None = None
    ) -> list[tuple[Rows, Scores]]:
        """See `VectorIndex.search`."""
        if k < 1:
            raise ValueError("k must be at least 1")
        wanted = as_features(queries, self._dimension)
        everything = only is None and (exclude is None or not len(exclude))
        allowed = None if everything else allowed_rows(len(self), exclude, only)
        left = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if left > self._few:
            codes = self._trained()
            return [self._search_one(codes, query, min(k, left), left, allowed, only is not None) for query in wanted]
        return [self._search_all(query, min(k, left), allowed) for query in wanted]

    def save(self, path: Path) -> None:
        """Writes the format of `retrieval.index_file`. Raises OSError."""
        codes = self._trained().to_bytes() if len(self) > self._few else np.empty(0, np.uint8)
        header = Header(self._layout, self._dimension, len(self), self.point.probes, self.point.candidates)
        write_index(path, header, self._rows.parts(), codes)

    def _search_one(
        self, codes: FaissCodes, query: Embeddings, k: int, left: int, allowed: Mask | None, filtered: bool
    ) -> tuple[Rows, Scores]:
        """`left` is the number of allowed rows, at least k."""
        unwanted = 0 if filtered else len(self) - left
        # What was shown lies among the nearest, so that a search without it is one that goes deeper.
        scale = max(1.0, (k + unwanted) / DEPTH)
        count = math.ceil(scale * self.point.candidates)
        deep = codes.selects and not filtered and scale > _DEEP
        if deep:
            count = max(_DEEP_WIDE * count, math.ceil(scale * _DEEP_CANDIDATES))
        if (filtered and left <= _DIRECT * count) or _MANY * (count + unwanted) > len(self):
            return self._search_all(query, k, allowed)
        if not filtered:
            probes = codes.lists if deep else math.ceil(scale**_PROBES_GROWTH * self.point.probes)
            found, scores = self._scored(codes, query, count + unwanted, probes)
            if allowed is not None:
                inside = allowed[found]
                found, scores = found[inside], scores[inside]
        elif codes.selects:
            found, scores = self._filtered_lists(codes, query, k, _WIDE * count, left, allowed)
        else:
            found, scores = self._filtered_scan(codes, query, count, left, allowed)
        if len(found) < k:  # the lists that were looked into hold too little
            return self._search_all(query, k, allowed)
        return first_rows(found, scores, k)

    def _scored(
        self, codes: FaissCodes, query: Embeddings, count: int, probes: int, allowed: Mask | None = None
    ) -> tuple[Rows, Scores]:
        """Candidates and their scores, best first but for ties."""
        whole = self._rows.whole()
        if whole is not None and codes.width == self._dimension:
            return codes.scored(whole, query[None], count, probes, allowed)
        found = codes.candidates(query[None], count, probes, allowed)
        return self._ordered(found, query)

    def _filtered_lists(
        self, codes: FaissCodes, query: Embeddings, k: int, count: int, left: int, allowed: Mask | None
    ) -> tuple[Rows, Scores]:
        """Candidates among the allowed rows and their scores.

        A filter may leave nothing near the query, so that the nearest lists tell little: all of them are looked into,
        unless three times as many lists as a search of that depth needs add nothing to what those hold.
        """
        scale = max(1.0, k / DEPTH) * len(self) / left
        probes = math.ceil(scale**_PROBES_GROWTH * self.point.probes)
        if probes * 2 * (1 + _SURE) < codes.lists:
            near, scores = self._scored(codes, query, count, probes, allowed)
            found, more = self._scored(codes, query, count, _SURE * probes, allowed)
            if len(near) >= k and np.array_equal(scores[:k], more[:k]):
                return found, more
        return self._scored(codes, query, count, codes.lists, allowed)

    def _filtered_scan(
        self, codes: FaissCodes, query: Embeddings, count: int, left: int, allowed: Mask | None
    ) -> tuple[Rows, Scores]:
        """`count` candidates among the allowed rows and their scores; none where scoring all is no more work."""
        depth = math.ceil(count * len(self) / left)
        while allowed is not None and _MANY * depth < len(self):
            found = codes.candidates(query[None], depth, codes.lists)
            found = found[allowed[found]]
            if len(found) >= count:
                return self._ordered(found, query)
            depth *= 4
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _ordered(self, rows: Rows, query: Embeddings) -> tuple[Rows, Scores]:
        return best_rows(rows, self._rows.scores(rows, query), len(rows))

    def _search_all(self, query: Embeddings, k: int, allowed: Mask | None) -> tuple[Rows, Scores]:
        """Exact."""
        whole = self._rows.whole()
        if whole is not None and (allowed is None or _SPARSE * np.count_nonzero(allowed) > len(self)):
            return whole.nearest(query[None], k, allowed)
        rows = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        return best_rows(rows, self._rows.scores(rows, query), k)

    def _trained(self) -> FaissCodes:
        if self._codes is None:
            count = len(self)
            sample = np.random.default_rng(_SEED).permutation(count)[: sample_size(self._layout, count)]
            codes = FaissCodes.train(self._layout, self._rows.embeddings(sample), count)
            for start in range(0, count, _BLOCK):
                codes.add(self._rows.embeddings(np.arange(start, min(start + _BLOCK, count))))
            self._codes = codes
            self.point = OperatingPoint(codes.lists, max(1000, count // 8))
        return self._codes
