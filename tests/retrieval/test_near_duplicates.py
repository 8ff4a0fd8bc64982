"""The same picture twice counts once; what the catalogue tells apart stays apart."""

from dataclasses import replace

import numpy as np

from retrieval.embedding import normalize
from retrieval.item_table import Item
from retrieval.near_duplicates import NEAR, collapsed, look_alikes, same_description
from retrieval.query import Hit
from retrieval.search_result import SearchResult


class Shelf:
    """Items by name."""

    def __init__(self, names, hashes=None, metadata=None):
        self.items = {
            name: Item(name, f"/{name}.jpg", (hashes or {}).get(name, name), (metadata or {}).get(name, {}))
            for name in names
        }

    def find_all(self, item_ids):
        return {item_id: self.items[item_id] for item_id in item_ids if item_id in self.items}


def found(*names):
    alike = look_alikes(normalize(np.array([BURST.get(name, [-1.0, -1.0]) for name in names]))) if names else {}
    return SearchResult(tuple(Hit(name, 1.0 - n / 100) for n, name in enumerate(names)), False, {}, alike)


ALMOST = [1.0, 0.5 * float(np.sqrt(1 / NEAR**2 - 1))]
NOT_QUITE = [1.0, 1.1 * float(np.sqrt(1 / NEAR**2 - 1))]
BURST = {"a": [1.0, 0.0], "b": [0.0, 1.0], "a2": ALMOST, "c": NOT_QUITE, "b2": [0.0, 3.0]}


def test_near_duplicates_are_named_by_the_best_of_them():
    result = collapsed(found(*BURST), Shelf(BURST))
    assert [hit.item_id for hit in result.hits] == ["a", "b", "c"]
    assert result.similar == {"a": ("a2",), "b": ("b2",)}
    assert collapsed(found("c", "a2"), Shelf(BURST)).similar == {"c": ("a2",)}


def test_the_same_content_is_the_same_whatever_is_said_of_it():
    shelf = Shelf(BURST, {"a": "same", "a2": "same"}, {"a": {"colour": "red"}, "a2": {"colour": "blue"}})
    assert collapsed(found("a", "a2"), shelf).similar == {"a": ("a2",)}


def test_what_the_catalogue_tells_apart_stays_apart():
    for column in ("colour", "price", "link", "title"):
        shelf = Shelf(BURST, metadata={"a": {column: "red"}, "a2": {column: "blue"}})
        assert collapsed(found("a", "a2"), shelf).similar == {}
    shelf = Shelf(BURST, metadata={"a": {"taken": "2020-01-01"}, "a2": {"taken": "2020-01-02"}})
    assert collapsed(found("a", "a2"), shelf).similar == {"a": ("a2",)}


def test_a_files_own_name_tells_nothing():
    one = Item("1", "/photos/beach 1.jpg", "1", {"title": "beach 1"})
    other = Item("2", "/photos/beach 2.jpg", "2", {"title": "beach 2"})
    assert same_description(one, other)
    assert not same_description(one, replace(other, metadata={"title": "harbour"}))


def test_hits_that_are_gone_since_are_left_alone():
    result = collapsed(found("gone", "a", "a2"), Shelf(BURST))
    assert [hit.item_id for hit in result.hits] == ["gone", "a"]
    assert collapsed(found(), Shelf(BURST)) == found()
