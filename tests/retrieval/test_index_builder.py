"""Which index is built for which collection, and that it finds what exact search finds."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.compressed_index import CompressedIndex
from retrieval.embedding import normalize
from retrieval.errors import IndexingFailed, SnapshotInvalid
from retrieval.faiss_index import FaissIndex
from retrieval.index_builder import build_index
from retrieval.index_file import ROWS_AT
from retrieval.indexes import INDEX_KINDS, load_index
from retrieval.item_table import Item
from retrieval.manifest import Provenance
from retrieval.protocols import Embeddings, VectorIndex
from retrieval.snapshot_writer import SnapshotWriter
from scripts.benchmarking.search_recall import constrained_recall, neighbours
from scripts.benchmarking.synthetic_collections import SyntheticCollection, clustered, combinatorial

D = 64
COUNT = 20_000
SHAPES = {"ivf": clustered(D), "scan": combinatorial(D)}


def rows_of(collection: SyntheticCollection, count: int = COUNT) -> Embeddings:
    return np.concatenate(list(collection.blocks(count)))


def test_what_is_quick_is_searched_exactly(tmp_path: Path) -> None:
    features = rows_of(SHAPES["ivf"], 2000)

    figures = build_index(features, tmp_path / "index.bin")

    assert figures.kind == "faiss"
    assert figures.recall == 1
    assert type(load_index(tmp_path / "index.bin")) is FaissIndex


@pytest.mark.parametrize("kind", SHAPES)
def test_the_shape_is_found_out_and_recall_is_kept_with_filters_and_exclusions(kind: str, tmp_path: Path) -> None:
    collection, path = SHAPES[kind], tmp_path / "index.bin"
    features = rows_of(collection)

    figures = build_index(features, path, exact_bytes=0)
    index = load_index(path)

    assert isinstance(index, CompressedIndex)
    assert figures.kind == kind
    assert figures.recall >= 0.99
    assert path.stat().st_size < 0.7 * features.nbytes
    for queries in (collection.kin(40, seed=1), collection.texts(40, seed=1)):
        assert neighbours(features, queries, 50).recall(index) >= 0.985
        for name, recall, _ in constrained_recall(features, queries[:10], index, 50):
            assert recall >= 0.98, name


def test_real_queries_are_tuned_and_measured_with(tmp_path: Path) -> None:
    texts = SHAPES["scan"].texts(150, seed=2)

    figures = build_index(rows_of(SHAPES["scan"], 6000), tmp_path / "index.bin", "scan", texts)

    assert figures.real_texts == len(texts)


@pytest.mark.parametrize("kind", ["auto", *INDEX_KINDS])
@pytest.mark.parametrize("count", [1, 2, 39])
def test_fewer_rows_than_codes_are_trained_with(kind: str, count: int, tmp_path: Path) -> None:
    features = 3 * rows_of(SHAPES["ivf"], count)

    figures = build_index(features, tmp_path / "index.bin", kind, exact_bytes=0 if count > 2 else 10**9)

    assert figures.recall == 1
    [(rows, _)] = load_index(tmp_path / "index.bin").search(features[:1], 50)
    assert len(rows) == count
    assert rows[0] == 0


def test_no_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one row"):
        build_index(np.empty((0, D), np.float32), tmp_path / "index.bin")


@pytest.mark.parametrize("kind", ["auto", "ivf", "scan"])
def test_equal_rows_are_all_found(kind: str, tmp_path: Path) -> None:
    features = np.repeat(rows_of(SHAPES["ivf"], 1), 5000, axis=0)

    figures = build_index(features, tmp_path / "index.bin", kind, exact_bytes=0)
    index = load_index(tmp_path / "index.bin")

    assert figures.recall == 1
    [(rows, scores)] = index.search(features[:1], 60)
    assert len(set(rows.tolist())) == 60
    assert len(set(scores.tolist())) == 1
    everything = search_rows(index, features[:1], 10_000)
    assert sorted(everything) == list(range(5000))
    assert search_rows(index, features[:1], 5, only=np.zeros(5000, dtype=bool)) == []


@pytest.mark.slow
def test_a_million_and_one_rows(tmp_path: Path) -> None:
    count = 1_000_001
    features = np.random.default_rng(4).standard_normal((count, 4), dtype=np.float32)

    figures = build_index(features, tmp_path / "index.bin")
    index = load_index(tmp_path / "index.bin")

    assert len(index) == count
    assert figures.recall >= 0.99
    assert count - 1 in search_rows(index, features[-1:] / np.linalg.norm(features[-1]), 3)
    only = np.zeros(count, dtype=bool)
    only[-5:] = True
    assert sorted(search_rows(index, features[:1], 50, only)) == list(range(count - 5, count))


@pytest.mark.parametrize("place", [30, 200, ROWS_AT + 2 * 5000 * D + 100, -1])
def test_a_changed_byte_of_header_or_codes_is_noticed(place: int, tmp_path: Path) -> None:
    path = tmp_path / "index.bin"
    build_index(rows_of(SHAPES["scan"], 5000), path, "scan")
    data = bytearray(path.read_bytes())
    data[place] ^= 0x55
    path.write_bytes(data)

    with pytest.raises(SnapshotInvalid, match=r"^The index file is damaged: build the snapshot again, or roll back\.$"):
        load_index(path)


def snapshot_of(directory: Path, features: Embeddings, kind: str) -> SnapshotWriter:
    writer = SnapshotWriter(directory, Provenance("m@1", "m", None, features.shape[1], "sum", kind))
    colours = ("red", "blue")
    items = [Item(str(row), f"/{row}", f"{row:032x}", {"colour": colours[row % 2]}) for row in range(len(features))]
    writer.add(items, features)
    return writer


def test_a_snapshot_whose_index_finds_too_little_is_refused_unless_told_otherwise(tmp_path: Path) -> None:
    features = rows_of(SHAPES["scan"], 4500)
    strict = snapshot_of(tmp_path / "strict", features, "scan")

    sentence = r"\(scan\) finds .* of the 50 nearest, not 100.0%.*INDEX_MIN_RECALL lower\.$"
    with pytest.raises(IndexingFailed, match=sentence):
        strict.finish(0, min_recall=1.0)
    strict.abort()
    manifest = snapshot_of(tmp_path / "lenient", features, "scan").finish(0, min_recall=0.5)

    assert manifest.search is not None
    assert manifest.search["kind"] == "scan"
    assert 0.9 < float(manifest.search["recall_at_50"]) <= 1
    assert 0.9 < float(manifest.search["recall_at_50_text"]) <= 1


def test_the_snapshots_own_queries_are_asked_for_tuning(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    writer = snapshot_of(tmp_path / "s", rows_of(SHAPES["scan"], 5000), "scan")

    manifest = writer.finish(0, lambda _, queries: [normalize(rng.standard_normal((1, D))) for _ in queries], 0.0)

    assert manifest.search is not None
    assert manifest.search["real_texts"] == 192


def search_rows(index: VectorIndex, query: Embeddings, k: int, only: np.ndarray | None = None) -> list[int]:
    [(rows, _)] = index.search(query, k, None, only)
    return rows.tolist()
