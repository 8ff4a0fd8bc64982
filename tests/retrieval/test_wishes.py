"""What is wished for and what is rejected, and a dialog's wishes in one caption."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.wishes import caption, read


@pytest.mark.parametrize(
    ("text", "wished", "rejected"),
    [
        ("a red summer dress", "red summer dress", ""),
        ("no, blue after all", "blue", ""),
        ("not black but white", "white", "black"),
        ("no longer black but white!", "white", "black"),
        ("striped instead of checked", "striped", "checked"),
        ("a V-neck rather than a collar", "v neck", "collar"),
        ("swap black for purple please", "purple", "black"),
        ("replace the belt with buttons", "buttons", "belt"),
        ("change it to green", "green", ""),
        ("from navy to pink", "pink", "navy"),
        ("I don’t want red, I want blue", "blue", "red"),
        ("no sleeves", "sleeveless", "sleeves"),
        ("without the long sleeves", "sleeveless", "long sleeves"),
        ("short sleeves, not long ones", "short sleeves", "long"),
        ("without the pattern", "plain", "pattern"),
        ("no stripes and in blue", "blue plain", "stripes"),
        ("without the belt", "", "belt"),
        ("longer sleeves", "longer sleeves", ""),
        ("show me some more", "", ""),
        ("платье без рукавов", "платье без рукавов", ""),
    ],
)
def test_wishes_and_rejections(text, wished, rejected):
    assert str(read(text)) == wished
    assert " ".join(word.text for word in read(text).rejected) == rejected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["a red summer dress", "with long sleeves"], "red summer dress, long sleeves"),
        (["a red summer dress", "no, blue"], "summer dress, blue"),
        (["a red dress", "darker"], "red dress, darker"),
        (["a light blue dress", "in dark green"], "dress, dark green"),
        (["a dotted red dress", "without the dots"], "red dress, plain"),
        (["a coat with a belt", "no belt"], "coat"),
        (["a shirt with long sleeves", "no sleeves", "short-sleeved"], "shirt, short sleeved"),
        (["a teapot", "with a lid", "brown, not blue"], "teapot, lid, brown"),
        (["a red bag", "as a hat"], "red, hat"),
        (["show me something", "anything else?"], ""),
    ],
)
def test_what_was_said_last_of_a_slot_is_in_the_caption(said, expected):
    assert caption(said) == expected


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_texts_make_a_caption(said):
    joined = caption(said)
    assert joined == joined.lower()
    assert set(caption([joined]).replace(",", "").split()) <= set(joined.replace(",", "").split())


@settings(deadline=None)
@given(st.lists(st.sampled_from(["red", "no stripes", "with a lid", "shorter", "not blue"]), min_size=1))
def test_saying_it_again_changes_nothing(said):
    assert caption([*said, said[-1]]).split(", ")[-1:] == caption(said).split(", ")[-1:]


def test_long_and_hostile_texts_are_read_in_no_time():
    assert caption(["not " * 5000, "red " * 5000]).count("red") == 5000
    assert caption(["\x00\ud800", "’" * 300]) == ""
