"""A new text takes the place of one whose search has not ended; what was said in it still counts."""

from tests.chat import labels, photos, words
from tests.conversations.conftest import GROUP, running


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


async def test_in_a_group_nobody_overtakes_anybody_else(ann, ben, settings):
    ann.chat = ben.chat = GROUP
    await ann.post("message", text="/find a red dress")
    await ben.post("message", text="/find a blue shirt")
    async with running(settings):
        first, second = await ann.answer()
        assert "a red dress" in first["caption"]
        assert "a blue shirt" in second["caption"]


async def test_in_a_group_ones_own_newer_search_overtakes(ann, settings):
    ann.chat = GROUP
    await ann.post("message", text="/find a red dress")
    await ann.post("message", text="/find a blue shirt")
    async with running(settings):
        (only,) = await ann.answer()
        assert "a blue shirt" in only["caption"]


async def test_what_is_said_to_others_in_a_group_overtakes_nothing(ann, settings):
    ann.chat = GROUP
    await ann.post("chat", id=GROUP, privacy=False)
    await ann.post("message", text="/find a red dress")
    await ann.post("message", text="Shall we go for lunch?")
    async with running(settings):
        (only,) = await ann.answer()
        assert "a red dress" in only["caption"]


async def test_a_search_in_one_topic_overtakes_none_in_another(ann, settings):
    await ann.post("chat", id=GROUP, topics=[5, 9])
    ann.chat = GROUP
    await ann.post("message", text="/find a red dress", thread_id=5)
    await ann.post("message", text="/find a blue shirt", thread_id=9)
    async with running(settings):
        found = await ann.answer()
        assert [(message["thread_id"], len(message["buttons"]) > 1) for message in found] == [(5, True), (9, True)]
