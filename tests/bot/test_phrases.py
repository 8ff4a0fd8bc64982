"""Commands in everyday language are recognised whole; descriptions that contain such words are not."""

import pytest

from bot.phrases import LAST, Greet, More, New, Pick, Similar, Take, Thank, Undo, command


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
        ("the third one in blue", Pick(3, "in blue")),
        ("number 3 in blue", Pick(3, "in blue")),
        ("3 but in blue", Pick(3, "in blue")),
        ("2, but red", Pick(2, "red")),
        ("like the second one but darker", Pick(2, "darker")),
        ("I like the second one", Pick(2, "")),
        ("image 3", Pick(3, "")),
        ("the last one", Pick(LAST, "")),
        ("that’s it", Take()),
        ("that's the one", Take()),
        ("I’ll take this one!", Take()),
        ("more like this", Similar()),
        ("similar ones", Similar()),
        ("some more", More()),
        ("no, go back", Undo()),
        ("Hi!", Greet()),
        ("thanks", Thank()),
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
        "no more frills",
        "first communion dress",
        "the first communion dress",
        "3 buttons",
        "like this but darker",
    ],
)
def test_descriptions_are_not_commands(text):
    assert command(text) is None
