"""What could be different about a picture, said as a person would say it."""

import pytest

from bot.changes import Change, described, in_words
from bot.vocabulary import Vocabulary
from retrieval.facets import Facets
from retrieval.item_table import Item


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("colour", "navy", "in navy"),
        ("Farbe", "red", "in red"),
        ("pattern", "striped", "striped"),
        ("sleeve", "long", "with long sleeves"),
        ("sleeve", "sleeveless", "sleeveless"),
        ("neckline", "V-neck", "with V-neck"),
        ("neckline", "round", "with round neckline"),
        ("length", "knee-length", "knee-length"),
        ("detail", "belt", "with belt"),
        ("tags", "old_town", "with old town"),
    ],
)
def test_values_in_words(column, value, said):
    assert in_words(column, value) == said


def item(number, category="dress", **metadata):
    return Item(f"item-{number}", "/x.jpg", str(number), {"category": category, **metadata})


def proposals(own, neighbours):
    vocabulary = Vocabulary.of(Facets([own, *neighbours]))
    return [change.text for change in described(own, neighbours, vocabulary)]


def test_the_commonest_value_of_each_column_comes_first():
    neighbours = [
        *(item(n, colour="blue", pattern="plain") for n in range(5)),
        *(item(n + 5, colour="green", pattern="striped") for n in range(4)),
        *(item(n + 9, colour="pink", pattern="plain") for n in range(2)),
    ]
    own = item(99, colour="red", pattern="plain")
    assert proposals(own, neighbours) == ["in blue", "striped", "in green"]


def test_what_the_picture_cannot_have_is_not_proposed():
    neighbours = [item(n, sleeve="long", colour="red", tags="summer, belt") for n in range(4)]
    assert proposals(item(9, colour="red", tags="summer"), neighbours) == ["with belt"]
    assert proposals(item(9, colour="red", sleeve="short"), neighbours)[0] == "with long sleeves"


def test_words_that_name_another_category_are_not_proposed():
    """A refinement keeps to the category unless its words name another one; "short" could mean shorts."""
    neighbours = [item(n, "skirt", length="short") for n in range(4)] + [item(9, "shorts", length="none")]
    assert proposals(item(10, "skirt", length="long"), neighbours) == []


def test_another_kind_of_thing_is_no_change():
    neighbours = [item(n, "bag", detail="shoulder bag") for n in range(4)]
    assert proposals(item(9, "bag", detail="handle"), neighbours) == []


def test_numbers_and_answers_say_nothing():
    neighbours = [item(n, width="40", washable="yes", colour="red") for n in range(4)]
    assert proposals(item(9, width="30", washable="no", colour="red"), neighbours) == []


def test_a_change_fits_what_the_catalogue_says():
    vocabulary = Vocabulary.of(Facets([item(1, colour="Blue"), item(2, colour="red")]))
    change = Change("in blue", "colour", "blue")
    assert change.fits(item(1, colour="Blue"), vocabulary)
    assert not change.fits(item(2, colour="red"), vocabulary)
    assert Change("at night").fits(item(2), vocabulary)
