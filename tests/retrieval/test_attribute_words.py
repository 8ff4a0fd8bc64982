"""Relative captions, read: what is wished for of which attribute, what is rejected, compared, or to be different."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import lexicon
from retrieval.attribute_words import Mention, Unknown, read_caption


def mention(attribute, *values, rejected=False):
    return Mention(attribute, frozenset(values), rejected)


@pytest.mark.parametrize(
    ("caption", "mentions"),
    [
        ("the same with long sleeves", [mention("sleeve", "long")]),
        ("in dark blue, please", [mention("colour", "navy")]),
        ("long-sleeved and to the knee", [mention("sleeve", "long"), mention("length", "knee-length")]),
        ("the sleeves should be long", [mention("sleeve"), mention("sleeve", "long")]),
        ("as a skirt", [mention("category", "skirt")]),
        ("with a V-neck", [mention("neckline", "V-neck")]),
        ("a top", [mention("category", "T-shirt", "top")]),
        ("anything but navy", [mention("colour", "navy", rejected=True)]),
        ("not striped", [mention("pattern", "striped", rejected=True)]),
        ("without the stripes", [mention("pattern", "plain")]),
        ("no pattern", [mention("pattern", "plain")]),
        ("in one colour", [mention("pattern", "plain")]),
        ("no sleeves!", [mention("sleeve", "sleeveless")]),
        ("not sleeveless", [mention("sleeve", "sleeveless", rejected=True)]),
        ("without the belt", [mention("detail", "belt", rejected=True)]),
        ("red instead of blue", [mention("colour", "red"), mention("colour", "blue", rejected=True)]),
        ("swap dots for checks", [mention("pattern", "plain"), mention("pattern", "checked")]),
        ("thanks!", []),
        ("", []),
    ],
)
def test_values_are_found_by_their_words(caption, mentions):
    assert list(read_caption(caption).mentions) == mentions


@pytest.mark.parametrize(
    ("caption", "compared"),
    [
        ("much darker", {"colour": True}),
        ("less bright and shorter", {"colour": True, "length": False}),
        ("a bit longer sleeves", {"sleeve": True}),
        ("longer", {"length": True}),
        ("I want the sleeves longer", {"sleeve": True}),
        ("less formal", {"detail": False}),
        ("in dark red", {}),
    ],
)
def test_comparatives(caption, compared):
    assert read_caption(caption).compared == compared


def test_something_else_is_wanted():
    assert read_caption("in another colour, with a different neckline").different == {"colour", "neckline"}
    assert not read_caption("in another shop").different


def test_words_that_nobody_wrote_down_are_handed_on():
    assert read_caption("in crimson, not too ashen").unknown == (Unknown("crimson", False), Unknown("ashen", True))
    assert read_caption("платье").unknown == (Unknown("платье", False),)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_anything_can_be_read(caption):
    reading = read_caption(caption)
    for found in reading.mentions:
        assert found.values <= set(lexicon.ATTRIBUTES[found.attribute])


def test_every_word_of_the_lexicon_is_read_as_its_value():
    for attribute, words in lexicon.ATTRIBUTES.items():
        for value, phrases in words.items():
            for phrase in phrases:
                found = [one for one in read_caption(phrase).mentions if one.attribute == attribute]
                assert any(value in one.values and not one.rejected for one in found), phrase


@pytest.mark.parametrize(
    ("attribute", "value", "more", "expected"),
    [
        ("sleeve", "short", True, {"long"}),
        ("sleeve", "short", False, {"sleeveless"}),
        ("length", "long", True, set()),
        ("colour", "red", True, {"brown"}),
        ("colour", "navy", False, {"blue", "purple", "turquoise"}),
        ("detail", "belt", True, {"double-breasted"}),
        ("pattern", "plain", True, set()),
    ],
)
def test_scales(attribute, value, more, expected):
    assert lexicon.beyond(attribute, value, more) == expected
