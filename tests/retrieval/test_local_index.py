"""Local features of a collection: written with the snapshot, reused by the next one, searched, refused when damaged."""

import io

import numpy as np
import pytest
from PIL import Image

from retrieval.errors import SnapshotInvalid
from retrieval.exact_matches import ExactMatcher
from retrieval.local_features import ITEM_POINTS, PHOTO_POINTS, colour_view, find_points, grey_view
from retrieval.local_index import DESCRIPTORS_FILE, INDEX_FILE, POINTS_FILE, LocalIndex
from retrieval.local_indexing import add_local_features, local_features_of
from tests.picture_collection import Collection
from tests.retrieval.test_geometric_verification import picture

COUNT = 12


@pytest.fixture
def prints(tmp_path):
    collection = Collection(tmp_path)
    for number in range(COUNT):
        Image.fromarray(picture(number)).save(collection.pictures / f"{number:02}.png")
    return collection


@pytest.fixture
def snapshot(prints):
    built, _ = prints.build()
    assert list(add_local_features(built.directory)) == list(range(1, COUNT + 1))
    yield built
    built.close()


def photo_of(number, quality=40):
    """Cropped, turned and compressed."""
    cut = Image.fromarray(picture(number)).crop((20, 30, 160, 200)).rotate(20, expand=True, fillcolor="white")
    buffer = io.BytesIO()
    cut.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def test_points_are_kept_as_they_were_found(snapshot):
    local = LocalIndex.open(snapshot.directory, COUNT)
    assert len(local) == COUNT
    for row in (0, 5, COUNT - 1):
        own = find_points(grey_view(picture(row)), ITEM_POINTS)
        stored = local.features(row)
        assert np.array_equal(stored.descriptors, own.descriptors)
        assert np.abs(stored.points - own.points).max() < 0.1
        assert stored.shape == (200, 160)


def test_a_photo_is_nearest_to_the_picture_that_it_shows(snapshot):
    local = LocalIndex.open(snapshot.directory, COUNT)
    for number in (0, 7):
        photo = find_points(grey_view(colour_view(photo_of(number), 480)), PHOTO_POINTS)
        nearest = local.nearest(photo, 5)
        assert nearest[0] == number
        assert len(nearest) == 5


def test_the_very_picture_is_found_and_nothing_else(snapshot):
    matcher = ExactMatcher.over(snapshot)
    assert matcher.find(photo_of(3), []) == 3
    assert matcher.find(photo_of(3), [3], frozenset({3})) is None
    assert matcher.find(Image.fromarray(picture(99)), list(range(COUNT))) is None
    assert matcher.find(Image.new("RGB", (300, 400), "red"), list(range(COUNT))) is None
    assert matcher.find(Image.new("RGB", (1, 1)), [0]) is None


def test_a_picture_whose_file_is_gone_is_not_marked(prints, snapshot):
    (prints.pictures / "03.png").unlink()
    assert ExactMatcher.over(snapshot).find(photo_of(3), [3]) is None


def test_points_of_known_pictures_are_taken_from_the_snapshot_before(prints, snapshot):
    """The file of one is destroyed behind the index's back: its points can only come from there."""
    Image.fromarray(picture(50)).save(prints.pictures / "50.png")
    following, _ = prints.build(snapshot)
    (prints.pictures / "03.png").write_bytes(b"gone")
    list(add_local_features(following.directory, snapshot))
    local = local_features_of(following)
    assert len(local) == COUNT + 1
    assert len(local.features(3)) == len(LocalIndex.open(snapshot.directory, COUNT).features(3)) > 0
    list(add_local_features(following.directory))
    assert len(local_features_of(following).features(3)) == 0
    following.close()


def test_pictures_without_any_points(tmp_path):
    collection = Collection(tmp_path)
    for colour in ("red", "blue"):
        Image.new("RGB", (40, 40), colour).save(collection.pictures / f"{colour}.png")
    built, _ = collection.build()
    list(add_local_features(built.directory))
    local = LocalIndex.open(built.directory, 2)
    assert len(local.features(1)) == 0
    assert len(local.nearest(find_points(grey_view(picture()), 50), 5)) == 0
    assert ExactMatcher.over(built).find(photo_of(1), [0, 1]) is None
    built.close()


def test_a_snapshot_without_local_features_marks_nothing(prints):
    built, _ = prints.build()
    assert ExactMatcher.over(built) is None
    built.close()


@pytest.mark.parametrize("name", [DESCRIPTORS_FILE, POINTS_FILE, INDEX_FILE])
def test_damaged_files_are_refused_in_one_sentence(snapshot, name):
    (snapshot.directory / name).write_bytes(b"rubbish")
    with pytest.raises(SnapshotInvalid, match=r"run `python -m scripts.reindex`"):
        LocalIndex.open(snapshot.directory, COUNT)
    assert local_features_of(snapshot) is None


def test_files_of_another_snapshot_are_refused(snapshot):
    with pytest.raises(SnapshotInvalid, match="do not fit"):
        LocalIndex.open(snapshot.directory, COUNT + 1)
