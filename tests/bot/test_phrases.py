"""Commands in everyday language are recognised whole; descriptions that contain such words are not."""

import pytest

from bot.phrases import More, New, Pick, Take, Undo, command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("undo", Undo()),
        ("Back!", Undo()),
        ("the previous one", Undo()),
        ("go back, please", Undo()),
        ("more", More()),
        ("show me more", More()),
        ("Start over.", New()),
        ("new search", New()),
        ("this is it", Take()),
        ("3", Pick(3, "")),
        ("the third one", Pick(3, "")),
        ("number 2", Pick(2, "")),
        ("#4", Pick(4, "")),
        ("the second one, but in blue", Pick(2, "in blue")),
        ("the 3rd but with long sleeves", Pick(3, "with long sleeves")),
    ],
)
def test_commands(text, expected):
    assert command(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a red summer dress",
        "two red shoes",
        "second hand bag",
        "a backpack",
        "more formal",
        "new balance sneakers",
        "one shoulder dress",
        "six pockets",
        "with the back open",
        "3/4 sleeves",
        "the same with long sleeves",
        "one",
    ],
)
def test_descriptions_are_not_commands(text):
    assert command(text) is None
