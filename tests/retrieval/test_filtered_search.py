"""A search within a filter: the same order, only fewer items, on every index and composition."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from retrieval.composition import NormalizedSum, Product
from retrieval.embedding import normalize
from retrieval.facets import Facets
from retrieval.filter import Filter, HasValue, InCategory, PriceTo, Taken
from retrieval.indexes import INDEX_KINDS, new_index
from retrieval.item_table import Item
from retrieval.query import ComposedQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from tests.picture_collection import Collection as Folder
from tests.retrieval.searching import WORDS, Shelf, WordEncoder

SHOP = tuple(
    f"{colour} {kind} {length} {pattern}"
    for colour in ("red", "blue")
    for kind in ("dress", "coat")
    for length in ("long", "short")
    for pattern in ("striped", "plain")
)
FACETS = Facets(
    Item(name, "/x", "0", {"category": name.split()[1], "colour": name.split()[0], "price": 10.0 * row})
    for row, name in enumerate(SHOP)
)
COMPOSED = WeightedQuery(ComposedQuery(ItemReference(SHOP[0]), "blue plain"))


def searcher(kind="exact", composition=None, facets=FACETS):
    index, collection = new_index(kind, len(WORDS)), Shelf(*SHOP)
    index.add(normalize(collection.stored))
    return Searcher(WordEncoder(), composition or NormalizedSum(), index, collection, facets=facets)


def ids(result):
    return [hit.item_id for hit in result.hits]


@pytest.mark.parametrize("kind", INDEX_KINDS)
@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
@given(k=st.integers(1, 20), high=st.integers(0, 160), exclude=st.sets(st.sampled_from(SHOP)))
def test_a_filter_leaves_the_order_as_it_is(kind, composition, k, high, exclude):
    search = searcher(kind, composition).search
    within = Filter((InCategory("dress"), PriceTo(high)))
    fulfil = [name for row, name in enumerate(SHOP) if "dress" in name and 10 * row <= high]
    found = search([COMPOSED], k, exclude, within)
    wanted = [name for name in ids(search([COMPOSED], len(SHOP), exclude)) if name in fulfil][:k]
    if not found.repeated and set(fulfil) - exclude - {SHOP[0]}:
        assert ids(found) == wanted
    assert set(ids(found)) <= set(fulfil)
    assert bool(found.hits) == bool(fulfil)  # those seen before come back, but nothing from outside


def test_a_filter_that_leaves_nothing_finds_nothing():
    found = searcher().search([WeightedQuery(TextQuery("red"))], 6, (), Filter((InCategory("sofa"),)))
    assert found.hits == ()
    assert not found.repeated


def test_a_filter_without_facets_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="facets"):
        searcher(facets=None).search([COMPOSED], 3, (), Filter((HasValue("colour", "red"),)))


def test_indexing_reads_the_day_of_a_photo_from_its_exif(tmp_path):
    folder = Folder(tmp_path)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[36867] = "2020:03:14 12:00:00"
    Image.new("RGB", (8, 8), "red").save(folder.pictures / "dated.jpg", exif=exif)
    Image.new("RGB", (8, 8), "blue").save(folder.pictures / "undated.jpg")
    snapshot, _ = folder.build()
    assert snapshot.item("dated.jpg").metadata["taken"] == "2020-03-14"
    assert "taken" not in snapshot.item("undated.jpg").metadata
    march = Taken(datetime.date(2020, 3, 1), datetime.date(2020, 3, 31))
    assert snapshot.facets.mask(Filter((march,))).tolist() == [True, False]
