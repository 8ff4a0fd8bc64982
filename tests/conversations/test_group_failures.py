"""What goes wrong in groups: forged buttons, hidden items, Telegram refusing, crashes in between."""

import asyncio
import shutil

import pytest

from bot.callback_data import Forked, Voted, pack
from bot.events import HitChosen, MoreAsked
from storage.redis_client import connect
from tests.chat import labels, photos, words
from tests.conversations.conftest import BEN, GROUP, running


@pytest.fixture
async def group(ann, ben, bot):
    """Ann and Ben in the group."""
    ann.chat = ben.chat = GROUP
    return ann, ben


async def press(telegram, user, chat, message_id, data):
    """Press a button that the message does not have, as somebody with a client of their own might try."""
    account = telegram.world.primary()
    place = account.chats[chat]
    query = telegram.world.ask(account, user, place, place.messages[message_id], data)
    return await asyncio.wait_for(query.answer, 20)


@pytest.mark.parametrize(
    "data",
    [
        pack(1, Forked(1)),  # a turn of Ann's, but of another chat
        pack(1, Forked(999_999_999)),
        pack(999, Forked(1)),
        pack(BEN, HitChosen(1, 0)),
        pack(BEN, MoreAsked(1, 0)),
        pack(1, HitChosen(1, 0)),
        "1:1:vote:1",
        "1:1:fork",
        "1:1:fork:1:1",
        "2:1:fork:1",
        "1:1:drop:1:0:0",
        "x" * 64,
    ],
)
async def test_a_forged_button_of_another_chat_gets_an_alert_and_shows_nothing(ann, ben, bot, telegram, data):
    await ann.say("a red dress")  # in her private chat: turn 1
    ben.chat = GROUP
    await ben.say("/start@pictalk_bot")
    anywhere = (await ben.transcript())[-1]["message_id"]
    before = len(await ben.transcript())
    answer = await press(telegram, BEN, GROUP, anywhere, data)
    assert answer["alert"]
    assert answer["text"]
    await ben.settle()
    assert len(await ben.transcript()) == before
    telegram.world.calls.clear()


async def test_a_forged_vote_changes_no_message_without_pictures(ann, ben, bot, telegram):
    ben.chat = GROUP
    await ben.say("/start@pictalk_bot")
    anywhere = (await ben.transcript())[-1]["message_id"]
    assert (await press(telegram, BEN, GROUP, anywhere, pack(1, Voted(1, 3))))["alert"]
    assert not any(call["method"].startswith("edit") for call in await ben.calls())


async def test_a_forged_vote_for_a_picture_that_is_not_there_is_refused(group, telegram):
    ann, ben = group
    (collage,) = await ann.say("/find a red dress")
    for number in (0, 7, 999_999):
        answer = await press(telegram, BEN, GROUP, collage["message_id"], pack(1, Voted(1, number)))
        assert answer["alert"]
    await ben.settle()
    assert "♥" not in (await ben.transcript())[-1]["caption"]


async def test_a_hidden_item_is_on_no_collage_any_more(group):
    ann, ben = group
    (collage,) = await ann.say("/find a red dress")
    await ann.tap("1")
    (card,) = await ann.answer()
    answer = words(await ann.say("/hide", reply_to=card["message_id"]))
    assert answer.startswith("Hidden: ")
    await ann.tap("1", collage["message_id"])
    assert "no longer in the collection" in words(await ann.answer())
    await ben.answer()
    await ben.tap("Mine", collage["message_id"])
    (his,) = await ben.answer()
    assert his["photo"]["file_unique_id"] != collage["photo"]["file_unique_id"]
    (again,) = await ben.say("/find a red dress")
    assert again["photo"]["file_unique_id"] not in (collage["photo"]["file_unique_id"],)


async def test_retry_after_is_waited_for(group, telegram):
    ann, _ = group
    await ann.post("faults", method="sendPhoto", count=1, kind="429", retry_after=1)
    assert len(photos(await ann.say("/find a red dress"))) == 1
    telegram.world.calls.clear()


async def test_a_collage_that_may_have_arrived_is_not_sent_again(group, telegram):
    ann, _ = group
    await ann.post("faults", method="sendPhoto", count=1, kind="drop")
    collage, said = await ann.say("/find a red dress")
    assert "slow to arrive" in said["text"]
    await ann.tap("2", collage["message_id"])
    assert "This is it" in labels((await ann.answer())[-1])
    telegram.world.calls.clear()


async def test_a_collage_that_telegram_has_lost_is_drawn_again(group, telegram, settings, tmp_path):
    ann, ben = group
    await ann.say("/find a red dress")
    async with await connect(settings.redis_url.get_secret_value(), tmp_path) as redis:
        names = [name async for name in redis.redis.scan_iter(match=f"{settings.redis_prefix}:*collage-*")]
        assert len(names) == 1
        await redis.redis.set(names[0], "AgACAgIAAxkBAAIBQ2dead")
        await ben.answer()
        assert len(photos(await ben.say("/find a red dress"))) == 1
        assert b"dead" not in await redis.redis.get(names[0])
    telegram.world.calls.clear()


async def test_the_same_update_twice_is_answered_once(group):
    ann, _ = group
    await ann.post("faults", count=1, kind="duplicate")
    assert len(photos(await ann.say("/find a red dress"))) == 1
    await asyncio.sleep(0.3)
    assert await ann.answer() == []


async def test_pictures_that_are_gone_give_their_places_to_the_next_hits(ann, settings, collection, tmp_path):
    own = tmp_path / "data"
    shutil.copytree(collection / "snapshots", own / "snapshots", symlinks=True)
    images, hidden = collection / "catalogue" / "images", tmp_path / "hidden"
    hidden.mkdir()
    ann.chat = GROUP
    async with running(settings.model_copy(update={"data_dir": own})):
        gone = sorted(images.glob("dress-*.jpg"))[::2]
        for picture in gone:
            shutil.move(picture, hidden)
        try:
            (collage,) = await ann.say("/find a red dress")
            assert labels(collage)[:6] == ["1", "2", "3", "4", "5", "6"]
        finally:
            for picture in gone:
                shutil.move(hidden / picture.name, picture)
