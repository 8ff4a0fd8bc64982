"""Which filters a text holds, and what is left of it."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filter_labels import MAX_LABEL, labels
from bot.filter_words import read
from bot.notices import Notice
from bot.vocabulary import NO_VOCABULARY, forms_of
from retrieval.filter import Filter, HasValue, InCategory, Mentions, PriceFrom, PriceTo, Tagged, Taken
from tests.bot.shop import PHOTOS, VOCABULARY

DRESS, RED = InCategory("dress"), HasValue("colour", "red")
PIECES = re.findall(
    r"\S+", "only not no dresses red under over 50 20 - € and between from to in #summer , 2019 title: “ ” a"
)
NOT_RED = HasValue("colour", "red", excluded=True)


def day(year, month=1, number=1):
    return datetime.date(year, month, number)


@pytest.mark.parametrize(
    ("text", "request_left", "conditions"),
    [
        ("a red dress under 50", "a red dress", [PriceTo(50, True)]),
        ("a dress for under €50, with long sleeves", "a dress, with long sleeves", [PriceTo(50, True)]),
        ("is there a dress, under 50?", "is there a dress?", [PriceTo(50, True)]),
        ("over 20 and under 40", "", [PriceFrom(20, True), PriceTo(40, True)]),
        ("shoes between 20 and 40 euros", "shoes", [PriceFrom(20), PriceTo(40)]),
        ("20-40 €", "", [PriceFrom(20), PriceTo(40)]),
        ("cheaper than $1,299.50", "", [PriceTo(1299.5, True)]),
        ("up to 50", "", [PriceTo(50)]),
        ("<=50", "", [PriceTo(50)]),
        ("min 20 max 40", "", [PriceFrom(20), PriceTo(40)]),
        ("only dresses", "", [DRESS]),
        ("show me only dresses", "", [DRESS]),
        ("dresses only", "", [DRESS]),
        ("only red dresses under 50", "", [RED, DRESS, PriceTo(50, True)]),
        ("only long dresses", "long", [DRESS]),
        ("only t-shirts in dark green", "", [InCategory("T-shirt"), HasValue("colour", "dark green")]),
        ("the same but under 50", "", [PriceTo(50, True)]),
        ("longer, but not in red", "longer", [NOT_RED]),
        ("not red but blue", "blue", [NOT_RED]),
        ("no shoes", "", [HasValue("category", "shoes", excluded=True)]),
        ("without a belt", "", [HasValue("detail", "belt", excluded=True)]),
        ("#summer hats", "hats", [Tagged("summer")]),
        ("tagged new in", "tagged new in", []),
        ("#new_in", "", [Tagged("new-in")]),
        ("colour: dark green shoes", "shoes", [HasValue("colour", "dark green")]),
        ("material=cotton", "", [HasValue("material", "cotton")]),
        ("category: dresses", "", [DRESS]),
        ("a dress with “linen” in the title", "a dress", [Mentions("linen")]),
        ("titled linen", "", [Mentions("linen")]),
        ("a beach from 2019", "a beach", [Taken(day(2019), day(2019, 12, 31))]),
        ("in March 2020", "", [Taken(day(2020, 3), day(2020, 3, 31))]),
        ("on 29 Feb 2020", "", [Taken(day(2020, 2, 29), day(2020, 2, 29))]),
        ("since 2018", "", [Taken(day(2018), datetime.date.max)]),
        ("from 2018 on", "", [Taken(day(2018), datetime.date.max)]),
        ("after 2018", "", [Taken(day(2019), datetime.date.max)]),
        ("before 2019-05-02", "", [Taken(datetime.date.min, day(2019, 5, 1))]),
        ("from 2018 to 2020", "", [Taken(day(2018), day(2020, 12, 31))]),
        ("from 2000 euros", "", [PriceFrom(2000)]),
    ],
)
def test_what_words_filter_and_what_they_leave(text, request_left, conditions):
    said = read(text, VOCABULARY)
    assert (said.request, said.wanted) == (request_left, Filter(tuple(conditions)))
    assert said.nonsense is None


@pytest.mark.parametrize(
    "text",
    [
        "a bench under 3 umbrellas",
        "size 36-38",
        "no, blue",
        "not so long",
        "a 2019 car",
        "only one with stripes",
        "only in velvet",
        "no sleeves",
        "only long ones",  # of a length, or of sleeves?
        "#nothing",
        "on 31 Feb 2020",
        "colour: mauve",
        "no 5",
    ],
)
def test_words_that_leave_a_doubt_stay_in_the_request(text):
    said = read(text, VOCABULARY)
    assert (said.request, said.named) == (text, text)
    assert not said.wanted


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("under -5", Notice.PRICE_NEGATIVE),
        ("a dress under 0 euros", Notice.PRICE_NEGATIVE),
        ("over -1", Notice.PRICE_NEGATIVE),
        ("between -5 and 20", Notice.PRICE_NEGATIVE),
        ("between 50 and 20", Notice.RANGE_REVERSED),
        ("from 50 to 20 euros", Notice.RANGE_REVERSED),
        ("between 2020 and 2018", Notice.RANGE_REVERSED),
        ("from May 2020 to March 2020", Notice.RANGE_REVERSED),
    ],
)
def test_nonsense_is_said_to_be_nonsense(text, notice):
    assert read(text, VOCABULARY).nonsense is notice


def test_only_what_the_catalogue_has_can_be_asked():
    for text in ("under 50", "under -5", "only dresses", "#summer", "from 2019", "not in red"):
        assert read(text, NO_VOCABULARY).request == text
    assert read("under 50", PHOTOS).request == "under 50"
    assert read("from 2019", PHOTOS).wanted


def test_the_names_of_categories_and_tags_stay_for_a_search_that_has_nothing_else():
    assert read("only dresses in red under 50", VOCABULARY).named == "dresses in red"
    assert read("#summer under 50", VOCABULARY).named == "summer"
    assert read("show me some under 50", VOCABULARY).named == ""


@given(st.integers(1, 10**6), st.integers(0, 99), st.sampled_from(["", "€", "$ ", "EUR "]), st.booleans())
def test_any_price_is_read_as_it_is_written(whole, cents, currency, grouped):
    written = f"{whole:,}.{cents:02d}" if grouped else f"{whole}.{cents:02d}"
    said = read(f"a dress under {currency}{written}, please", VOCABULARY)
    assert said.wanted == Filter((PriceTo((100 * whole + cents) / 100, True),))
    assert said.request == "a dress, please"


@given(st.lists(st.sampled_from(PIECES)))
def test_no_text_breaks_the_reader(words):
    said = read(" ".join(words), VOCABULARY)
    assert said.nonsense is not None or len(said.request) <= len(" ".join(words))
    for label in labels(said.wanted):
        assert 1 <= len(label) <= MAX_LABEL


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    read(text, VOCABULARY)


@pytest.mark.parametrize(
    ("condition", "label"),
    [
        (InCategory("dress", implied=True), "dress"),
        (PriceTo(50, True), "under 50"),
        (PriceTo(19.9), "up to 19.90"),
        (PriceFrom(20, True), "over 20"),
        (PriceFrom(20), "from 20"),
        (Tagged("new in"), "#new_in"),
        (RED, "colour: red"),
        (NOT_RED, "not red"),
        (Mentions("linen"), "“linen” in the title"),
        (Taken(day(2019), day(2019, 12, 31)), "taken 2019"),
        (Taken(day(2018), day(2019, 12, 31)), "taken 2018 – 2019"),
        (Taken(day(2020, 3), day(2020, 3, 31)), "taken 2020-03"),
        (Taken(day(2020, 1), day(2020, 1, 31)), "taken 2020-01"),
        (Taken(day(2020, 1), day(2020, 1)), "taken 2020-01-01"),
        (Taken(day(2020, 3, 14), day(2020, 5, 1)), "taken 2020-03-14 – 2020-05-01"),
        (Taken(datetime.date.min, day(2018, 12, 31)), "taken before 2019"),
        (Taken(day(2019, 3), datetime.date.max), "taken since 2019-03"),
        (HasValue("note", "x" * 90), f"note: {'x' * 33}…"),
    ],
)
def test_conditions_in_words(condition, label):
    assert labels(Filter((condition,))) == (label,)


def test_singular_and_plural_of_categories_are_understood():
    forms = forms_of(["dress", "shoes", "T-shirt", "body", "watch"])
    for form, category in (
        ("dresses", "dress"), ("shoe", "shoes"), ("tshirts", "T-shirt"), ("t shirt", "T-shirt"),
        ("bodies", "body"), ("watches", "watch"),
    ):  # fmt: skip
        assert forms[form] == category
