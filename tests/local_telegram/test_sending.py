"""Texts and single files, through a real client."""

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from tests.local_telegram.simulator import Simulator, exactly, picture


async def test_a_text_with_entities_and_a_keyboard(bot: Bot, sim: Simulator, ann: int):
    rows = InlineKeyboardMarkup(
        [[InlineKeyboardButton("One", callback_data="1"), InlineKeyboardButton("Site", url="https://example.org")]]
    )
    sent = await bot.send_message(ann, "👗 <b>red</b> dress", ParseMode.HTML, reply_markup=rows)
    assert sent.text == "👗 red dress"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [("bold", 3, 3)]
    assert sent.reply_markup == rows
    assert sent.from_user
    assert sent.from_user.is_bot
    shown = await sim.message(sent.message_id)
    assert shown["from"] == "bot"
    assert shown["text"] == "👗 red dress"
    assert shown["buttons"] == [["One", "Site"]]
    assert [button["kind"] for button in shown["keyboard"][0]] == ["callback", "url"]
    assert await sim.lint() == []


async def test_a_photo_becomes_a_ladder_of_sizes(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_photo(ann, picture(size=(2000, 1000)), caption="<i>big</i>", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(90, 45), (320, 160), (800, 400), (1280, 640)]
    assert len({size.file_id for size in sent.photo}) == len({size.file_unique_id for size in sent.photo}) == 4
    assert sent.caption == "big"
    shown = await sim.message(sent.message_id)
    assert shown["caption"] == "big"
    assert shown["text"] is None
    assert shown["photo"]["width"] == 1280
    async with sim.session.get(shown["photo"]["thumb"]) as response:
        assert response.content_type == "image/jpeg"


async def test_a_file_id_sends_the_same_photo_again(bot: Bot, ann: int):
    first = await bot.send_photo(ann, picture())
    again = await bot.send_photo(ann, first.photo[-1].file_id)
    assert again.photo == first.photo


async def test_a_document_keeps_its_bytes_and_its_name(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_document(ann, b"path,reason\n", filename="failures 👗.csv", caption="What failed")
    assert sent.document
    assert sent.document.file_name == "failures 👗.csv"
    assert bytes(await (await sent.document.get_file()).download_as_bytearray()) == b"path,reason\n"
    assert (await sim.message(sent.message_id))["document"]["name"] == "failures 👗.csv"


async def test_a_reply_shows_what_it_answers(bot: Bot, sim: Simulator, ann: int):
    asked = await sim.say("blue?")
    sent = await bot.send_message(ann, "yes", reply_parameters=ReplyParameters(asked))
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "blue?"
    assert (await sim.message(sent.message_id))["reply_to"] == asked
    with pytest.raises(BadRequest, match=exactly("Message to be replied not found")):
        await bot.send_message(ann, "yes", reply_parameters=ReplyParameters(999))
    lenient = await bot.send_message(
        ann, "yes", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True)
    )
    assert lenient.reply_to_message is None


async def test_parameters_that_change_nothing_visible_are_accepted(bot: Bot, sim: Simulator, ann: int):
    await bot.send_message(
        ann, "x", disable_notification=True, protect_content=True, link_preview_options=LinkPreviewOptions(True)
    )
    await bot.send_photo(ann, picture(), has_spoiler=True, show_caption_above_media=True)
    assert await sim.lint() == []


async def test_chat_actions(bot: Bot, ann: int):
    assert await bot.send_chat_action(ann, "upload_photo")
    with pytest.raises(BadRequest, match=exactly("Wrong parameter action in request")):
        await bot.send_chat_action(ann, "dancing")


async def test_another_kind_of_keyboard_is_dropped_and_linted(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "x", reply_markup=ReplyKeyboardMarkup([["a"]]))
    assert sent.reply_markup is None
    assert [entry.partition(":")[0] for entry in await sim.lint()] == ["markup-kind"]


async def test_message_ids_count_over_private_chats_and_apart_in_supergroups(bot: Bot, sim: Simulator):
    assert [await sim.say("a"), await sim.say("b", user=2), (await bot.send_message(1, "c")).message_id] == [1, 2, 3]
    assert (await bot.send_message(-1001, "group")).message_id == 1


async def test_who_cannot_be_written_to(bot: Bot, sim: Simulator):
    with pytest.raises(BadRequest, match=exactly("Chat not found")):
        await bot.send_message(77, "x")
    with pytest.raises(Forbidden, match=exactly("Forbidden: bot can't initiate conversation with a user")):
        await bot.send_message(2, "x")
    await sim.say("hi", user=2)
    await sim.post("member", user=2, chat=2, action="block")
    with pytest.raises(Forbidden, match=exactly("Forbidden: bot was blocked by the user")):
        await bot.send_message(2, "x")
    await sim.post("member", user=2, chat=2, action="unblock")
    await bot.send_message(2, "x")
    await sim.post("user", id=2, deactivated=True)
    with pytest.raises(Forbidden, match=exactly("Forbidden: user is deactivated")):
        await bot.send_message(2, "x")
    await sim.post("member", user=1, chat=-1001, action="kick")
    with pytest.raises(Forbidden, match=exactly("Forbidden: bot was kicked from the supergroup chat")):
        await bot.send_message(-1001, "x")
    await sim.post("member", user=1, chat=-1001, action="leave")
    with pytest.raises(Forbidden, match=exactly("Forbidden: bot is not a member of the supergroup chat")):
        await bot.send_message(-1001, "x")
