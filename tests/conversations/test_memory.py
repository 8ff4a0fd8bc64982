"""What a person said before still counts, and they see that it does."""

import pytest

from tests.chat import photos

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_changed_mind_takes_back_only_what_it_names(ann):
    await ann.say("a red summer dress")
    await ann.tap("1")
    await ann.answer()
    answer = await ann.say("no, blue")
    assert "summer dress" in answer[-1]["text"]
    assert "red" not in answer[-1]["text"]
    assert "no, blue" in answer[-1]["text"]


async def test_what_was_taken_back_is_no_longer_on_the_list(ann):
    await ann.say("a coat with a belt")
    await ann.tap("1")
    await ann.answer()
    answer = await ann.say("without the belt, please")
    assert "coat ›" in answer[-1]["text"].replace("\u2069", "")
    await ann.tap("Undo")
    assert "a coat with a belt" in (await ann.answer())[-1]["text"]


async def test_wishes_add_up_and_no_picture_comes_back(ann):
    first = await ann.say("a dress")
    seen = {message["photo"]["file_unique_id"] for message in photos(first)}
    for number, wish in enumerate(["in red", "with long sleeves", "no pattern"]):
        if number == 0:
            await ann.tap("1")
            await ann.answer()
        answer = await ann.say(wish)
        shown = {message["photo"]["file_unique_id"] for message in photos(answer)}
        # A refined dress stays a dress, and after three albums the fourteen dresses of this collection are used up.
        assert not shown & seen or "already seen" in answer[-1]["text"]
        assert number == 2 or "already seen" not in answer[-1]["text"]
        seen |= shown
    for wish in ("a dress", "in red", "with long sleeves", "no pattern"):
        assert wish in answer[-1]["text"]
    assert "step 4" in answer[-1]["text"]
