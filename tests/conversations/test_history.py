"""Going back and on from earlier turns, and taking wishes away, as a person does it."""

import pytest

from bot import texts
from bot.notices import Notice
from tests.chat import labels, photos, words

pytestmark = pytest.mark.usefixtures("bot")


def pictures(messages):
    return [message["photo"]["file_unique_id"] for message in photos(messages)]


@pytest.fixture
async def searched(ann):
    """The pictures of three turns: a search, its refinement, and another search."""
    dress = await ann.say("a red dress")
    await ann.tap("2")
    await ann.answer()
    sleeves = await ann.say("with long sleeves")
    return [pictures(answer) for answer in (dress, sleeves, await ann.say("a blue hat"))]


async def test_a_tap_in_the_history_shows_a_turn_again_and_branches(ann, searched, caplog):
    (history,) = await ann.say("/history")
    assert history["buttons"] == [["1. a red dress"], ["2. a red dress › with long sleeves"], ["▸ 3. a blue hat"]]
    caplog.set_level("DEBUG", logger="retrieval.worker")
    assert (await ann.tap("2. a red dress › with long sleeves"))["text"] == texts.TOAST_JUMPED
    again = await ann.answer()
    assert "took" not in caplog.text  # neither model nor index were asked
    assert pictures(again) == searched[1]

    branch = await ann.say("darker")  # what that turn refined is refined again
    assert "a red dress" in branch[-1]["text"]
    assert "darker" in branch[-1]["text"]
    (history,) = await ann.say("my searches")
    assert labels(history)[-1].startswith("▸ 4. ")
    await ann.tap("3. a blue hat")
    assert pictures(await ann.answer()) == searched[2]


async def test_undo_needs_no_search(ann, searched, caplog):
    caplog.set_level("DEBUG", logger="retrieval.worker")
    before = len(await ann.calls())
    await ann.tap("Undo")
    assert pictures(await ann.answer()) == searched[1]
    assert pictures(await ann.say("undo")) == searched[0]
    assert "took" not in caplog.text
    albums = [call for call in (await ann.calls())[before:] if call["method"] == "sendMediaGroup"]
    assert len(albums) == 2
    assert "attach://" not in str(albums)  # sent by Telegram's own ids
    await ann.say("a green bag")
    assert "took" in caplog.text  # what a search leaves in the log


async def test_long_histories_are_leafed_through_in_place(ann):
    for number in range(8):
        await ann.say(f"{'very ' * number}red dress")
    (history,) = await ann.say("/history")
    assert len(history["buttons"]) == 7
    await ann.tap("‹ Earlier")
    assert await ann.answer() == []
    (changed,) = [m for m in await ann.transcript() if m["message_id"] == history["message_id"]]
    assert changed["buttons"] == [["1. red dress"], ["2. very red dress"], ["Later ›"]]
    await ann.tap("1. red dress")
    assert "red dress" in (await ann.answer())[-1]["text"]
    await ann.tap("Later ›", history["message_id"])
    (changed,) = [m for m in await ann.transcript() if m["message_id"] == history["message_id"]]
    assert len(changed["buttons"]) == 7


async def test_a_reply_to_the_buttons_of_an_old_album_goes_on_from_it(ann, searched):
    controls = [message for message in await ann.transcript() if "More" in labels(message)]
    more = await ann.say("more", reply_to=controls[0]["message_id"])
    assert "a red dress" in photos(more)[0]["caption"]
    assert not set(pictures(more)) & set(searched[0])
    darker = await ann.say("darker", reply_to=controls[1]["message_id"])
    assert "with long sleeves" in darker[-1]["text"]
    picture = photos(more)[0]["message_id"]
    assert "a red dress" in photos(await ann.say("more", reply_to=picture))[0]["caption"]


async def test_replies_to_what_is_forgotten_say_so(ann):
    old = (await ann.say("a red dress"))[-1]
    await ann.say("/forget")
    await ann.say("a blue hat")
    assert words(await ann.say("darker", reply_to=old["message_id"])) == texts.NOTICES[Notice.EXPIRED]
    # What somebody replies to beside albums does not matter.
    (help_,) = await ann.say("/help")
    assert photos(await ann.say("a green bag", reply_to=help_["message_id"]))


async def test_a_wish_is_taken_away_by_a_tap(ann, searched):
    await ann.say("undo")
    control = await ann.last_with("✕ a red dress")
    assert "✕ with long sleeves" in labels(control)
    await ann.tap("✕ a red dress", control["message_id"])
    answer = await ann.answer()
    assert len(photos(answer)) == 6
    assert "a red dress" not in answer[-1]["text"]
    assert "✕ with long sleeves" not in labels(answer[-1])  # the only one left
    again = await ann.tap("✕ a red dress", control["message_id"])
    assert again["alert"]
    assert again["text"] == texts.NOTICES[Notice.ALREADY_DONE]
    await ann.tap("✕ with long sleeves", control["message_id"])
    assert pictures(await ann.answer()) == searched[0]


async def test_many_wishes_are_listed_behind_one_button(ann):
    await ann.say("a red dress under 90, over 10")
    await ann.tap("1")
    for wish in ("with a belt", "for the summer"):
        await ann.say(wish)
    control = await ann.last_with("More")
    assert len(control["buttons"]) <= 6
    await ann.tap(texts.BUTTON_REMOVALS)
    (listed,) = await ann.answer()
    assert {"✕ with a belt", "✕ under 90", "✕ over 10"} <= set(labels(listed))
    await ann.tap("✕ with a belt")
    answer = (await ann.answer())[-1]
    assert "belt" not in answer["text"]
    assert "under 90" in answer["text"]
