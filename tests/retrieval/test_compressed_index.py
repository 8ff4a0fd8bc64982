"""What only a compressed index has: lists that a filter may leave empty, rows scored by FAISS in place, older files."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from retrieval.compressed_index import CompressedIndex, OperatingPoint
from retrieval.embedding import normalize
from retrieval.faiss_halves import FaissHalves
from retrieval.index_file import Header, write_index
from retrieval.indexes import load_index
from retrieval.protocols import Embeddings, Mask, Rows
from retrieval.row_selection import best_rows, first_rows

COUNT, D, CLUSTERS = 12_000, 32, 60


@pytest.fixture(scope="module")
def clusters() -> tuple[Embeddings, Rows]:
    """[COUNT, D] embeddings around CLUSTERS centres, and the number of each one's centre."""
    rng = np.random.default_rng(1)
    centres = normalize(rng.standard_normal((CLUSTERS, D)))
    homes = rng.integers(0, CLUSTERS, COUNT)
    return normalize(centres[homes] + 0.05 * rng.standard_normal((COUNT, D))), homes


@pytest.fixture(scope="module")
def index(clusters: tuple[Embeddings, Rows]) -> CompressedIndex:
    """Which looks into few of its 128 lists."""
    made = CompressedIndex(D, "ivf", few=100)
    made.add(clusters[0])
    made.search(clusters[0][:1], 1)
    made.point = OperatingPoint(probes=4, candidates=40)
    return made


def exact(embeddings: Embeddings, query: Embeddings, k: int, only: Mask) -> list[int]:
    inside = np.flatnonzero(only)
    halves = embeddings[inside].astype(np.float16).astype(np.float32)
    return best_rows(inside, halves @ query, k)[0].tolist()


def share_found(index: CompressedIndex, embeddings: Embeddings, query: Embeddings, k: int, only: Mask) -> float:
    [(rows, _)] = index.search(query[None], k, None, only)
    assert only[rows].all()
    return float(np.isin(exact(embeddings, query, k, only), rows).mean())


def test_a_filter_that_leaves_only_what_is_far_away_is_searched_to_the_end(
    index: CompressedIndex, clusters: tuple[Embeddings, Rows]
) -> None:
    embeddings, homes = clusters
    for row in range(0, 200, 10):
        similarity = np.bincount(homes, embeddings @ embeddings[row]) / np.bincount(homes)
        far = np.isin(homes, np.argsort(similarity)[:15])

        assert share_found(index, embeddings, embeddings[row], 5, far) >= 0.8


def test_a_filter_that_leaves_what_is_near_finds_it(index: CompressedIndex, clusters: tuple[Embeddings, Rows]) -> None:
    embeddings, _ = clusters
    half = np.random.default_rng(2).random(COUNT) < 0.5

    shares = [share_found(index, embeddings, embeddings[row], 5, half) for row in range(0, 400, 10)]

    assert np.mean(shares) >= 0.95


@pytest.mark.parametrize("left", [3, 50, 300])
def test_where_a_filter_leaves_few_all_of_them_are_scored(
    index: CompressedIndex, clusters: tuple[Embeddings, Rows], left: int
) -> None:
    embeddings, _ = clusters
    only = np.zeros(COUNT, dtype=bool)
    only[np.random.default_rng(left).choice(COUNT, left, replace=False)] = True

    [(rows, _)] = index.search(embeddings[:1], 10, None, only)

    assert rows.tolist() == exact(embeddings, embeddings[0], 10, only)


def test_deep_searches_go_beyond_the_clusters_that_they_began_in() -> None:
    rng = np.random.default_rng(2)
    centres = normalize(rng.standard_normal((1000, D)))
    embeddings = normalize(np.repeat(centres, 12, axis=0) + 0.05 * rng.standard_normal((12_000, D)))
    index = CompressedIndex(D, "ivf", few=100)
    index.add(embeddings)
    index.search(embeddings[:1], 1)
    index.point = OperatingPoint(probes=2, candidates=100)
    everything = np.ones(len(embeddings), dtype=bool)

    [(rows, _)] = index.search(embeddings[:1], 350)

    assert np.isin(exact(embeddings, embeddings[0], 350, everything), rows).mean() >= 0.99


def test_rows_that_tie_come_in_order_where_faiss_scores_them() -> None:
    halves = normalize(np.random.default_rng(3).standard_normal((5, 8))).astype(np.float16)
    rows, scores = FaissHalves(np.repeat(halves, 40, axis=0)).nearest(halves[2:3].astype(np.float32), 25)

    assert rows.tolist() == list(range(80, 105))
    assert len(set(scores.tolist())) == 1


def test_the_first_of_sorted_rows_are_the_best_with_ties_by_row() -> None:
    rows, scores = np.array([7, 9, 3, 1, 5]), np.array([0.9, 0.5, 0.5, 0.5, 0.1], np.float32)

    assert first_rows(rows, scores, 1)[0].tolist() == [7]
    assert first_rows(rows, scores, 2)[0].tolist() == [7, 1]
    assert first_rows(rows, scores, 9)[0].tolist() == [7, 1, 3, 9, 5]


def test_a_file_with_centroids_in_single_precision_is_searched_as_before(
    clusters: tuple[Embeddings, Rows], tmp_path: Path
) -> None:
    """As written until November 2026."""
    embeddings, _ = clusters
    codes = faiss.IndexIVFRaBitQ(faiss.IndexFlatIP(D), D, 64, faiss.METRIC_INNER_PRODUCT, True, 2)
    codes.cp.min_points_per_centroid = 1
    codes.train(embeddings)
    codes.add(embeddings)
    path = tmp_path / "index.bin"
    header = Header("ivf", D, COUNT, probes=20, candidates=400)
    write_index(path, header, [embeddings.astype(np.float16)], faiss.serialize_index(codes))

    index = load_index(path)

    everything = np.ones(COUNT, dtype=bool)
    for query in embeddings[:20]:
        [(rows, _)] = index.search(query[None], 50)
        assert np.isin(exact(embeddings, query, 50, everything), rows).mean() >= 0.95
