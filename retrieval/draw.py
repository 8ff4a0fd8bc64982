"""Pictures to begin with: a few that are as different as the collection is, drawn without any query.

A seeded sample of the collection is clustered by spherical k-means (Dhillon & Modha, Machine Learning 42, 2001) from
centres that k-means++ seeds (Arthur & Vassilvitskii, SODA 2007), and of each cluster the picture nearest to its centre
is taken: typical ones, where the points farthest from each other would be the odd ones out.
"""

from collections.abc import Collection
from typing import Protocol

import numpy as np

from retrieval.embedding import normalize
from retrieval.filter import Filter
from retrieval.protocols import Embeddings, Rows, Scores
from retrieval.query import Hit
from retrieval.search_result import SearchResult
from retrieval.searched_snapshot import RowFilter, SearchedSnapshot
from retrieval.spherical_kmeans import seeded, spherical_kmeans

SAMPLE = 512
"""Pictures that are clustered; a draw from more of them would cost time and look the same."""
_ROUNDS = 8


class DrawnSnapshot(SearchedSnapshot, Protocol):
    """What a draw needs of a snapshot; all of it may be read from any thread."""

    @property
    def facets(self) -> RowFilter:
        """What filters can ask."""
        ...


def draw(
    snapshot: DrawnSnapshot,
    count: int,
    seed: int,
    seen: Collection[str] = (),
    hidden: Collection[str] = (),
    within: Filter | None = None,
) -> SearchResult:
    """`count` different pictures, or as many as there are; the same ones for the same arguments.

    Args:
        snapshot: drawn from.
        count: at least 1.
        seed: another one makes another draw.
        seen: ids of items that come back only when nothing else is left.
        hidden: ids of items that never come.
        within: what may be drawn at all.

    Returns:
        Hits of the largest clusters first; the score is the cosine to the centre of the cluster.
    """
    allowed = snapshot.facets.mask(within) if within else np.ones(len(snapshot), dtype=bool)
    allowed[[*snapshot.rows(hidden).values()]] = False
    fresh = allowed.copy()
    fresh[[*snapshot.rows(seen).values()]] = False
    repeated = not fresh.any() and bool(allowed.any())
    rows = np.flatnonzero(allowed if repeated else fresh).astype(np.int64)
    if not len(rows):
        return SearchResult((), repeated=False, timings_ms={})
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.choice(rows, min(SAMPLE, len(rows)), replace=False))
    places, scores = different(normalize(snapshot.features(sample)), count, rng)
    hits = tuple(map(Hit, snapshot.ids(sample[places].tolist()), scores.tolist()))
    return SearchResult(hits, repeated, timings_ms={})


def different(embeddings: Embeddings, count: int, rng: np.random.Generator) -> tuple[Rows, Scores]:
    """[n, d] embeddings -> the places of up to `count` that are typical of n's clusters, and their cosines to them."""
    if len(embeddings) <= count:
        return np.arange(len(embeddings), dtype=np.int64), np.ones(len(embeddings), dtype=np.float32)
    centres, _ = spherical_kmeans(embeddings, seeded(embeddings, count, rng), _ROUNDS)
    similarities = embeddings @ centres.T
    nearest = similarities.argmax(axis=1)
    places: list[int] = []
    scores: list[float] = []
    for cluster in np.argsort(-np.bincount(nearest, minlength=count), kind="stable"):
        free = similarities[:, cluster].copy()
        free[places] = -np.inf  # of identical pictures several centres may be nearest to the same one
        places.append(int(free.argmax()))
        scores.append(float(free.max()))
    return np.array(places, dtype=np.int64), np.array(scores, dtype=np.float32)
