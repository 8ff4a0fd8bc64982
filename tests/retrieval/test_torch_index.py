"""What the index on torch does beyond the contract; here on CPU tensors, on a graphics card the same code."""

import logging
from pathlib import Path

import numpy as np
import pytest
import torch

from retrieval.compressed_index import CompressedIndex
from retrieval.embedding import normalize
from retrieval.index_builder import build_index
from retrieval.indexes import load_index, new_index
from retrieval.torch_index import TorchIndex

D = 16
EMBEDDINGS = normalize(np.random.default_rng(0).standard_normal((6000, D)))


def test_many_queries_at_once_find_what_one_at_a_time_finds() -> None:
    index = new_index("torch", D)
    index.add(EMBEDDINGS)
    queries = EMBEDDINGS[:64] * 5

    together = index.search(queries, 20, np.array([3]))

    for query, (rows, scores) in zip(queries, together, strict=True):
        [(alone, alone_scores)] = index.search(query[None], 20, np.array([3]))
        assert rows.tolist() == alone.tolist()
        np.testing.assert_allclose(scores, alone_scores, rtol=1e-5)


def test_very_long_queries_do_not_overflow_half_precision() -> None:
    index = new_index("torch", D)
    index.add(EMBEDDINGS)

    [(rows, scores)] = index.search(EMBEDDINGS[:1] * 1e6, 1)

    assert rows.tolist() == [0]
    assert scores[0] == pytest.approx(1e6, rel=1e-3)


def test_the_rows_of_a_compressed_index_are_searched_exactly(tmp_path: Path) -> None:
    path = tmp_path / "index.bin"
    build_index(EMBEDDINGS, path, "scan")

    index = TorchIndex.load(path)

    for query in EMBEDDINGS[:20]:
        [(rows, _)] = index.search(query[None], 10)
        assert set(rows.tolist()) == set(np.argsort(-(EMBEDDINGS @ query))[:10].tolist())


@pytest.mark.parametrize("kind", ["scan", "faiss"])
def test_without_a_graphics_card_the_index_is_searched_on_the_processor_with_one_line_in_the_log(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "index.bin"
    build_index(EMBEDDINGS, path, kind)

    with caplog.at_level(logging.INFO):
        index = load_index(path, "cuda")

    [(rows, _)] = index.search(EMBEDDINGS[:1], 1)
    assert rows.tolist() == [0]
    if not torch.cuda.is_available():
        assert isinstance(index, CompressedIndex) == (kind == "scan")
        assert len([record for record in caplog.records if "GPU" in record.message]) == 1
