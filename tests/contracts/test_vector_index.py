"""What every vector index promises (`retrieval.protocols.VectorIndex`), on each kind there is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.compressed_index import CompressedIndex
from retrieval.embedding import normalize
from retrieval.errors import SnapshotInvalid
from retrieval.exact_index import ExactIndex
from retrieval.faiss_index import FaissIndex
from retrieval.indexes import INDEX_KINDS, load_index, new_index
from retrieval.protocols import Embeddings, Rows, VectorIndex
from retrieval.torch_index import TorchIndex


@dataclass(frozen=True)
class NewIndex:
    """Makes empty indexes of one kind; `tolerance` is what the numbers it keeps may be off by."""

    make: Callable[[int], VectorIndex]
    tolerance: float

    def __call__(self, dimension: int) -> VectorIndex:
        return self.make(dimension)


TOLERANCES = {"faiss": 1e-5, "exact": 1e-5, "torch": 1e-3, "ivf": 1e-3, "scan": 1e-3}


@pytest.fixture(params=INDEX_KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(
    params=[
        *INDEX_KINDS,
        "ivf with codes",
        "scan with codes",
        *(pytest.param(f"{kind} with a GPU", marks=pytest.mark.gpu) for kind in ("faiss", "torch")),
    ]
)
def new(request: pytest.FixtureRequest) -> NewIndex:
    kind, _, extra = str(request.param).partition(" with ")
    if extra == "codes":  # of collections as small as these, too
        return NewIndex(lambda dimension: CompressedIndex(dimension, kind, few=40), TOLERANCES[kind])  # type: ignore[arg-type]
    return NewIndex(lambda dimension: new_index(kind, dimension, "cuda" if extra else "cpu"), TOLERANCES[kind])


def random_embeddings(count: int, dimension: int, seed: int = 0) -> Embeddings:
    return normalize(np.random.default_rng(seed).standard_normal((count, dimension)))


def test_an_empty_index_finds_nothing(new: NewIndex) -> None:
    index = new(3)

    assert len(index) == 0
    assert index.dimension == 3
    [(rows, scores)] = index.search(random_embeddings(1, 3), 5)
    assert rows.tolist() == scores.tolist() == []


def test_every_row_finds_itself_first(new: NewIndex) -> None:
    index, embeddings = new(16), random_embeddings(200, 16)
    index.add(embeddings[:150])
    index.add(embeddings[150:])

    assert len(index) == 200
    for row, (rows, scores) in enumerate(index.search(embeddings, 3)):
        assert rows[0] == row
        assert scores[0] == pytest.approx(1, abs=new.tolerance)
        assert rows.dtype == np.int64
        assert scores.dtype == np.float32


def test_results_are_those_of_a_plain_computation(new: NewIndex) -> None:
    index, embeddings, queries = new(12), random_embeddings(500, 12), random_embeddings(30, 12, seed=1) * 7
    index.add(embeddings)

    for query, (rows, scores) in zip(queries, index.search(queries, 20), strict=True):
        similarities = embeddings.astype(np.float64) @ query.astype(np.float64)
        np.testing.assert_allclose(scores, np.sort(similarities)[::-1][:20], atol=10 * new.tolerance)
        np.testing.assert_allclose(similarities[rows], scores, atol=10 * new.tolerance)


@given(data=st.data(), count=st.integers(0, 40), distinct=st.integers(1, 40), k=st.integers(1, 60))
@settings(deadline=None)
@pytest.mark.parametrize("kind", INDEX_KINDS)
def test_order_exclusion_and_number_of_results(
    kind: str, data: st.DataObject, count: int, distinct: int, k: int
) -> None:
    dimension = 4
    embeddings = random_embeddings(distinct, dimension)[np.arange(count) % distinct]  # with equal rows
    exclude = data.draw(st.none() | st.lists(st.integers(-2, count + 2), max_size=count + 4))
    index = new_index(kind, dimension)
    index.add(embeddings)

    left_out = None if exclude is None else np.array(exclude, dtype=np.int64)
    [(rows, scores)] = index.search(random_embeddings(1, dimension, seed=2), k, left_out)

    allowed = set(range(count)) - set(exclude or ())
    assert len(rows) == len(scores) == min(k, len(allowed))
    assert set(rows.tolist()) <= allowed
    assert len(set(rows.tolist())) == len(rows)
    places = list(zip((-scores).tolist(), rows.tolist(), strict=True))
    assert places == sorted(places), "best first, ties by smaller row"
    if len(rows) < len(allowed):  # and among equal ones at the border the smaller rows were taken
        twins = {row for row in allowed if row % distinct == rows[-1] % distinct}
        assert {row for row in twins if row < rows[-1]} <= set(rows.tolist())


@given(data=st.data(), count=st.integers(0, 40), k=st.integers(1, 50), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=50)
@pytest.mark.parametrize("kind", INDEX_KINDS)
def test_a_mask_gives_what_brute_force_over_its_rows_gives(
    kind: str, data: st.DataObject, count: int, k: int, seed: int
) -> None:
    only = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=bool)
    exclude = np.array(data.draw(st.lists(st.integers(0, 40), max_size=10)), dtype=np.int64)
    embeddings, query = random_embeddings(count, 6, seed), random_embeddings(1, 6, seed + 100)
    index = new_index(kind, 6)
    index.add(embeddings)

    [(rows, scores)] = index.search(query, k, exclude, only)

    assert_brute_force(rows, scores, embeddings, query, only & ~np.isin(np.arange(count), exclude), k, TOLERANCES[kind])


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.2, 0.5, 0.98])
def test_masks_over_many_rows_are_exact_whatever_they_leave(new: NewIndex, share: float) -> None:
    count = 12_000
    rng = np.random.default_rng(7)
    index, embeddings, queries = new(8), random_embeddings(count, 8), random_embeddings(3, 8, seed=1)
    index.add(embeddings)
    only, exclude = rng.random(count) < share, rng.integers(0, count, 300)

    for query, (rows, scores) in zip(queries, index.search(queries, 25, exclude, only), strict=True):
        assert_brute_force(
            rows, scores, embeddings, query[None], only & ~np.isin(np.arange(count), exclude), 25, new.tolerance
        )


def test_a_mask_of_another_length_is_refused(new: NewIndex) -> None:
    index = new(3)
    index.add(random_embeddings(2, 3))

    with pytest.raises(ValueError, match="mask of 2"):
        index.search(random_embeddings(1, 3), 1, None, np.ones(3, dtype=bool))
    with pytest.raises(ValueError, match="mask of 2"):
        index.search(random_embeddings(1, 3), 1, None, np.array([1, 0]))  # type: ignore[arg-type]


def test_many_equal_rows_come_in_order(new: NewIndex) -> None:
    index = new(8)
    index.add(np.repeat(random_embeddings(1, 8), 500, axis=0))

    [(rows, _)] = index.search(random_embeddings(1, 8, seed=1), 10, np.arange(5))

    assert rows.tolist() == list(range(5, 15))


def test_all_rows_can_be_excluded(new: NewIndex) -> None:
    index = new(4)
    index.add(random_embeddings(6, 4))

    [(rows, scores)] = index.search(random_embeddings(1, 4), 3, np.arange(6))

    assert len(rows) == len(scores) == 0


@pytest.mark.parametrize(
    ("embeddings", "reason"),
    [
        ([[np.nan, 1.0, 0.0]], "NaN"),
        ([[1.0, 0.0]], "width 3"),
        ([[3.0, 4.0, 0.0]], "unit length"),
        ([1.0, 0.0, 0.0], "shape"),
    ],
)
def test_bad_rows_are_refused_and_leave_the_index_as_it_was(
    new: NewIndex, embeddings: list[object], reason: str
) -> None:
    index = new(3)
    index.add(random_embeddings(2, 3))

    with pytest.raises(ValueError, match=reason):
        index.add(np.array(embeddings, dtype=np.float32))

    assert len(index) == 2


def test_bad_searches_are_refused(new: NewIndex) -> None:
    index = new(3)
    index.add(random_embeddings(2, 3))

    with pytest.raises(ValueError, match="k must"):
        index.search(random_embeddings(1, 3), 0)
    with pytest.raises(ValueError, match="width 3"):
        index.search(random_embeddings(1, 4), 1)
    with pytest.raises(ValueError, match="NaN"):
        index.search(np.full((1, 3), np.nan, dtype=np.float32), 1)


def test_what_is_added_later_does_not_change_with_the_callers_array(new: NewIndex) -> None:
    index, embeddings = new(3), random_embeddings(1, 3)
    query = embeddings.copy()
    index.add(embeddings)
    embeddings[:] = -embeddings

    [(_, scores)] = index.search(query, 1)

    assert scores[0] == pytest.approx(1, abs=new.tolerance)


def test_a_saved_index_answers_as_before(new: NewIndex, tmp_path: Path) -> None:
    index, queries = new(5), random_embeddings(3, 5, seed=1)
    index.add(random_embeddings(50, 5))
    index.save(tmp_path / "index.bin")

    loaded = load_index(tmp_path / "index.bin")
    loaded.add(random_embeddings(1, 5, seed=2))

    assert len(loaded) == 51
    assert_same(index.search(queries, 5, np.array([50])), loaded.search(queries, 5, np.array([50])))


def test_loading_tells_the_kind_from_the_file(kind: str, tmp_path: Path) -> None:
    new_index(kind, 4).save(tmp_path / "index.bin")

    others = {"exact": ExactIndex, "faiss": FaissIndex, "torch": TorchIndex}
    assert type(load_index(tmp_path / "index.bin")) is others.get(kind, CompressedIndex)


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "missing", "folder"])
def test_a_damaged_file_is_refused_with_a_sentence(kind: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / "index.bin"
    index = new_index(kind, 4)
    index.add(random_embeddings(20, 4))
    index.save(path)
    match damage:
        case "empty":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(path.read_bytes()[:-10])
        case "text":
            path.write_text("no index at all, but a longer text about something else" * 20)
        case "missing":
            path.unlink()
        case "folder":
            path.unlink()
            path.mkdir()

    with pytest.raises(SnapshotInvalid, match=r"^The index file .* build the snapshot again.*\.$"):
        load_index(path)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="faiss, exact, torch, ivf, scan"):
        new_index("annoy", 3)


def assert_brute_force(
    rows: Rows,
    scores: np.ndarray,
    embeddings: Embeddings,
    query: Embeddings,
    allowed: np.ndarray,
    k: int,
    tolerance: float,
) -> None:
    similarities = embeddings.astype(np.float64) @ query[0].astype(np.float64)
    best = np.sort(similarities[allowed])[::-1][:k]
    assert len(set(rows.tolist())) == len(rows) == len(best)
    assert allowed[rows].all()
    np.testing.assert_allclose(scores, best, atol=tolerance)
    np.testing.assert_allclose(similarities[rows], scores, atol=tolerance)


def assert_same(first: list[tuple[Rows, np.ndarray]], second: list[tuple[Rows, np.ndarray]]) -> None:
    for (rows, scores), (other_rows, other_scores) in zip(first, second, strict=True):
        assert rows.tolist() == other_rows.tolist()
        np.testing.assert_allclose(scores, other_scores, atol=1e-5)
