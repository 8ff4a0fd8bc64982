"""One search as a value, so that several can be answered together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval import attribute_ranking
from retrieval.attribute_ranking import AttributeReader, AttributeWish
from retrieval.filter import NO_FILTER, Filter
from retrieval.protocols import Embeddings, Mask, Rows, Scores
from retrieval.query import ComposedQuery, Query, TextQuery, WeightedQuery
from retrieval.ranking import POOL, Wanted, product_scores, weighted_mean
from retrieval.strength import parts_of
from retrieval.words_channel import Heard


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search, as `Searcher.search` takes it."""

    queries: Sequence[WeightedQuery]
    k: int
    exclude: Collection[str] = ()
    within: Filter = NO_FILTER

    def weights(self) -> Scores:
        """Of the queries. Raises ValueError as `Searcher.search` does."""
        weights = np.array([query.weight for query in self.queries], dtype=np.float32)
        if not len(weights) or self.k < 1 or not (np.isfinite(weights) & (weights != 0)).all() or weights.max() < 0:
            raise ValueError("a search needs queries with weights, one of them positive, and k of at least 1")
        return weights

    def parts(self) -> tuple[Query, ...]:
        """What the newest query consists of beside itself."""
        return parts_of(self.queries[-1].query)[1:]


@dataclass(frozen=True, slots=True)
class AttributesAsked:
    """What a search asks of the items' attributes.

    Attributes:
        deviation: standard deviation of the search's scores over the collection.
        towards: [t, d] where there are more candidates for it.
        lean: see `retrieval.query.ComposedQuery`.
    """

    wish: AttributeWish
    deviation: float
    towards: Embeddings
    lean: float

    def scores(self, embeddings: Embeddings) -> Scores:
        """[n, d] -> what is added to n scores."""
        return (self.deviation * self.wish.scores(embeddings, self.lean)).astype(np.float32)


def attributes_asked(
    reader: AttributeReader,
    wish: AttributeWish,
    queries: Sequence[WeightedQuery],
    newest: Embeddings,
    deviation: float,
) -> AttributesAsked:
    """What the newest of some queries asks, and what the earlier ones still do.

    Args:
        reader: of the collection that is searched.
        wish: the newest query's.
        queries: at least one.
        newest: [1, d], its reference where it has one.
        deviation: see `AttributesAsked`.
    """
    query = queries[-1].query
    towards, lean = newest[:0], 0.0
    if isinstance(query, ComposedQuery):
        towards, lean = reader.towards(wish, newest), query.lean
    for earlier in queries[:-1]:
        if isinstance(earlier.query, TextQuery) and earlier.weight > 0:
            wish = reader.reminded(wish, earlier.query.text, earlier.weight)
    return AttributesAsked(wish, deviation, towards, lean)


@dataclass(frozen=True, slots=True)
class Ranked:
    """What ranks the items of one search.

    Attributes:
        wish: what the newest query says of attributes; None where they cannot be read.
        attributes: what is asked of the items' attributes; None for nothing.
    """

    factors: Sequence[Embeddings]
    weights: Scores
    k: int
    only: Mask | None
    heard: Heard | None
    alone: Embeddings | None
    wish: AttributeWish | None
    attributes: AttributesAsked | None

    def vector(self, left_out: Rows) -> Wanted | None:
        """The search of one vector that this is; None where there is no such vector, or more than it has a say."""
        if self.heard is not None or self.attributes is not None or not self._plain:
            return None
        return Wanted(self.directions(), self.k, left_out, self.only)

    def directions(self) -> Embeddings:
        """[m, d] where to look for candidates: one direction if the queries have one together, one for attributes."""
        factors = np.concatenate(self.factors)
        directions = weighted_mean(factors, self.weights) if self._plain else factors
        return directions if self.attributes is None else np.concatenate([directions, self.attributes.towards])

    def depth(self, k: int) -> int:
        """How many candidates to look at in each of the directions, to find k."""
        return max(POOL, 4 * k) if self.attributes is None else max(attribute_ranking.POOL, k)

    def scores(self, embeddings: Embeddings) -> Scores:
        """[n, d] -> n scores."""
        scores = product_scores(embeddings, self.factors, self.weights)
        return scores if self.attributes is None else scores + self.attributes.scores(embeddings)

    @property
    def _plain(self) -> bool:
        return all(len(query) == 1 for query in self.factors)
