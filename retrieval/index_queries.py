"""Queries for tuning and measuring an index, what exact search finds for them, and the recall of what another finds."""

from dataclasses import dataclass, field

import numpy as np

from retrieval.compressed_index import DEPTH
from retrieval.embedding import normalize
from retrieval.protocols import Embeddings, Features, Rows, Scores, VectorIndex

_PER_KIND = 96
"""Queries of each kind in each half; 4,800 neighbours show a recall of 0.99 to about 0.002."""
_SHIFT = 0.8
_NOISE = 0.6
_SAME = 1e-6
"""Equal embeddings, summed in another order, differ by less."""


@dataclass(slots=True)
class MeasuredQueries:
    """Queries and their exact neighbours, which `see` collects while the collection passes by.

    Attributes:
        embeddings: [m, d].
        own: [m] the row that a query was made of and that is no answer to it; -1 for none.
        real: how many of them somebody asked, or could have.
    """

    embeddings: Embeddings
    own: Rows
    real: int = 0
    _scores: Scores = field(init=False)
    _rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        self._scores = np.empty((len(self.embeddings), 0), np.float32)
        self._rows = np.empty((len(self.embeddings), 0), np.int64)

    def see(self, start: int, block: Embeddings) -> None:
        """The rows from `start` on, [b, d]."""
        scores = self.embeddings @ block.T
        inside = np.flatnonzero((self.own >= start) & (self.own < start + len(block)))
        scores[inside, self.own[inside] - start] = -np.inf
        if self._scores.shape[1] < DEPTH:  # the first ones; later few come near the best
            self._scores = np.concatenate([self._scores, scores], axis=1)
            self._rows = np.concatenate(
                [self._rows, np.broadcast_to(np.arange(len(block)) + start, scores.shape)], axis=1
            )
            order = np.argsort(-self._scores, axis=1, kind="stable")[:, :DEPTH]
            self._scores = np.take_along_axis(self._scores, order, axis=1)
            self._rows = np.take_along_axis(self._rows, order, axis=1)
            return
        better = scores > self._scores[:, -1:]
        for number in np.flatnonzero(better.any(axis=1)):
            columns = np.flatnonzero(better[number])
            all_scores = np.concatenate([self._scores[number], scores[number, columns]])
            all_rows = np.concatenate([self._rows[number], columns + start])
            order = np.argsort(-all_scores, kind="stable")[:DEPTH]
            self._scores[number], self._rows[number] = all_scores[order], all_rows[order]

    def neighbours(self, number: int) -> tuple[Rows, Scores]:
        """Of one query, best first: `DEPTH`, or fewer where there are fewer."""
        there = np.isfinite(self._scores[number])
        return self._rows[number][there], self._scores[number][there]

    def recall(self, index: VectorIndex, features: Features) -> float:
        """Share of all neighbours that the index finds; rows that tie with the last neighbour are as good."""
        found = wanted = 0
        for number, query in enumerate(self.embeddings):
            rows, scores = self.neighbours(number)
            if not len(rows):
                continue
            own = self.own[number]
            [(got, _)] = index.search(query[None], len(rows), None if own < 0 else np.array([own]))
            missed = got[~np.isin(got, rows)]
            tied = normalize(np.array(features[missed])) @ query >= scores[-1] - _SAME if len(missed) else np.empty(0)
            wanted += len(rows)
            found += len(got) - len(missed) + int(np.count_nonzero(tied))
        return found / wanted if wanted else 1.0

    def halves(self) -> "tuple[MeasuredQueries, MeasuredQueries]":
        """One to choose by and one to measure with; both know their neighbours."""
        return self._every_other(0), self._every_other(1)

    def _every_other(self, first: int) -> "MeasuredQueries":
        part = MeasuredQueries(self.embeddings[first::2], self.own[first::2], self.real)
        part._scores, part._rows = self._scores[first::2], self._rows[first::2]
        return part


def queries_like_rows(features: Features, rng: np.random.Generator) -> MeasuredQueries:
    """Pictures of the collection: "more like this"."""
    rows = np.sort(rng.permutation(len(features))[: 2 * _PER_KIND])
    return MeasuredQueries(normalize(np.array(features[rows])), rows.astype(np.int64))


def queries_like_texts(features: Features, rng: np.random.Generator, texts: Embeddings | None) -> MeasuredQueries:
    """Texts and composed requests.

    Args:
        features: [n, d] raw, the collection's.
        rng: chance.
        texts: [m, d] real ones. Without any, or with few, they are made of rows: moved away from all of them in one
            direction, as texts are, and made less exact by the difference of two other rows.
    """
    asked = np.empty((0, features.shape[1]), np.float32) if texts is None else normalize(texts)
    asked = asked[rng.permutation(len(asked))[: 2 * _PER_KIND]]
    real = len(asked)
    lacking = 2 * _PER_KIND - real if real < _PER_KIND else 0
    if lacking:
        one, other, another = (normalize(np.array(features[rng.integers(0, len(features), lacking)])) for _ in "abc")
        away = normalize(rng.standard_normal((1, features.shape[1])))
        noise = _lengthened(other - another, rng)
        asked = np.concatenate([asked, normalize(one + _SHIFT * away + _NOISE * noise)])
    return MeasuredQueries(rng.permutation(asked), np.full(len(asked), -1), real)


def _lengthened(differences: Features, rng: np.random.Generator) -> Embeddings:
    """To unit length; of equal rows, whose difference has no direction, any direction."""
    same = ~differences.any(axis=1)
    differences[same] = rng.standard_normal((int(same.sum()), differences.shape[1]))
    return normalize(differences)
