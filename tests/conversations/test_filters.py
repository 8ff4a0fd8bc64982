"""Filters as people use them: typed, shown, tapped away, undone; never a dead end."""

import re

import pytest

from tests.chat import labels, photos, words

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_price_typed_is_kept_by_every_picture_and_tapped_away(ann):
    control = (await ann.say("a red dress under 60"))[-1]
    assert "a red dress" in control["text"]
    assert "Only: " in control["text"]
    assert "✕ under 60" in labels(control)
    for number in range(1, 7):
        assert float(re.search(r"^(\d+\.\d\d)$", (await card(ann, number))["caption"], re.MULTILINE)[1]) < 60

    await ann.tap("✕ under 60")
    control = (await ann.answer())[-1]
    assert "a red dress" in control["text"]
    assert "Only: " not in control["text"]
    await ann.tap("Undo")
    assert "✕ under 60" in labels((await ann.answer())[-1])


async def test_words_that_only_filter_narrow_the_search_on_screen(ann):
    await ann.say("something red")
    narrowed = (await ann.say("only hats"))[-1]
    assert "something red" in narrowed["text"]
    assert "✕ only hat" in labels(narrowed)
    for number in (1, 3):
        assert "hat" in (await card(ann, number))["caption"].split("\n")[2]
    await ann.tap("Back")
    again = (await ann.say("under 200"))[-1]
    assert {"✕ only hat", "✕ under 200"} <= set(labels(again))
    await ann.tap("More")
    more = await ann.answer()
    assert photos(more)
    assert "✕ only hat" in labels(more[-1])


async def test_a_filter_that_leaves_nothing_says_so_and_comes_off_by_a_tap(ann):
    await ann.say("a red dress")
    (offer,) = await ann.say("under 1")
    assert "Nothing here fits" in offer["text"]
    assert "under 1" in offer["text"]
    assert labels(offer) == ["✕ under 1", "Undo", "New"]
    (still,) = await ann.say("only hats")
    assert "all of" in still["text"]
    assert {"✕ under 1", "✕ only hat"} <= set(labels(still))
    await ann.tap("✕ under 1")
    assert photos(await ann.answer())
    answer = await ann.tap("✕ under 1", still["message_id"])
    assert answer["alert"]
    assert "already" in answer["text"]
    (offer,) = await ann.say("under 1")
    assert photos(await ann.say("/undo"))
    assert (await ann.tap("✕ under 1", offer["message_id"]))["alert"]  # of a turn that was undone


@pytest.mark.parametrize(
    ("text", "said"), [("a hat under -5", "above zero"), ("between 50 and 20", "smaller or earlier one first")]
)
async def test_nonsense_gets_one_sentence(ann, text, said):
    (answer,) = await ann.say(text)
    assert said in answer["text"]
    assert "no search to continue" in words(await ann.say("more"))


async def test_a_dress_stays_a_dress_until_that_is_tapped_away(ann):
    await ann.say("a red dress")
    await ann.tap("1")
    await ann.answer()
    refined = (await ann.say("in blue"))[-1]
    assert "✕ only dress" in labels(refined)
    await ann.tap("✕ only dress")
    freed = (await ann.answer())[-1]
    assert "in blue" in freed["text"]
    assert "Only: " not in freed["text"]
    assert "Only: " not in (await ann.say("with stripes"))[-1]["text"]
    await ann.say("a red dress")
    await ann.tap("1")
    await ann.answer()
    assert "Only: " not in (await ann.say("the same as a skirt"))[-1]["text"]


async def test_a_photo_with_a_filter_in_its_caption(ann, collection):
    picture = next((collection / "catalogue" / "images").glob("bag-*.jpg")).read_bytes()
    answer = await ann.send_photo(picture, caption="only hats")
    assert "✕ only hat" in labels(answer[-1])
    assert photos(answer)


async def test_help_says_which_filters_there_are(ann):
    assert "under 50" in words(await ann.say("/help"))


async def card(ann, number):
    """The card of a picture of the latest album."""
    await ann.tap(str(number))
    return await ann.last_with("This is it")
