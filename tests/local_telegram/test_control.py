"""The control interface: what people send, and what can be seen of it."""

import asyncio
import json
from typing import Any

import pytest
from telegram import Bot, InputMediaPhoto

from tests.local_telegram.simulator import Simulator, picture


async def test_messages_of_every_kind_arrive(bot: Bot, sim: Simulator):
    await sim.say("a 👗")
    await sim.upload("photo", picture(), caption="b")
    await sim.upload("album", picture("red"), picture("blue"), caption="c")
    await sim.upload("document", b"text", name="notes.txt")
    await sim.post("sticker", user=1, chat=1)
    await sim.post("voice", user=1, chat=1)
    await sim.post("location", user=1, chat=1, latitude=1.5, longitude=2)
    await sim.post("message", user=1, chat=1, kind="sticker")
    messages = [update.message for update in await bot.get_updates()]
    kinds = [message.effective_attachment.__class__.__name__ for message in messages if message]
    assert kinds == [
        "NoneType", "tuple", "tuple", "tuple", "Document", "Sticker", "Voice", "Location", "Sticker",
    ]  # fmt: skip
    album = messages[2:4]
    assert [message.caption for message in album if message] == ["c", None]
    assert len({message.media_group_id for message in album if message}) == 1
    shown = await sim.transcript()
    assert [message["kind"] for message in shown] == [
        "text", "photo", "photo", "photo", "document", "sticker", "voice", "location", "sticker",
    ]  # fmt: skip
    assert shown[4]["document"]["name"] == "notes.txt"


async def test_a_reply_to_a_picture(bot: Bot, sim: Simulator, ann: int):
    album = await bot.send_media_group(ann, [InputMediaPhoto(picture()), InputMediaPhoto(picture("blue"))])
    message_id = await sim.say("darker", reply_to=album[1].message_id)
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.reply_to_message
    assert update.message.reply_to_message.photo == album[1].photo
    assert (await sim.message(message_id))["reply_to"] == album[1].message_id


@pytest.mark.parametrize("text", ["👗" * 3, "فستان أحمر", "<b>x</b> & y", "a\nb"])
async def test_texts_arrive_as_written(bot: Bot, sim: Simulator, text: str):
    await sim.say(text)
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.text == text


async def test_a_long_text_is_split_as_clients_do(bot: Bot, sim: Simulator):
    await sim.say("x" * 5000)
    updates = await bot.get_updates()
    assert [len(update.message.text or "") for update in updates if update.message] == [4096, 904]


async def test_commands_are_marked(bot: Bot, sim: Simulator):
    await sim.say("/start q_abc")
    [update] = await bot.get_updates()
    assert update.message
    assert [(entity.type, entity.offset, entity.length) for entity in update.message.entities] == [
        ("bot_command", 0, 6)
    ]


async def test_edited_messages(bot: Bot, sim: Simulator):
    message_id = await sim.say("rad dress")
    await sim.post("edit", user=1, chat=1, message_id=message_id, text="red dress")
    updates = await bot.get_updates()
    assert updates[1].edited_message
    assert updates[1].edited_message.text == "red dress"
    assert (await sim.message(message_id))["edited"]


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("message", 404, {"user": 77, "chat": 1, "text": "x"}),
        ("message", 404, {"user": 1, "chat": 55, "text": "x"}),
        ("message", 400, {"user": 1, "chat": 2, "text": "x"}),
        ("message", 400, {"user": 1, "chat": 1, "text": "  "}),
        ("message", 400, {"user": "Ann", "chat": 1, "text": "x"}),
        ("message", 400, {"chat": 1, "text": "x"}),
        ("message", 404, {"user": 1, "chat": 1, "text": "x", "reply_to": 99}),
        ("photo", 400, {"user": 1, "chat": 1}),
        ("location", 400, {"user": 1, "chat": 1, "latitude": "north"}),
        ("chat", 400, {"id": -7, "members": ["Ann"]}),
        ("chat", 400, {"id": 7}),
        ("user", 400, {"id": -7}),
        ("inline", 404, {"user": 77}),
        ("choose", 404, {"user": 1, "chat": 1, "query_id": "1", "result_id": "1"}),
        ("reaction", 404, {"user": 1, "chat": 1, "message_id": 99, "emoji": "x"}),
        ("album", 400, {"user": 1, "chat": 1}),
        ("member", 400, {"user": 1, "chat": 1, "action": "hug"}),
        ("edit", 404, {"user": 1, "chat": 1, "message_id": 99, "text": "x"}),
    ],
)
async def test_wrong_calls_say_what_is_wrong(sim: Simulator, path: str, status: int, body: dict[str, Any]):
    assert (await sim.post(path, status, **body))["error"]
    await sim.get("transcript?chat=55", 404)
    await sim.get("file/nothing", 400)


async def test_calls_show_parameters_answers_and_files(bot: Bot, sim: Simulator, ann: int):
    await bot.send_photo(ann, picture(), caption="hello", filename="a.jpg")
    call = (await sim.calls())[-1]
    assert (call["method"], call["status"]) == ("sendPhoto", 200)
    assert call["parameters"]["caption"] == "hello"
    assert call["parameters"]["photo"]["filename"] == "a.jpg"
    assert call["answer"]["caption"] == "hello"


async def test_state(bot: Bot, sim: Simulator, ann: int):
    state = await sim.get("state?user=1")
    assert state["me"]["is_admin"]
    assert [user["first_name"] for user in state["users"]] == ["Ann", "Ben", "Chloé"]
    assert state["bot"]["username"] == "pictalk_bot"
    assert [(chat["id"], chat["type"], chat["title"], chat["last"]) for chat in state["chats"]] == [
        (1, "private", "Pictalk", "hello"),
        (-1001, "supergroup", "Friends", ""),
    ]


async def test_reset(bot: Bot, sim: Simulator, ann: int):
    before = await sim.say("x")
    await sim.post("reset")
    assert await sim.transcript() == []
    assert await sim.calls() == []
    assert await bot.get_updates() == ()
    assert await sim.say("y") > before


async def test_events(bot: Bot, sim: Simulator, ann: int):
    events: list[dict[str, Any]] = []

    async def listen() -> None:
        async with sim.session.get("/sim/events?user=1") as response:
            assert response.content_type == "text/event-stream"
            async for line in response.content:
                if line.startswith(b"data: "):
                    events.append(json.loads(line[6:]))
                    if events[-1]["type"] == "reset":
                        return

    listener = asyncio.create_task(listen())
    await asyncio.sleep(0.05)
    await sim.say("hi")
    await sim.say("not for Ann", user=2)
    await bot.send_chat_action(1, "typing")
    sent = await bot.send_message(1, "a")
    await bot.edit_message_text("b", 1, sent.message_id)
    await bot.delete_message(1, sent.message_id)
    await sim.post("reset")
    await asyncio.wait_for(listener, 2)
    kinds = [event["type"] for event in events if event["type"] != "call"]
    assert kinds == ["message", "typing", "message", "edited", "deleted", "reset"]
    shown = [event for event in events if event["type"] in {"message", "edited"}]
    assert [event["message"]["text"] for event in shown] == ["hi", "a", "b"]
    assert [event["call"]["method"] for event in events if event["type"] == "call"] == [
        "sendChatAction", "sendMessage", "editMessageText", "deleteMessage",
    ]  # fmt: skip


async def test_the_page_and_its_files_are_served(sim: Simulator):
    async with sim.session.get("/") as response:
        assert response.status == 200
    async with sim.session.get("/page/../server.py") as response:
        assert response.status == 404


async def test_files_are_served_safely(bot: Bot, sim: Simulator):
    sent = await sim.upload("document", b"<svg xmlns='http://www.w3.org/2000/svg'/>", name="a.svg")
    document = (await sim.message(sent["message_id"]))["document"]
    async with sim.session.get(document["url"]) as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    sent = await sim.upload("document", picture(size=(3000, 20)), name="a.jpg")
    document = (await sim.message(sent["message_id"]))["document"]
    async with sim.session.get(document["thumb"]) as response:
        assert response.content_type == "image/jpeg"
