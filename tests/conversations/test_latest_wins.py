"""A new text takes the place of one whose search has not ended; what was said in it still counts."""

from tests.chat import labels, photos, words
from tests.conversations.conftest import running


async def test_of_two_texts_at_once_the_later_is_answered(ann, settings):
    await ann.post("message", text="a red dress")
    await ann.post("message", text="a blue shirt")
    async with running(settings):
        messages = await ann.answer()
        assert len(photos(messages)) == 6
        assert "a blue shirt" in words(messages)
        assert "a red dress" not in words(messages)


async def test_an_overtaken_refinement_still_counts(ann, settings):
    async with running(settings):
        await ann.say("a dress")
        await ann.tap("2")
        await ann.answer()
    await ann.post("message", text="in red")
    await ann.post("message", text="with long sleeves")
    async with running(settings):
        messages = await ann.answer()
        assert "a dress › in red › with long sleeves" in words(messages).replace("\u2068", "").replace("\u2069", "")
        assert "Undo" in labels(messages[-1])


async def test_a_tap_waits_for_its_turn(ann, settings):
    async with running(settings):
        await ann.say("a dress")
    await ann.post("message", text="a blue shirt")
    await ann.post("message", text="/help")
    async with running(settings):
        messages = await ann.answer()
        assert len(photos(messages)) == 6
        assert "This is it" in words(messages)
