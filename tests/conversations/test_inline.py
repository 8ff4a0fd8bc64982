"""Inline mode: `@bot words` in any chat, pages, examples, the way into the chat; every query is answered."""

import asyncio

import pytest

from bot.inline_search import PAGE
from storage.redis_client import connect
from tests.chat import Chat, photos, words
from tests.conversations.conftest import ADMIN, BEN, GROUP, running

CACHE_CHAT = -1009


async def ask(chat, query, offset="", user=None):
    """Type an inline query and wait for what is shown."""
    return await chat.post("inline", query=query, offset=offset, user=user or chat.user)


async def answered(chat, query, offset=""):
    answer = (await ask(chat, query, offset))["answer"]
    assert answer is not None
    return answer


async def follow(chat, button):
    """Press the button above the results: Telegram opens the chat with the bot and says /start with its parameter."""
    return await chat.say(f"/start {button['start_parameter']}")


@pytest.mark.usefixtures("bot")
class TestWithoutACacheChat:
    async def test_pictures_that_telegram_has_are_photos_and_the_others_words(self, ann):
        await ann.say("a red dress")
        answer = await answered(ann, "a red dress")
        results = answer["results"]
        assert len(results) == PAGE
        assert [result["type"] for result in results[:6]] == ["photo"] * 6
        assert results[0]["caption"].startswith("<b>")
        assert [result["type"] for result in results[6:]] == ["article"] * (PAGE - 6)
        assert results[6]["title"]
        assert results[6]["input_message_content"]["message_text"].startswith("<b>")

    async def test_a_chosen_picture_is_posted_with_links_and_is_not_answered(self, ann, ben, http):
        await ann.say("a red dress")
        ann, ben.chat = Chat(http, ann.url, ADMIN, GROUP), GROUP
        query = await ask(ben, "a red dress")
        for result in (query["answer"]["results"][0], query["answer"]["results"][-1]):
            await ben.post("choose", query_id=query["query_id"], result_id=result["id"])
        assert await ben.answer() == []
        photo, article = (await ben.transcript())[-2:]
        assert photo["photo"]
        assert article["text"]
        for posted in (photo, article):
            (link,) = [button["url"] for row in posted["keyboard"] for button in row if "start=i_" in button["url"]]
            opened = await ann.say(f"/start@pictalk_bot {link.partition('start=')[2]}")
            assert "Pictures like " in words(opened)
            assert len(photos(opened)) == 1  # a group gets a collage

    async def test_pages_go_on_without_repeats_to_the_end(self, ann):
        seen, offset = [], ""
        while True:
            answer = await answered(ann, "a striped shirt", offset)
            seen += [(result["title"], result["id"]) for result in answer["results"]]
            offset = answer["next_offset"]
            if not offset:
                break
        assert len(seen) == 96
        assert len({name for _, name in seen}) == 96

    async def test_search_in_the_chat_begins_the_same_search(self, ann, ben):
        for text in ("a red dress", "a red dress with long sleeves and white dots, and a round neck, for the summer"):
            button = (await answered(ben, text))["button"]
            assert button["text"] == "Search in the chat"
            assert len(button["start_parameter"]) <= 64
            answer = await follow(ben, button)
            assert len(photos(answer)) == 6
            assert text[:50] in answer[-1]["text"]

    async def test_nothing_typed_shows_examples_that_can_be_made_by_a_tap(self, ann):
        query = await ask(ann, "  ")
        results = query["answer"]["results"]
        assert 1 <= len(results) <= 4
        assert query["answer"]["button"]["text"] == "Type what you look for"
        await ann.post("choose", query_id=query["query_id"], result_id=results[0]["id"])
        posted = (await ann.transcript())[-1]
        assert posted["text"] == f"Looking for: {results[0]['title']}"
        assert posted["keyboard"][0][0]["kind"] == "switch_inline_current"
        assert posted["keyboard"][0][0]["query"] == results[0]["title"]
        assert await ann.answer() == []

    @pytest.mark.parametrize(
        "text",
        ["!?", "👗❤️", "فستان صيفي أحمر", "undo", "new", "9", "hello", "under 50 over 90", "\u202e\u2066", "x\0y" * 80],
    )
    async def test_words_that_cannot_be_searched_show_a_way_into_the_chat(self, ann, text):
        answer = await answered(ann, text)
        assert answer["button"]["text"]
        assert len(answer["button"]["text"]) <= 64
        if not answer["results"]:
            assert "/start" not in words(await follow(ann, answer["button"]))

    @pytest.mark.parametrize("offset", ["-1", "x", "٣", "999999999999", "1" * 64, "12.5"])
    async def test_a_forged_offset_is_answered(self, ann, offset):
        await answered(ann, "a red dress", offset)

    async def test_a_hidden_item_is_not_found(self, ann):
        shown = photos(await ann.say("a red dress"))
        before = (await answered(ann, "a red dress"))["results"]
        await ann.say("/hide", reply_to=shown[0]["message_id"])
        after = (await answered(ann, "a red dress"))["results"]
        assert before[0]["photo_file_id"] not in {result.get("photo_file_id") for result in after}
        link = before[0]["reply_markup"]["inline_keyboard"][-1][0]["url"].partition("start=")[2]
        assert "no longer in the collection" in words(await ann.say(f"/start {link}"))

    async def test_a_picture_that_telegram_has_lost_is_words_until_it_is_sent_again(
        self, ann, settings, telegram, tmp_path
    ):
        await ann.say("a red dress")
        async with await connect(settings.redis_url.get_secret_value(), tmp_path) as redis:
            names = [name async for name in redis.redis.scan_iter(match=f"{settings.redis_prefix}:*file_id:*")]
            await redis.redis.set(names[0], "AgACAgIAAxkBAAIBQ2dead")
        kinds = [result["type"] for result in (await answered(ann, "a red dress"))["results"]]
        assert kinds == ["article"] * PAGE
        telegram.world.calls.clear()
        await ann.say("a red dress")
        assert (await answered(ann, "a red dress"))["results"][0]["type"] == "photo"

    async def test_a_search_that_fails_does_not_spin(self, ann, telegram):
        await ann.post("faults", method="answerInlineQuery", count=1, kind="429", retry_after=1)
        assert len((await answered(ann, "a red dress"))["results"]) == PAGE
        telegram.world.calls.clear()


async def test_only_the_last_of_several_letters_is_searched_for(ann, settings, eventually):
    asked = []
    for text in ("a", "a r", "a red", "a red d", "a red dress"):
        asked.append(asyncio.create_task(ask(ann, text)))

        async def typed() -> bool:
            return len((await ann.get("queue"))["updates"]) == len(asked)

        await eventually(typed)
    async with running(settings):  # which gets them all at once
        answers = await asyncio.gather(*asked)
    assert [len(query["answer"]["results"]) for query in answers] == [0, 0, 0, 0, PAGE]


async def test_pictures_are_uploaded_into_the_cache_chat(ann, settings, eventually):
    await ann.post("chat", id=CACHE_CHAT, members=[ADMIN])
    async with running(settings.model_copy(update={"cache_chat": CACHE_CHAT})):
        answer = await answered(ann, "a black bag")

        async def all_there() -> bool:
            shown = (await answered(ann, "a black bag"))["results"]
            return all(result["type"] == "photo" for result in shown)

        await eventually(all_there)
        assert len(answer["results"]) == PAGE
        calls = [call for call in await ann.calls() if call["method"] == "sendMediaGroup"]
        assert {str(call["parameters"]["chat_id"]) for call in calls} == {str(CACHE_CHAT)}
        assert sum(len(call["parameters"]["media"]) for call in calls) == PAGE  # each of them once


async def test_a_cache_chat_that_is_none_keeps_nobody_waiting(ann, settings, telegram):
    async with running(settings.model_copy(update={"cache_chat": -5})):
        results = (await answered(ann, "a black bag"))["results"]
        assert {result["type"] for result in results} == {"article"}
    telegram.world.calls.clear()


async def test_who_may_not_use_the_bot_finds_nothing(ann, settings):
    async with running(settings.model_copy(update={"access": "list"})):
        answer = (await ask(ann, "a red dress", user=BEN))["answer"]
        assert answer["results"] == []
        assert "invited" in answer["button"]["text"]
        assert len((await answered(ann, "a red dress"))["results"]) == PAGE


async def test_without_a_collection_the_way_into_the_chat_is_left(ann, settings, tmp_path):
    async with running(settings.model_copy(update={"data_dir": tmp_path})):
        for text in ("", "a red dress"):
            answer = await answered(ann, text)
            assert answer["results"] == []
            await follow(ann, answer["button"])
