"""Queries in, hits out: encode, compose, weigh, search, leave out what was shown. Synchronous; one thread owns it."""

import functools
import itertools
import time
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from retrieval.attribute_ranking import AttributeReader, AttributeWish, reader_for
from retrieval.embedding import normalize
from retrieval.errors import PictureUnreadable, SnapshotInvalid
from retrieval.filter import NO_FILTER, Filter
from retrieval.near_duplicates import look_alikes
from retrieval.photo_condition import lit
from retrieval.preprocess import open_picture
from retrieval.protocols import Composition, Embeddings, Encoder, Mask, Rows, Scores, VectorIndex
from retrieval.query import (
    ComposedQuery,
    Hit,
    ImageQuery,
    ItemReference,
    PhotoReference,
    Query,
    TextQuery,
    WeightedQuery,
)
from retrieval.query_encoder import QueryEncoder
from retrieval.ranking import candidates, nearest, product_scores, query_direction
from retrieval.search_request import Ranked, SearchRequest, attributes_asked
from retrieval.search_result import SearchResult
from retrieval.searched_snapshot import RowFilter, SearchedSnapshot
from retrieval.shares import picture_shares
from retrieval.strength import Calibration, kind_of
from retrieval.words_channel import Ranking, WordsChannel

_PerHit = Sequence[float | None]
_NO_ROWS: Rows = np.empty(0, dtype=np.int64)
_SAMPLE = 2000
"""Rows by which it is judged how high a similarity is, where words are searched too."""


class Searcher:
    """Model, composition and snapshot that fit each other.

    Attributes:
        snapshot: what is searched.
    """

    def __init__(
        self,
        encoder: Encoder,
        composition: Composition,
        index: VectorIndex,
        snapshot: SearchedSnapshot,
        templates: Sequence[str] = (),
        calibration: Calibration | None = None,
        facets: RowFilter | None = None,
        words: WordsChannel | None = None,
        attributes: bool = True,
    ) -> None:
        """`templates` are those of the snapshot's manifest; without its `calibration` hits have no strength.

        `facets` are the snapshot's; a search with a filter needs them. So are `words`, of a snapshot that has any.
        Without `attributes` the model and the composition rank alone (`retrieval.attribute_ranking`).

        Raises:
            SnapshotInvalid: the parts are of different sizes.
        """
        if index.dimension != encoder.dimension:
            raise SnapshotInvalid(
                f"The index holds vectors of width {index.dimension}, but the model gives {encoder.dimension}: "
                "build the snapshot again with this model."
            )
        if len(index) != len(snapshot):
            raise SnapshotInvalid(
                f"The index holds {len(index)} pictures, but the snapshot lists {len(snapshot)}: "
                "build the snapshot again, or roll back."
            )
        if words is not None and len(words) != len(snapshot):
            raise SnapshotInvalid(f"There are words for {len(words)} pictures, but the snapshot lists {len(snapshot)}.")
        self.snapshot = snapshot
        self._words = words
        self._encoder = encoder
        self._composition = composition
        self._index = index
        self._calibration = calibration
        self._facets = facets
        self._reads_attributes = attributes
        self._query_encoder = QueryEncoder(encoder, composition, snapshot, templates)

    def search(
        self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str] = (), within: Filter = NO_FILTER
    ) -> SearchResult:
        """The k best items for the weighted queries together.

        Query vectors (m = 1) are averaged by weight and searched once. With a composition of several factors no such
        vector exists, see `retrieval.ranking`; then the best candidates of each factor are scored one by one.

        Args:
            queries: at least one.
            k: at least 1.
            exclude: ids of items already shown. They come back, all of them, only when nothing else is left; the
                references themselves only when even those are used up. Ids that are unknown here do no harm.
            within: what may be found at all; where no item fulfils it, nothing is.

        Raises:
            ReferenceUnknown: a reference is not in this snapshot, or was encoded by another model.
            ValueError: no queries, k < 1, a weight that is zero or no number, no positive weight at all, or a filter
                without facets.
        """
        return self.search_together([SearchRequest(queries, k, exclude, within)])[0]

    def search_together(self, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        """The same for several at once: words encoded in one batch, composed in one call, vectors searched in one.

        Raises:
            ReferenceUnknown, ValueError: one of them cannot be searched; nothing is said of the others.
        """
        weights = [request.weights() for request in requests]
        queries = [[*(weighted.query for weighted in request.queries), *request.parts()] for request in requests]
        encoded = self._query_encoder(query for several in queries for query in several)
        factors = iter(encoded.factors)
        vectors = [tuple(itertools.islice(factors, len(several))) for several in queries]
        started = time.perf_counter()
        asked = [self._ranked(*each) for each in zip(requests, vectors, weights, strict=True)]
        references = [self._rows(_reference_ids(request.queries)) for request in requests]
        left_out = [np.union1d(self._rows(r.exclude), known) for r, known in zip(requests, references, strict=True)]
        found = self._best(asked, left_out)
        encode = {"encode": encoded.encode_ms, "compose": encoded.compose_ms}
        results = []
        for request, each, own, its, best in zip(requests, vectors, asked, references, found, strict=True):
            result = self._result(request, each[len(request.queries) - 1 :], own, its, best)
            search = {"search": 1e3 * (time.perf_counter() - started)}
            results.append(replace(result, timings_ms=encode | search))
        return results

    def _ranked(self, request: SearchRequest, factors: Sequence[Embeddings], weights: Scores) -> Ranked:
        newest = request.queries[-1]
        heard = self._words.hear(newest.words) if self._words is not None else None
        alone = self._alone(newest) if heard is not None else None
        reader, queries, asked = self._attribute_reader, factors[: len(weights)], None
        wish = None if reader is None else reader.wish(newest.query, factors[-1])
        if reader is not None and wish is not None and wish.asked:
            deviation = float(product_scores(self._sample, queries, weights).std())
            asked = attributes_asked(reader, wish, request.queries, factors[-1], deviation)
        return Ranked(queries, weights, request.k, self._mask(request.within), heard, alone, wish, asked)

    def _result(
        self,
        request: SearchRequest,
        newest: Sequence[Embeddings],
        ranked: Ranked,
        references: Rows,
        best: tuple[Rows, Scores, Ranking | None],
    ) -> SearchResult:
        """Without timings; `newest` are the factors of the newest query and of its parts."""
        rows, scores, by_words = best
        repeated = False
        for left_out in (references, _NO_ROWS):
            if not len(rows) and len(self.snapshot):
                ((rows, scores, by_words),) = self._best([ranked], [left_out])
                repeated = len(rows) > 0
        embeddings = normalize(self.snapshot.features(rows))
        strengths, shares = self._reasons(request.queries[-1].query, newest, ranked.wish, embeddings)
        strengths = strengths if by_words is None else by_words.strengthened(strengths)
        hits = tuple(
            Hit(*found)
            for found in zip(self.snapshot.ids(rows.tolist()), scores.tolist(), strengths, shares, strict=True)
        )
        return SearchResult(hits, repeated, {}, look_alikes(embeddings))

    def shares(self, queries: Sequence[WeightedQuery], item_id: str) -> tuple[float, ...]:
        """Of each query its part of an item's score, from 0 to 1; together 1. What speaks against it counts as nothing.

        Raises:
            ReferenceUnknown: the item or a reference is not in this snapshot.
        """
        factors = self._query_encoder(weighted.query for weighted in queries).factors
        embedding = normalize(self.snapshot.features([self.snapshot.row(item_id)]))
        fits = [max(float((query_direction(query) @ embedding.T)[0, 0]), 0.0) for query in factors]
        said = [max(weighted.weight, 0.0) * fit for weighted, fit in zip(queries, fits, strict=True)]
        total = sum(said)
        return tuple(part / total for part in said) if total > 0 else (1 / len(said),) * len(said)

    def encode_photo(self, data: bytes) -> PhotoReference:
        """The reference that a photo from outside makes. Raises PictureUnreadable."""
        features = self._encoder.encode_images([lit(open_picture(data))]).astype("<f4")
        if not np.isfinite(features).all() or not features.any():
            raise PictureUnreadable("the model can make nothing of it")
        return PhotoReference(features.tobytes(), self._encoder.fingerprint)

    def warm_up(self) -> None:
        """Does once what requests will do, so that the first of them finds everything set up."""
        pictures = self._encoder.encode_images([Image.new("RGB", (300, 400), "gray")])
        _ = self._attribute_reader
        for text in ("a picture", "a picture with a longer description, in several words"):
            words = self._encoder.encode_texts([text])
            if len(self.snapshot):
                self._index.search(self._composition(pictures, words)[0], min(6, len(self.snapshot)))

    def _best(self, asked: Sequence[Ranked], left_out: Sequence[Rows]) -> list[tuple[Rows, Scores, Ranking | None]]:
        """For each rows, their scores, and the same with what their words say, where words are searched."""
        vectors = [ranked.vector(rows) for ranked, rows in zip(asked, left_out, strict=True)]
        searched = iter(nearest(self._index, [vector for vector in vectors if vector is not None]))
        return [
            self._best_of_factors(ranked, rows) if vector is None else (*next(searched), None)
            for ranked, rows, vector in zip(asked, left_out, vectors, strict=True)
        ]

    def _best_of_factors(self, ranked: Ranked, left_out: Rows) -> tuple[Rows, Scores, Ranking | None]:
        k, only, heard = ranked.k, ranked.only, ranked.heard
        if heard is not None and self._words is not None:
            # What is left out has a say in how far the words open, so that all pages of a search are of one order.
            depth = ranked.depth(k + len(left_out))
            pooled = candidates(self._index, ranked.directions(), depth, _NO_ROWS, only)
            rows = np.union1d(pooled, heard.best(only))
            if not len(rows):
                return _NO_ROWS, np.empty(0, dtype=np.float32), None
            embeddings, alone = normalize(self.snapshot.features(rows)), ranked.alone
            by_text = None if alone is None else (embeddings @ alone, self._sample @ alone)
            ranking = self._words.rank(heard, rows, ranked.scores(embeddings), ranked.scores(self._sample), by_text)
            ranking = ranking.at(np.flatnonzero(~np.isin(ranking.rows, left_out))[:k])
            return ranking.rows, ranking.scores, ranking
        rows = candidates(self._index, ranked.directions(), ranked.depth(k), left_out, only)
        if not len(rows):
            return rows, np.empty(0, dtype=np.float32), None
        scores = ranked.scores(normalize(self.snapshot.features(rows)))
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order], None

    @functools.cached_property
    def _attribute_reader(self) -> AttributeReader | None:
        return reader_for(self._query_encoder.embed_texts, self._sample) if self._reads_attributes else None

    def _alone(self, newest: WeightedQuery) -> Embeddings | None:
        """[d] direction of what is wished for, without the picture that the request has; None where it has none."""
        if not isinstance(newest.query, ComposedQuery):
            return None
        direction: Embeddings = query_direction(self._query_encoder([TextQuery(newest.words)]).factors[0])[0]
        return direction

    @functools.cached_property
    def _sample(self) -> Embeddings:
        """[m, d] of rows spread evenly over the collection."""
        count = len(self.snapshot)
        return normalize(self.snapshot.features(np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(int))))

    def _mask(self, within: Filter) -> Mask | None:
        if not within:
            return None
        if self._facets is None:
            raise ValueError("a search with a filter needs the snapshot's facets")
        return self._facets.mask(within)

    def _reasons(
        self, newest: Query, factors: Sequence[Embeddings], wish: AttributeWish | None, embeddings: Embeddings
    ) -> tuple[_PerHit, _PerHit]:
        """Strength and picture share of each hit as an answer to what was asked last, and has these factors and parts'.

        A mean of several queries is on nobody's scale, and made of nobody's parts.
        """
        strengths: _PerHit | None = None
        shares: _PerHit | None = None
        if len(embeddings) and (self._calibration is not None or isinstance(newest, ComposedQuery)):
            parts = [*map(query_direction, factors)]
            if self._calibration is not None:
                attributes = None if wish is None else wish.evidence(embeddings)
                strengths = self._calibration.strengths(kind_of(newest), np.concatenate(parts), embeddings, attributes)
            if isinstance(newest, ComposedQuery):
                composed, words, picture = parts
                shares = picture_shares(composed, picture, words, embeddings)
        unknown = [None] * len(embeddings)
        return strengths or unknown, shares or unknown

    def _rows(self, item_ids: Collection[str]) -> Rows:
        # An unknown one was shown out of an older snapshot, and is gone since.
        return np.array([*self.snapshot.rows(item_ids).values()], dtype=np.int64) if item_ids else _NO_ROWS


def _reference_ids(queries: Sequence[WeightedQuery]) -> list[str]:
    return [
        weighted.query.reference.item_id
        for weighted in queries
        if isinstance(weighted.query, ImageQuery | ComposedQuery)
        and isinstance(weighted.query.reference, ItemReference)
    ]
