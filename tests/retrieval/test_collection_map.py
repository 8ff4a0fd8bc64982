"""Maps: what is alike lies side by side, any collection has one, and small changes leave it where it was."""

from collections.abc import Generator

import numpy as np
import pytest

from retrieval.collection_map import CollectionMap, add_between, lay_out, preservation
from retrieval.embedding import normalize
from retrieval.errors import SnapshotInvalid


def families(count: int, kinds: int = 4, noise: float = 0.3) -> np.ndarray:
    random = np.random.default_rng(3)
    centres = random.normal(size=(kinds, 24))
    return normalize(centres[np.arange(count) % kinds] + noise * random.normal(size=(count, 24)))


def finished(steps: Generator[tuple[int, int], None, np.ndarray]) -> tuple[list[tuple[int, int]], np.ndarray]:
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return seen, end.value


def test_families_lie_together_and_the_steps_count_up():
    vectors = families(160)
    steps, positions = finished(lay_out(vectors))
    assert positions.shape == (160, 2)
    assert positions.dtype == np.float32
    assert np.abs(positions).max() <= 1 + 1e-6
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert len({total for _, total in steps}) == 1
    assert steps[-1][0] == steps[-1][1]
    apart = np.linalg.norm(positions[:, None] - positions[None], axis=2) + 9 * np.eye(160)
    nearest = apart.argmin(axis=1)
    assert (nearest % 4 == np.arange(160) % 4).mean() > 0.98


def test_above_the_sample_the_others_are_put_into_it():
    vectors = families(300)
    steps, positions = finished(lay_out(vectors, sample=120))
    assert np.isfinite(positions).all()
    assert preservation(vectors, positions, 30) > 3 * 30 / 300  # three times what chance would keep
    assert steps[-1][0] == steps[-1][1]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 40])
def test_identical_vectors_have_places_too(count):
    _, positions = finished(lay_out(np.repeat(families(1), count, axis=0)))
    assert positions.shape == (count, 2)
    assert np.isfinite(positions).all()
    assert len(np.unique(positions, axis=0)) == count


def test_many_copies_among_others_do_no_harm():
    vectors = np.vstack([np.repeat(families(1), 120, axis=0), families(60, noise=2.0)])
    _, positions = finished(lay_out(vectors))
    assert np.isfinite(positions).all()


def test_closing_cancels():
    steps = lay_out(families(100))
    next(steps)
    steps.close()
    assert list(steps) == []


def test_new_rows_are_put_between_those_they_are_like_and_the_others_stay():
    vectors = families(100)
    random = np.random.default_rng(0)
    places = np.array([(-0.8, -0.8), (0.8, -0.8), (-0.8, 0.8), (0.8, 0.8)])
    positions = (places[np.arange(100) % 4] + 0.05 * random.normal(size=(100, 2))).astype(np.float32)
    known = np.arange(100) < 80
    placed = add_between(vectors, np.where(known[:, None], positions, 0).astype(np.float32), known)
    np.testing.assert_array_equal(placed[:80], positions[:80])
    assert np.abs(placed[80:] - places[np.arange(80, 100) % 4]).max() < 0.3


def test_preservation_is_one_where_nothing_changed_and_refuses_too_many_neighbours():
    flat = np.random.default_rng(0).normal(size=(50, 2))
    on_circle = normalize(flat)
    angles = np.column_stack([np.arctan2(on_circle[:, 1], on_circle[:, 0]), np.zeros(50)]).astype(np.float32)
    assert preservation(on_circle, on_circle, 5) == 1.0
    assert preservation(on_circle, angles[::-1].copy(), 5) < 0.4
    with pytest.raises(ValueError, match="no 50 nearest"):
        preservation(on_circle, on_circle, 50)


def test_a_saved_map_comes_back_and_a_wrong_one_is_refused(tmp_path):
    made = CollectionMap(np.zeros((3, 2), dtype=np.float32), np.array([True, False, True]))
    made.save(tmp_path / "map.npz")
    read = CollectionMap.load(tmp_path / "map.npz", 3)
    np.testing.assert_array_equal(read.positions, made.positions)
    np.testing.assert_array_equal(read.laid_out, made.laid_out)
    with pytest.raises(SnapshotInvalid, match="does not belong"):
        CollectionMap.load(tmp_path / "map.npz", 4)
    (tmp_path / "map.npz").write_bytes(b"no archive")
    with pytest.raises(SnapshotInvalid, match="damaged"):
        CollectionMap.load(tmp_path / "map.npz", 3)
    with pytest.raises(SnapshotInvalid, match="missing"):
        CollectionMap.load(tmp_path / "none.npz", 3)
