"""What an administrator hides appears nowhere any more, on no path, until it is shown again."""

import asyncio

import pytest

from bot.gallery import WATCH_S
from storage.hidden import HiddenItems
from storage.keys import Keys
from storage.redis_client import connect
from tests.chat import photos, words

QUERY = "a red dress"


def pictures(messages):
    """Which pictures were shown: known ones are sent by Telegram's own id, so the same picture has the same address."""
    return [message["photo"]["url"] for message in photos(messages)]


@pytest.fixture
async def hidden(ann, ben, bot):
    """The picture that comes first, hidden while Ben has it in his album, chosen, and on a card."""
    await ben.say(QUERY)
    shown = photos(await ann.say(QUERY))
    picture = pictures(shown)[0]
    assert picture in pictures(await ben.transcript())
    answer = words(await ann.say("/hide", reply_to=shown[0]["message_id"]))
    assert answer.startswith("Hidden: ")
    return picture, answer.split("/unhide ")[1].split(" ")[0]


async def test_no_path_leads_to_a_hidden_item(ben, hidden):
    picture, item_id = hidden
    control = await ben.last_with("1")
    mine = photos(await ben.transcript())[0]
    await ben.answer()
    answers = [await ben.tap("1", control["message_id"])]
    for text in (QUERY, "more", "undo", "/more", "similar", "the first one", "darker", "in blue", "/undo"):
        await ben.say(text)
    for text in ("this one", "similar", "the same in blue", QUERY):
        await ben.say(text, reply_to=mine["message_id"])
    for label in ("1", "2", "More", "Undo"):
        answers.append(await ben.tap(label, control["message_id"]))
    transcript = await ben.transcript()
    later = [message for message in transcript if message["message_id"] > control["message_id"]]
    assert len(pictures(later)) > 20
    assert picture not in pictures(later)
    assert item_id not in words([message for message in later if message["from"] == "bot"])
    assert all(answer for answer in answers)
    assert "no longer in the collection" in words(later)


async def test_a_card_that_was_open_cannot_be_taken(ann, ben, bot):
    await ben.say(QUERY)
    await ben.tap("1")
    card = await ben.last_with("This is it")
    shown = photos(await ann.say(QUERY))
    await ann.say("/hide", reply_to=shown[0]["message_id"])
    await ben.answer()
    await ben.tap("This is it", card["message_id"])
    assert "no longer in the collection" in words(await ben.answer())


async def test_it_comes_back_when_it_is_shown_again(ann, ben, hidden):
    picture, item_id = hidden
    assert item_id in words(await ann.say("/hidden"))
    assert "shown again" in words(await ann.say(f"/unhide {item_id}"))
    assert "Nothing is hidden" in words(await ann.say("/hidden"))
    assert picture in pictures(await ben.say(QUERY))


async def test_only_administrators_hide(ben, bot):
    for command in ("/hide 1", "/unhide 1", "/hidden"):
        assert "for administrators" in words(await ben.say(command))


async def test_what_is_not_there_cannot_be_hidden_or_shown(ann, bot):
    assert "Reply with /hide" in words(await ann.say("/hide"))
    assert "no longer in the collection" in words(await ann.say("/hide nobody"))
    assert "not hidden" in words(await ann.say("/unhide nobody"))
    assert "Write /unhide" in words(await ann.say("/unhide"))


async def test_what_another_process_hides_is_hidden_here_too(ann, ben, hidden, settings, telegram, tmp_path):
    _, item_id = hidden
    await ann.say(f"/unhide {item_id}")
    control = (await ben.last_with("1"))["message_id"]
    assert (await ben.tap("1", control))["text"] == "Picture 1 is chosen"
    async with await connect(settings.redis_url.get_secret_value(), tmp_path) as redis:
        await HiddenItems(redis, Keys(settings.redis_prefix, int(telegram.token.split(":")[0]))).add(item_id)
    await asyncio.sleep(2 * WATCH_S)
    await ben.answer()
    await ben.tap("1", control)
    assert "no longer in the collection" in words(await ben.answer())
