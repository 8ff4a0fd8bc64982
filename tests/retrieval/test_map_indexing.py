"""The map of a snapshot: laid out once, kept over small changes, laid out anew when most is new."""

import numpy as np
import pytest

from retrieval.errors import IndexingFailed
from retrieval.map_indexing import add_map, map_of
from tests.picture_collection import Collection
from tests.pictures import save_picture, save_shades


@pytest.fixture
def collection(tmp_path):
    made = Collection(tmp_path)
    save_shades(made.pictures, 40)
    return made


def mapped(collection, previous=None):
    """A snapshot of the folder as it is, with its map, and how many steps that took."""
    snapshot, _ = collection.build(previous)
    steps = list(add_map(snapshot.directory, previous))
    return snapshot, steps


def test_a_new_collection_is_laid_out_with_progress(collection):
    snapshot, steps = mapped(collection)
    found = map_of(snapshot)
    assert found is not None
    assert len(found) == 40
    assert found.laid_out.all()
    assert len(steps) > 10
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1]


def test_a_small_change_lays_nothing_out_and_moves_nothing(collection):
    before, _ = mapped(collection)
    next(iter(collection.pictures.iterdir())).unlink()
    save_picture(collection.pictures / "new.jpg", (178, 34, 34))
    after, steps = mapped(collection, before)
    assert steps == [(1, 1)]
    old, new = map_of(before), map_of(after)
    kept = [item for item in after.items() if item.id != "new.jpg"]
    for item in kept:
        np.testing.assert_array_equal(new.positions[after.row(item.id)], old.positions[before.row(item.id)])
    assert not new.laid_out[after.row("new.jpg")]
    assert new.laid_out.sum() == len(kept)
    assert np.abs(new.positions).max() <= 1 + 1e-6


def test_when_a_fifth_is_new_it_is_laid_out_again(collection):
    before, _ = mapped(collection)
    random = np.random.default_rng(0)
    for number in range(12):
        save_picture(collection.pictures / f"new-{number}.jpg", tuple(random.integers(256, size=3).tolist()))
    after, steps = mapped(collection, before)
    assert len(steps) > 10
    assert map_of(after).laid_out.all()


def test_the_places_of_another_model_mean_nothing(collection):
    before, _ = mapped(collection)
    snapshot, _ = collection.build(before, provenance=collection.provenance("colours@2"))
    assert len(list(add_map(snapshot.directory, before))) > 10


def test_what_cannot_be_written_is_said_in_a_sentence(collection):
    snapshot, _ = collection.build()
    (snapshot.directory / "map.npz").mkdir()
    with pytest.raises(IndexingFailed, match="The map could not be written"):
        list(add_map(snapshot.directory))
    assert map_of(snapshot) is None
    assert map_of(None) is None
