"""What is said of pictures by their numbers is read; numbers that count things are left to the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feedback_words import LAST, Judgement, judgement
from bot.phrases import command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("more like 1 and 4, not 3, but red", Judgement((1, 4), (3,), "red")),
        ("more like 2 and 5", Judgement((2, 5), ())),
        ("More like 3.", Judgement((3,), ())),
        ("not 3", Judgement((), (3,))),
        ("not 3, but red", Judgement((), (3,), "red")),
        ("not 3, with Long sleeves", Judgement((), (3,), "with Long sleeves")),
        ("1 and 4", Judgement((1, 4), ())),
        ("1, 2 and 5 but in blue", Judgement((1, 2, 5), (), "in blue")),
        ("like 1 but not 3 but red", Judgement((1,), (3,), "red")),
        ("I like the first and the third one, but not the second; longer", Judgement((1, 3), (2,), "longer")),
        ("I don’t like 4", Judgement((), (4,))),
        ("more of 2 and less of 3", Judgement((2,), (3,))),
        ("not like the last one", Judgement((), (LAST,))),
        ("+1, +4, -3, red", Judgement((1, 4), (3,), "red")),
        ("like 1, not 1", Judgement((), (1,))),
        ("like pictures 1 and #4 with 2 pockets", Judgement((1, 4), (), "with 2 pockets")),
    ],
)
def test_judgements(text, expected):
    assert judgement(text) == expected
    assert command(text) is None or not expected.one


@pytest.mark.parametrize(
    "text",
    [
        "", "not", "3", "2 but longer", "a red dress", "not 3 buttons", "3/4 sleeves", "like 2 dresses",
        "no more frills", "2 pockets and 3 buttons", "4 and 5 inch heels", "size 4 and 5", "like this but darker",
        "1 and 4 red", "the first communion dress", "not the last season", "like 1980s fashion", "and 3", "like 1.5",
    ],
)  # fmt: skip
def test_descriptions_and_single_choices_are_not_judgements(text):
    assert judgement(text) is None


numbers = st.lists(st.integers(1, 10), min_size=1, max_size=5, unique=True)


@given(numbers, st.data(), st.sampled_from(["", "red", "in blue", "with long sleeves"]))
def test_whatever_is_liked_and_disliked_is_read_back(liked, data, change):
    disliked = data.draw(st.lists(st.integers(1, 10).filter(lambda n: n not in liked), max_size=3, unique=True))
    like = data.draw(st.sampled_from(["more like {}", "I like {}", "like {}", "similar to {}"]))
    unlike = data.draw(st.sampled_from([", not {}", " but not {}", ", less like {}", " and not like {}"]))
    link = data.draw(st.sampled_from([" and ", ", ", " & "]))
    text = like.format(link.join(map(str, liked)))
    text += unlike.format(" or ".join(map(str, disliked))) if disliked else ""
    text += f", but {change}" if change else ""
    assert judgement(text) == Judgement(tuple(liked), tuple(disliked), change)


@given(st.one_of(st.text(max_size=60), st.text(alphabet="1234 ,.+-&#notlikebuad", max_size=40)))
def test_any_text_is_read_or_left(text):
    said = judgement(text)
    if said is not None:
        assert said.liked or said.disliked
        assert not {*said.liked} & {*said.disliked}
        assert said.rest in text
