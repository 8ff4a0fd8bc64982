"""The suite `map`, on a handful of prints, and on made-up vectors."""

import pytest

from scripts.evaluation import collection_map
from tests.scripts.test_exact_evaluation import options_of, photos

__all__ = ["photos"]


def test_the_map_of_photos_is_measured(photos):
    figures = collection_map.measure(options_of(collection_map, photos, "--map-neighbours", "2"))
    assert 0 < figures["map.preservation"] <= 1
    assert 0 < figures["map.preservation_at_6"] <= 1
    assert 0 <= figures["map.category_kept"] <= 1
    assert figures["map.seconds"] > 0


def test_made_up_vectors_are_measured_and_are_the_same_each_time(photos):
    figures = collection_map.measure(options_of(collection_map, photos, "--synthetic", "400"))
    assert figures["map.synthetic"] == 400
    assert figures["map.preservation"] > 4 * 10 / 400
    assert (collection_map.synthetic(50) == collection_map.synthetic(50)).all()


def test_without_photos_it_says_what_is_missing(photos):
    options = options_of(collection_map, photos)
    options.photos = None
    with pytest.raises(ValueError, match="--photos"):
        collection_map.measure(options)
