"""Every kind of message that python-telegram-bot knows can be delivered, and is read as what it is."""

import json

import pytest
from telegram import Bot
from telegram.constants import MessageType

from tests.local_telegram.simulator import Simulator, picture

_OF_THEIR_OWN = {MessageType.TEXT, MessageType.PHOTO, MessageType.LIVE_PHOTO, MessageType.DOCUMENT}
"""What has calls of its own, and with them tests."""


@pytest.mark.parametrize("kind", sorted(set(MessageType) - _OF_THEIR_OWN - {MessageType.MIGRATE_TO_CHAT_ID}))
async def test_a_made_up_message_of_this_kind_arrives(bot: Bot, sim: Simulator, kind: str):
    await sim.post("message", user=1, chat=1, kind=kind)
    [update] = await bot.get_updates()
    assert update.message
    assert getattr(update.message, kind) not in (None, ())
    (shown,) = await sim.transcript()
    assert shown["kind"] in {kind, "service", "text"}
    assert (shown["service"] is None) == (shown["kind"] != "service")


async def test_what_older_bots_expect_is_said_as_well(bot: Bot, sim: Simulator):
    for kind in ("animation", "venue"):
        await sim.post("message", user=1, chat=1, kind=kind)
    video = {"file_id": "BAADBA", "file_unique_id": "BAADBQ", "width": 320, "height": 240, "duration": 3}
    await sim.upload("photo", picture(), content=json.dumps({"live_photo": video}))
    animation, venue, live = [update.message for update in await bot.get_updates()]
    assert animation.document.file_id == animation.animation.file_id
    assert venue.location
    assert live.photo
    assert live.live_photo.duration


async def test_content_is_taken_as_it_is(bot: Bot, sim: Simulator):
    origin = {"forward_origin": {"type": "hidden_user", "date": 1700000000, "sender_user_name": "Dora"}}
    await sim.post("message", user=1, chat=1, text="a red dress", content=origin)
    await sim.post("message", user=1, chat=-1001, content={"migrate_to_chat_id": -1002})
    forwarded, migrated = [update.message for update in await bot.get_updates()]
    assert forwarded.text == "a red dress"
    assert forwarded.forward_origin.sender_user_name == "Dora"
    assert migrated.migrate_to_chat_id == -1002


@pytest.mark.parametrize("body", [{"kind": "telepathy"}, {"content": "[]"}, {"content": "{"}])
async def test_what_is_no_message_is_refused(sim: Simulator, body: dict[str, str]):
    assert "error" in await sim.post("message", status=400, user=1, chat=1, **body)


async def test_posts_of_a_channel_are_its_own(bot: Bot, sim: Simulator):
    await sim.post("chat", id=-1009, type="channel", title="News", members=json.dumps([1]))
    message_id = await sim.say("a red dress", chat=-1009)
    await sim.upload("photo", picture(), chat=-1009)
    await sim.post("edit", user=1, chat=-1009, message_id=message_id, text="a blue dress")
    post, photo, edited = await bot.get_updates()
    assert (post.channel_post.sender_chat.title, post.channel_post.from_user) == ("News", None)
    assert photo.channel_post.photo
    assert edited.edited_channel_post.text == "a blue dress"
