"""Fits the strength of hits to one collection, where its snapshot is built.

A bank of queries (`retrieval.query_bank`) is asked twice: against a sample of the collection, and against what is left
of the sample when everything that answers the query is taken away. The first of the two has a match and the second has
none, whatever the scores are; queries that nothing answers add the plainly absent. No person judges anything, no
threshold is chosen, and another model or collection brings its own scale.
"""

import logging
from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from retrieval.attribute_ranking import AttributeReader, AttributeWish, reader_for
from retrieval.embedding import normalize
from retrieval.errors import ReferenceUnknown
from retrieval.item_table import Item
from retrieval.logistic import fit_logistic
from retrieval.protocols import Embeddings, Features, Rows, Scores
from retrieval.query import ItemReference, Query, TextQuery
from retrieval.query_bank import TEXTS, BankQuery, Matches, bare_queries, described_queries
from retrieval.query_encoder import ReferenceFeatures
from retrieval.ranking import query_direction
from retrieval.strength import (
    COMPOSED_RISING,
    RISING,
    Calibration,
    Collection,
    Logistic,
    QueryKind,
    evidence,
    kind_of,
    parts_of,
)

logger = logging.getLogger(__name__)

Ask = Callable[[ReferenceFeatures, Sequence[Query]], Sequence[Embeddings]]
"""Queries, at most `BATCH` at once, -> the [m, d] factors of each: what a `QueryEncoder` over the references gives."""

BATCH = 32
MAX_SAMPLE = 4000
"""Pictures looked at; more would cost time and change nothing that shows."""
MIN_ITEMS = 32
"""In a smaller collection there is nothing to compare a score with."""
_MIN_EXAMPLES = 12
PRESENT = 0.85
"""Share of searches that are taken to be for what is there. To be told "nothing close" by mistake is worse than to see
that nothing is: with one half, a quarter of all right pictures would be called weak (docs/quality.md)."""
_SEED = 11
_FIRST = 6
"""Hits of each query that are looked at: an album."""


class SampledReferences:
    """The sampled pictures as references of queries; `query_encoder.ReferenceFeatures`."""

    def __init__(self, items: Sequence[Item], features: Features) -> None:
        self._rows = {item.id: row for row, item in enumerate(items)}
        self._features = features

    def row(self, item_id: str) -> int:
        """Raises ReferenceUnknown."""
        if item_id not in self._rows:
            raise ReferenceUnknown(f"The picture {item_id!r} is not in the sample.")
        return self._rows[item_id]

    def features(self, rows: Sequence[int]) -> Features:
        """Raw, [n, d]."""
        return self._features[np.asarray(rows, dtype=np.int64)]


def sample_rows(count: int) -> Rows:
    """Which rows of a collection of `count` pictures are looked at, ascending; the same ones each time."""
    if count <= MAX_SAMPLE:
        return np.arange(count, dtype=np.int64)
    return np.sort(np.random.default_rng(_SEED).choice(count, MAX_SAMPLE, replace=False)).astype(np.int64)


def calibrate(items: Sequence[Item], features: Features, ask: Ask) -> Calibration | None:
    """The calibration for a collection, from a sample of it.

    Args:
        items: n of the sample, see `sample_rows`.
        features: [n, d] raw, theirs.
        ask: runs the model.

    Returns:
        None where the collection is too small, or has pictures of one sort only, so that nothing can be told apart.

    Raises:
        ValueError: NaN or infinity in the features.
    """
    if len(items) < MIN_ITEMS:
        return None
    embeddings = normalize(features)
    references = SampledReferences(items, features)
    rng = np.random.default_rng(_SEED)
    texts = query_vectors(ask, references, [TextQuery(text) for text in TEXTS])
    bank = described_queries(items, rng) or bare_queries(items, embeddings, texts, rng)
    collection = Collection.describe(embeddings, texts)
    reader = reader_for(lambda said: query_vectors(ask, references, [TextQuery(text) for text in said]), embeddings)
    parts = [parts_of(entry.query) for entry in bank]
    vectors = iter(query_vectors(ask, references, [part for several in parts for part in several]))
    examples: dict[QueryKind, _Examples] = {}
    for entry, several in zip(bank, parts, strict=True):
        found = examples.setdefault(kind_of(entry.query), _Examples(collection, embeddings, reader))
        found.add(entry, np.stack(list(islice(vectors, len(several)))), _own_row(entry.query, references))
    models = {kind: model for kind, found in examples.items() if (model := found.fit(kind)) is not None}
    logger.info("Strengths are calibrated for %s", ", ".join(sorted(models)) or "nothing")
    return Calibration(collection, models) if models else None


class _Examples:
    """Evidence with and without a match, for one kind of query."""

    def __init__(self, collection: Collection, embeddings: Embeddings, reader: AttributeReader | None) -> None:
        self._collection = collection
        self._embeddings = embeddings
        self._reader = reader
        self._rows: list[tuple[NDArray[np.float64], bool]] = []
        self._asked: set[Query] = set()

    def add(self, entry: BankQuery, asked: Embeddings, own_row: int | None) -> None:
        """What is found with the matches there, and without; `asked` as `evidence` takes it."""
        allowed = np.ones(len(self._embeddings), dtype=bool)
        if own_row is not None:  # a picture is no match for itself
            allowed[own_row] = False
        scores = self._embeddings @ asked[0]
        wish = None if self._reader is None else self._reader.wish(entry.query, None if own_row is None else asked[-1:])
        if wish is not None and wish.asked:
            scores = scores + scores.std() * wish.scores(self._embeddings)
        present = entry.matches & allowed
        absent = allowed & ~entry.matches
        if not absent.any():
            return
        self._asked.add(entry.query)
        self._look(asked, wish, scores, absent, np.zeros_like(absent))
        if present.any():
            self._look(asked, wish, scores, allowed, present)

    def fit(self, kind: QueryKind) -> Logistic | None:
        """None where there are too few examples of either."""
        matched = np.array([answer for _, answer in self._rows], dtype=bool)
        if min(matched.sum(), (~matched).sum()) < _MIN_EXAMPLES:
            return None
        # What is matched weighs `PRESENT` of all, whatever the bank holds. Hits of one query, or the same query again,
        # are no new observations: a catalogue of ten kinds must not be learnt by heart.
        shares = len(self._asked) * np.where(matched, PRESENT / matched.sum(), (1 - PRESENT) / (~matched).sum())
        rising = COMPOSED_RISING if kind == "composed" else RISING
        weights, bias = fit_logistic(np.stack([row for row, _ in self._rows]), matched, shares, rising)
        return Logistic(weights, bias)

    def _look(
        self, asked: Embeddings, wish: AttributeWish | None, scores: Scores, allowed: Matches, matches: Matches
    ) -> None:
        rows = np.flatnonzero(allowed)
        best = rows[np.argsort(-scores[rows], kind="stable")[:_FIRST]]
        hits = self._embeddings[best]
        attributes = None if wish is None else wish.evidence(hits)
        for row, found in zip(best, evidence(self._collection, asked, hits, attributes), strict=True):
            self._rows.append((found, bool(matches[row])))


def query_vectors(ask: Ask, references: ReferenceFeatures, queries: Sequence[Query]) -> Embeddings:
    """[n, d] embeddings of queries; of a composition of several factors their mean direction."""
    vectors = []
    for start in range(0, len(queries), BATCH):
        for factors in ask(references, queries[start : start + BATCH]):
            vectors.append(query_direction(factors))
    return np.concatenate(vectors)


def _own_row(query: Query, references: SampledReferences) -> int | None:
    if isinstance(query, TextQuery) or not isinstance(query.reference, ItemReference):
        return None
    return references.row(query.reference.item_id)
