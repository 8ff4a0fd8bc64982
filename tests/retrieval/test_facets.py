"""Filters become masks: what brute force over the items says, whatever the catalogue holds."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.facets import MAX_VALUES, Facets
from retrieval.filter import (
    MAX_CONDITIONS,
    Filter,
    HasValue,
    InCategory,
    Mentions,
    PriceFrom,
    PriceTo,
    Tagged,
    Taken,
)
from retrieval.item_table import Item
from retrieval.prices import amount, price_of

CATEGORIES, COLOURS, TAGS = ("Dress", "hat"), ("red", "Blue", "dark  green"), ("summer", "new in")
DAY = datetime.date(2020, 3, 14)
cells = st.fixed_dictionaries(
    {},
    optional={
        "category": st.sampled_from(CATEGORIES),
        "colour": st.sampled_from(COLOURS),
        "price": st.one_of(st.integers(0, 60), st.floats(0, 60), st.sampled_from(["free", "12,50 €", "", True])),
        "tags": st.lists(st.sampled_from(TAGS)).map(", ".join),
        "taken": st.dates(datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)).map(str),
        "title": st.lists(st.sampled_from(["Linen", "dress", "Sommer-Hut"]), max_size=3).map(" ".join),
    },
)
catalogues = st.lists(cells, max_size=12).map(
    lambda rows: [Item(str(row), "/x", "0", metadata) for row, metadata in enumerate(rows)]
)


def rows(items, *conditions):
    return np.flatnonzero(Facets(items).mask(Filter(conditions))).tolist()


def expected(items, holds):
    return [row for row, item in enumerate(items) if holds(item.metadata)]


@given(catalogues, st.sampled_from(CATEGORIES), st.sampled_from(COLOURS), st.booleans())
def test_categories_and_values(items, category, colour, excluded):
    assert rows(items, InCategory(category.upper())) == expected(items, lambda d: d.get("category") == category)
    said = HasValue("colour", colour.lower(), excluded)
    assert rows(items, said) == expected(items, lambda d: (d.get("colour") == colour) != excluded)


@given(catalogues, st.integers(0, 60), st.booleans())
def test_prices(items, bound, exclusive):
    def price(data):
        return np.nan if (found := price_of(data.get("price"))) is None else found

    low, high = PriceFrom(bound, exclusive), PriceTo(bound, exclusive)
    assert rows(items, low) == expected(items, lambda d: price(d) > bound or (price(d) == bound and not exclusive))
    assert rows(items, high) == expected(items, lambda d: price(d) < bound or (price(d) == bound and not exclusive))


@given(catalogues, st.sampled_from(TAGS), st.sampled_from(["linen", "LINEN dress", "sommer"]))
def test_tags_and_words(items, tag, words):
    assert rows(items, Tagged(tag)) == expected(items, lambda d: tag in d.get("tags", ""))
    wanted = words.lower().split()
    held = expected(items, lambda d: set(wanted) <= set(d.get("title", "").lower().replace("-", " ").split()))
    assert rows(items, Mentions(words)) == held


@given(catalogues, st.dates(DAY, datetime.date(2021, 1, 1)))
def test_dates(items, last):
    held = expected(items, lambda d: str(DAY) <= d.get("taken", "") <= str(last))
    assert rows(items, Taken(DAY, last)) == held


@given(catalogues)
def test_all_conditions_must_hold_and_none_lets_everything_through(items):
    assert rows(items) == list(range(len(items)))
    both = set(rows(items, InCategory("hat"))) & set(rows(items, Tagged("summer")))
    assert rows(items, InCategory("hat"), Tagged("summer")) == sorted(both)
    assert rows(items, HasValue("size", "38")) == rows(items, InCategory("sofa")) == []


def test_what_can_be_asked_is_what_the_catalogue_has():
    items = [Item("a", "/a", "0", {"category": "Dress", "colour": "Red", "tags": "Summer; sale", "price": "9,90"})]
    facets = Facets(items)
    assert (facets.categories, facets.tags, facets.values) == (
        {"Dress"}, {"summer", "sale"}, {"colour": frozenset({"red"})},
    )  # fmt: skip
    assert facets.priced
    assert not facets.dated
    assert Facets([]).categories == Facets([]).tags == frozenset()
    assert not Facets([]).priced


def test_a_column_that_tells_every_item_apart_is_no_facet():
    items = [Item(str(n), "/x", "0", {"sku": f"x{n}", "size": n % 5}) for n in range(MAX_VALUES + 2)]
    assert set(Facets(items).values) == {"size"}


@pytest.mark.parametrize(
    ("text", "number"),
    [("50", 50), ("19.90", 19.9), ("19,9", 19.9), ("1,299.00", 1299), ("1.299,50", 1299.5), ("1 200", 1200)],
)
def test_amounts_as_people_write_them(text, number):
    assert amount(text) == number
    assert price_of(f"EUR {text}") == number


@pytest.mark.parametrize("cell", [None, "", "on request", True, float("nan"), -5, "-5", "10 - 20", "10 20"])
def test_what_names_no_price_is_none(cell):
    assert price_of(cell) is None


def test_later_conditions_replace_what_they_exclude():
    said = Filter((InCategory("dress"), PriceTo(50), HasValue("colour", "red")))
    assert said.narrowed(Filter((InCategory("hat"),))).conditions == (*said.conditions[1:], InCategory("hat"))
    assert said.narrowed(Filter((PriceFrom(20),))).conditions == (*said.conditions, PriceFrom(20))
    assert PriceTo(50) not in said.narrowed(Filter((PriceFrom(60),))).conditions
    assert said.narrowed(said) == said
    two = Filter((HasValue("colour", "red", True),)).narrowed(Filter((HasValue("colour", "blue", True),)))
    assert len(two.conditions) == 2
    assert two.narrowed(Filter((HasValue("colour", "red"),))) == Filter((HasValue("colour", "red"),))
    many = Filter(tuple(Tagged(str(n)) for n in range(20)))
    assert len(Filter().narrowed(many).conditions) == MAX_CONDITIONS


def test_conditions_are_taken_off_one_by_one():
    both = Filter((InCategory("dress", implied=True), PriceTo(50)))
    assert both.without(1) == Filter((InCategory("dress", implied=True),))
    assert both.said() == Filter((PriceTo(50),))
    assert not Filter()
    assert both
