"""Builds the index of a collection: chooses the kind, tunes it, and measures what it finds against exact search.

A collection is searched exactly while that is quick. Beyond, it gets codes: in inverted lists if it has clusters, that
is if the neighbours of queries lie in those few clusters of a sample that are nearest to the query. Otherwise inverted
lists find too little or look at too much, and all codes are looked at. Then the smallest number of candidates and of
lists is taken with which one half of the queries reaches the recall that was asked for; the other half measures it.
Queries are of both sorts that people make: pictures of the collection, and texts, which lie elsewhere.
"""

import logging
import math
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.compressed_index import DEPTH, FEW, OperatingPoint
from retrieval.embedding import normalize
from retrieval.faiss_codes import FaissCodes, Layout, centroids, sample_size
from retrieval.half_rows import HalfRows
from retrieval.index_file import ROWS_AT, Header, map_rows, write_codes, write_header
from retrieval.index_queries import MeasuredQueries, queries_like_rows, queries_like_texts
from retrieval.indexes import load_index, new_index
from retrieval.protocols import Embeddings, Features, Rows

logger = logging.getLogger(__name__)

AUTO = "auto"
EXACT_BYTES = 64 * 2**20
"""Of single precision: what one core reads in about 5 ms."""
RECALL = 0.99
_BLOCK = 16_384
_SAMPLE = 32_768
_CLUSTERS = 256
_NEAR = 8
"""One part in so many of the clusters is what inverted lists may look into."""
_SAMPLE_DEPTH = 10
_MOST_CANDIDATES = 4096
_MISS = 0.6
"""Of what may be missed, so much is used up by the queries that it is tuned on: others miss more."""
_LADDER = tuple(int(50 * 1.1**step) for step in range(48))
"""Numbers of candidates that are tried, from 50 to 4,400."""
_CODES = 60
"""So many codes are looked at in the time in which one candidate is kept in order and scored."""
_TRIES = 4
_SMALL = 1e-20
_SEED = 11


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """What was built, and what it finds.

    Attributes:
        kind: as `retrieval.indexes` names it.
        recall_at_50: share of the 50 nearest found, against exact search, for pictures of the collection.
        recall_at_50_text: the same for texts and composed requests.
        real_texts: how many of these were real; the others were made of rows.
        probes: inverted lists that a search looks into; 0 for exact kinds.
        candidates: how many rows it scores with their embeddings; 0 for exact kinds.
        search_ms: median of one search here, in milliseconds.
    """

    kind: str
    recall_at_50: float
    recall_at_50_text: float
    real_texts: int
    probes: int
    candidates: int
    search_ms: float

    @property
    def recall(self) -> float:
        """The worse of the two."""
        return min(self.recall_at_50, self.recall_at_50_text)


def build_index(
    features: Features,
    path: Path,
    kind: str = AUTO,
    texts: Embeddings | None = None,
    aim: float = RECALL,
    exact_bytes: int = EXACT_BYTES,
) -> IndexFigures:
    """Write the index of a collection.

    Args:
        features: [n, d] raw; usually a mapped file, of which a block at a time is read. At least one row.
        path: of the file, which `load_index` reads.
        kind: as `retrieval.indexes` names it, or `auto`.
        texts: [m, d] embeddings of real queries, to tune and measure with.
        aim: recall to be reached, if it can be.
        exact_bytes: `auto` searches so much, in single precision, exactly.

    Returns:
        What was measured with the saved file. Whether that is enough is for the caller to say.

    Raises:
        OSError: the disk.
        ValueError: an unknown kind, no rows, or features with NaN or zeros only.
    """
    if not len(features):
        raise ValueError("an index needs at least one row")
    rng = np.random.default_rng(_SEED)
    rows, words = queries_like_rows(features, rng), queries_like_texts(features, rng, texts)
    chosen = choose_kind(features, exact_bytes) if kind == AUTO else kind
    if chosen not in ("ivf", "scan") or len(features) <= FEW:
        _build_plain(features, path, chosen, (rows, words))
        return _measured(path, chosen, features, (rows, words))
    _write_rows(features, path, (rows, words))
    (tuning_rows, rows), (tuning_words, words) = rows.halves(), words.halves()
    tuning = (tuning_rows, tuning_words)
    figures = _build_codes(features, path, "ivf" if chosen == "ivf" else "scan", tuning, (rows, words), aim)
    if kind == AUTO and chosen == "ivf" and figures.recall < aim:
        logger.info("Inverted lists find %.4f of the nearest here: all codes are looked at instead", figures.recall)
        figures = _build_codes(features, path, "scan", tuning, (rows, words), aim)
    return figures


def is_tuned(kind: str, count: int, dimension: int) -> bool:
    """Whether an index of [count, dimension] is tuned, so that real queries are of use."""
    return count > FEW and (kind in ("ivf", "scan") or (kind == AUTO and 4 * count * dimension > EXACT_BYTES))


def choose_kind(features: Features, exact_bytes: int = EXACT_BYTES) -> str:
    """`faiss` while exact search is quick, `ivf` for collections with clusters, else `scan`.

    Args:
        features: [n, d] raw; a sample of them is looked at.
        exact_bytes: so much, in single precision, is quick.
    """
    if len(features) <= FEW or 4 * features.size <= exact_bytes:
        return "faiss"
    rng = np.random.default_rng(_SEED)
    sample = _sample(features, _SAMPLE)
    centres = centroids(sample, _CLUSTERS)
    homes = np.argmax(sample @ centres.T, axis=1)
    places: list[NDArray[np.int64]] = []
    for queries in (queries_like_rows(sample, rng), queries_like_texts(sample, rng, None)):
        for start in range(0, len(sample), _BLOCK):
            queries.see(start, sample[start : start + _BLOCK])
        nearest = np.argsort(-(queries.embeddings @ centres.T), axis=1)
        place = np.argsort(nearest, axis=1)  # [m, clusters]: how many clusters are nearer
        for number, its in enumerate(place):
            neighbours, _ = queries.neighbours(number)
            places.append(its[homes[neighbours[:_SAMPLE_DEPTH]]])
    found = float((np.concatenate(places) < _CLUSTERS // _NEAR).mean())
    logger.info("%.4f of the neighbours are in the nearest of %d clusters", found, _CLUSTERS // _NEAR)
    return "ivf" if found >= RECALL else "scan"


def _build_plain(features: Features, path: Path, kind: str, queries: Sequence[MeasuredQueries]) -> None:
    index = new_index(kind, features.shape[1])
    for start, block in _blocks(features):
        index.add(block)
        for some in queries:
            some.see(start, block)
    index.save(path)


def _write_rows(features: Features, path: Path, queries: Sequence[MeasuredQueries]) -> None:
    with path.open("wb") as file:
        file.seek(ROWS_AT)
        for start, block in _blocks(features):
            file.write(block.astype("<f2").data)
            for some in queries:
                some.see(start, block)


def _build_codes(
    features: Features,
    path: Path,
    layout: Layout,
    tuning: Sequence[MeasuredQueries],
    measuring: Sequence[MeasuredQueries],
    aim: float,
) -> IndexFigures:
    """Behind the rows of a file; `tuning` and `measuring` know their neighbours."""
    count, dimension = features.shape
    codes = FaissCodes.train(layout, _sample(features, sample_size(layout, count)), count)
    rows = HalfRows(dimension, map_rows(path, count, dimension))
    for start in range(0, count, _BLOCK):
        codes.add(rows.embeddings(np.arange(start, min(start + _BLOCK, count))))
    point = _tune(codes, rows, tuning, aim)
    with path.open("r+b") as file:
        header = write_codes(file, Header(layout, dimension, count, point.probes, point.candidates), codes.to_bytes())
    del codes  # the file's are searched from here on
    for _ in range(_TRIES):
        figures = _measured(path, layout, features, measuring, header)
        if figures.recall >= aim:
            break
        header = replace(header, probes=header.probes + header.probes // 4 + 1, candidates=header.candidates * 5 // 4)
        with path.open("r+b") as file:
            write_header(file, header)
    return figures


def _tune(codes: FaissCodes, rows: HalfRows, queries: Sequence[MeasuredQueries], aim: float) -> OperatingPoint:
    """The candidates and lists that cost least of those with which the queries find enough."""
    depth = min(_MOST_CANDIDATES, len(codes))
    ranks: list[Rows] = []
    probes: list[Rows] = []
    for some in queries:
        rank, probe = [], []
        for number, query in enumerate(some.embeddings):
            neighbours, _ = some.neighbours(number)
            found = codes.candidates(query[None], depth, codes.lists)
            place = dict(zip(found.tolist(), range(1, depth + 1), strict=False))
            rank += [place.get(row, depth + 1) for row in neighbours.tolist()]
            probe.append(codes.probes_to(query[None], rows.embeddings(neighbours)))
        ranks.append(np.array(rank, np.int64))
        probes.append(np.concatenate(probe))
    points = [_point(count, ranks, probes, codes.lists, 1 - _MISS * (1 - aim)) for count in _LADDER if count < depth]
    points.append(OperatingPoint(codes.lists, depth))
    return min(points, key=lambda point: _CODES * point.candidates + point.probes * len(codes) / codes.lists)


def _point(count: int, ranks: Sequence[Rows], probes: Sequence[Rows], lists: int, goal: float) -> OperatingPoint:
    """With so many candidates, the fewest lists; all of them, and the most candidates, where it cannot be done."""
    needed = 1
    for rank, probe in zip(ranks, probes, strict=True):
        reached = np.sort(probe[rank <= count])
        least = math.ceil(goal * len(rank))
        if len(reached) < least:
            return OperatingPoint(lists, _MOST_CANDIDATES)
        needed = max(needed, int(reached[least - 1]))
    return OperatingPoint(needed, count)


def _measured(
    path: Path, kind: str, features: Features, queries: Sequence[MeasuredQueries], header: Header | None = None
) -> IndexFigures:
    """What the saved file finds: it is what will be served."""
    index = load_index(path)
    times = []
    rows, words = queries
    for query in words.embeddings:
        started = time.perf_counter()
        index.search(query[None], min(DEPTH, len(features)))
        times.append(1e3 * (time.perf_counter() - started))
    figures = IndexFigures(
        kind,
        rows.recall(index, features),
        words.recall(index, features),
        words.real,
        header.probes if header else 0,
        header.candidates if header else 0,
        statistics.median(times),
    )
    logger.info("Index measured: %s", figures)
    return figures


def _blocks(features: Features) -> Iterator[tuple[int, Embeddings]]:
    for start in range(0, len(features), _BLOCK):
        yield start, _normalized(features[start : start + _BLOCK])


def _sample(features: Features, size: int) -> Embeddings:
    """[size, d] by chance, in no order; all of them where there are fewer."""
    rng = np.random.default_rng(_SEED)
    rows = rng.permutation(len(features))[:size]
    rows.sort()  # a mapped file is read forwards
    return rng.permutation(_normalized(features[rows]))


def _normalized(features: Features) -> Embeddings:
    """As `normalize`, eight times as fast where no square comes near the limits of single precision."""
    block = np.array(features, dtype=np.float32)
    squares = np.einsum("nd,nd->n", block, block)
    if not ((squares > _SMALL) & (squares < 1 / _SMALL)).all():
        return normalize(block)
    block /= np.sqrt(squares)[:, None]
    return block
