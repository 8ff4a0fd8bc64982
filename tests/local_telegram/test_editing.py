"""Edits and deletions."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from tests.local_telegram.simulator import Simulator, exactly, picture

ROWS = InlineKeyboardMarkup([[InlineKeyboardButton("One", callback_data="1")]])
OTHER = InlineKeyboardMarkup([[InlineKeyboardButton("Two", callback_data="2")]])
SAME = (
    "Message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


async def test_an_edit_without_a_keyboard_removes_it(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "a", reply_markup=ROWS)
    edited = await bot.edit_message_text("<b>b</b>", ann, sent.message_id, parse_mode="HTML")
    assert edited is not True
    assert edited.edit_date
    assert edited.reply_markup is None
    shown = await sim.message(sent.message_id)
    assert (shown["text"], shown["buttons"], shown["edited"]) == ("b", [], True)


async def test_nothing_changed_is_refused(bot: Bot, ann: int):
    sent = await bot.send_message(ann, "a", reply_markup=ROWS)
    with pytest.raises(BadRequest, match=exactly(SAME)):
        await bot.edit_message_text("a", ann, sent.message_id, reply_markup=ROWS)
    with pytest.raises(BadRequest, match=exactly(SAME)):
        await bot.edit_message_reply_markup(ann, sent.message_id, reply_markup=ROWS)
    await bot.edit_message_reply_markup(ann, sent.message_id, reply_markup=OTHER)
    await bot.edit_message_reply_markup(ann, sent.message_id)
    with pytest.raises(BadRequest, match=exactly(SAME)):
        await bot.edit_message_reply_markup(ann, sent.message_id)


async def test_a_text_becomes_a_photo_and_the_photo_another(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "a", reply_markup=ROWS)
    card = await bot.edit_message_media(
        InputMediaPhoto(picture(), caption="<b>card</b>", parse_mode="HTML"), ann, sent.message_id, reply_markup=OTHER
    )
    assert card is not True
    assert card.photo
    assert card.caption == "card"
    second = await bot.send_photo(ann, picture("blue"))
    swapped = await bot.edit_message_media(InputMediaPhoto(second.photo[-1].file_id), ann, sent.message_id)
    assert swapped is not True
    assert swapped.photo == second.photo
    assert swapped.caption is None
    shown = await sim.message(sent.message_id)
    assert shown["photo"]["file_id"] == second.photo[-1].file_id
    assert shown["text"] is None


async def test_captions(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_photo(ann, picture(), caption="a", has_spoiler=True)
    await bot.edit_message_caption(ann, sent.message_id, caption="b", reply_markup=ROWS)
    shown = await sim.message(sent.message_id)
    assert (shown["caption"], shown["buttons"], shown["spoiler"]) == ("b", [["One"]], True)
    with pytest.raises(BadRequest, match=exactly("Message caption is too long")):
        await bot.edit_message_caption(ann, sent.message_id, caption="x" * 1025)
    await bot.edit_message_caption(ann, sent.message_id, caption="<b>" + "x" * 1024 + "</b>", parse_mode="HTML")


async def test_what_cannot_be_edited(bot: Bot, sim: Simulator, ann: int):
    theirs = await sim.say("mine")
    photo = await bot.send_photo(ann, picture())
    text = await bot.send_message(ann, "text")
    for message_id, refusal in (
        (999, "Message to edit not found"),
        (theirs, "Message can't be edited"),
        (photo.message_id, "There is no text in the message to edit"),
    ):
        with pytest.raises(BadRequest, match=exactly(refusal)):
            await bot.edit_message_text("x", ann, message_id)
    with pytest.raises(BadRequest, match=exactly("There is no caption in the message to edit")):
        await bot.edit_message_caption(ann, text.message_id, caption="x")
    with pytest.raises(BadRequest, match=exactly("Message identifier is not specified")):
        await bot.edit_message_text("x", ann)


async def test_an_album_item_can_be_replaced_but_gets_no_keyboard(bot: Bot, sim: Simulator, ann: int):
    album = await bot.send_media_group(ann, [InputMediaPhoto(picture()), InputMediaPhoto(picture("blue"))])
    with pytest.raises(BadRequest, match=exactly(SAME)):
        await bot.edit_message_reply_markup(ann, album[0].message_id, reply_markup=ROWS)
    with pytest.raises(BadRequest, match=exactly("Can't change media type in the album")):
        await bot.edit_message_media(InputMediaDocument(b"x", filename="x.txt"), ann, album[0].message_id)
    edited = await bot.edit_message_media(
        InputMediaPhoto(picture("green")), ann, album[0].message_id, reply_markup=ROWS
    )
    assert edited is not True
    assert edited.media_group_id == album[0].media_group_id
    assert edited.reply_markup is None
    assert [entry.partition(":")[0] for entry in await sim.lint()] == ["album-keyboard"]


async def test_deleted_messages_are_gone(bot: Bot, sim: Simulator, ann: int):
    ids = [(await bot.send_message(ann, str(n))).message_id for n in range(4)]
    assert await bot.delete_message(ann, ids[0])
    with pytest.raises(BadRequest, match=exactly("Message to delete not found")):
        await bot.delete_message(ann, ids[0])
    assert await bot.delete_messages(ann, [ids[0], ids[1], 999])
    assert await bot.delete_message(ann, await sim.say("theirs"))
    assert [message["text"] for message in await sim.transcript()] == ["hello", "2", "3"]
    await sim.post("clock", seconds=49 * 3600)
    with pytest.raises(BadRequest, match=exactly("Message can't be deleted for everyone")):
        await bot.delete_message(ann, ids[2])


async def test_in_groups_only_administrators_delete_what_others_wrote(bot: Bot, sim: Simulator):
    message_id = await sim.say("/hi", chat=-1001)
    with pytest.raises(BadRequest, match=exactly("Message can't be deleted")):
        await bot.delete_message(-1001, message_id)
    await sim.post("member", user=1, chat=-1001, action="promote")
    assert await bot.delete_message(-1001, message_id)
