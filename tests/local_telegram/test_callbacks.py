"""Taps: what the bot gets, what the person sees, and what happens when nobody answers."""

import asyncio

import pytest
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest

from tests.local_telegram.simulator import Simulator, exactly, picture

ROWS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("One", callback_data="v1:1"), InlineKeyboardButton("Site", url="https://example.org")]]
)
TOO_OLD = "Query is too old and response timeout expired or query id is invalid"


async def tapped(bot: Bot) -> CallbackQuery:
    updates = await bot.get_updates(timeout=2)
    query = updates[-1].callback_query
    await bot.get_updates(offset=updates[-1].update_id + 1)
    assert query
    return query


async def test_a_tap_waits_for_its_answer(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "choose", reply_markup=ROWS)
    tap = asyncio.create_task(sim.tap(sent.message_id, "One"))
    query = await tapped(bot)
    assert query.data == "v1:1"
    assert query.from_user.id == 1
    assert query.message
    assert query.message.message_id == sent.message_id
    assert not tap.done()
    await query.answer("Noted", show_alert=True)
    assert await tap == {"text": "Noted", "alert": True}
    with pytest.raises(BadRequest, match=exactly(TOO_OLD)):
        await query.answer()


async def test_an_empty_answer_shows_nothing(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "choose", reply_markup=ROWS)
    tap = asyncio.create_task(sim.tap(sent.message_id, "One"))
    await (await tapped(bot)).answer()
    assert await tap == {"text": None, "alert": False}
    assert await sim.lint() == []


async def test_a_tap_that_nobody_answers_is_linted_and_can_no_longer_be_answered(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "choose", reply_markup=ROWS)
    tap = asyncio.create_task(sim.tap(sent.message_id, "One"))
    query = await tapped(bot)
    assert await tap is None
    assert [entry.partition(":")[0] for entry in await sim.lint()] == ["callback-unanswered"]
    with pytest.raises(BadRequest, match=exactly(TOO_OLD)):
        await query.answer()


async def test_what_cannot_be_tapped(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "choose", reply_markup=ROWS)
    await sim.post("tap", 404, user=1, chat=1, message_id=99, button="One")
    await sim.post("tap", 404, user=1, chat=1, message_id=sent.message_id, button="Two")
    assert await sim.tap(sent.message_id, "Site") == {"text": None, "alert": False}


async def test_a_long_toast_and_an_unknown_query(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "choose", reply_markup=ROWS)
    tap = asyncio.create_task(sim.tap(sent.message_id, "One"))
    query = await tapped(bot)
    with pytest.raises(BadRequest, match=exactly("Message_too_long")):
        await query.answer("x" * 201)
    await query.answer("x" * 200)
    assert (await tap or {})["text"] == "x" * 200
    with pytest.raises(BadRequest, match=exactly(TOO_OLD)):
        await bot.answer_callback_query("12345")


async def test_a_tap_in_a_group_names_the_person(bot: Bot, sim: Simulator):
    sent = await bot.send_message(-1001, "choose", reply_markup=ROWS)
    tap = asyncio.create_task(sim.tap(sent.message_id, "One", user=3, chat=-1001))
    query = await tapped(bot)
    assert (query.from_user.first_name, query.from_user.language_code) == ("Chloé", "de")
    await query.answer()
    assert await tap


async def test_reset_ends_a_tap(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "choose", reply_markup=ROWS)
    tap = asyncio.create_task(sim.tap(sent.message_id, "One"))
    await tapped(bot)
    await sim.post("reset")
    assert await asyncio.wait_for(tap, 0.3) is None
    assert await sim.transcript() == []


async def test_inline_mode(bot: Bot, sim: Simulator, ann: int):
    photo = await bot.send_photo(ann, picture())
    asking = asyncio.create_task(sim.post("inline", user=1, query="red"))
    [update] = await bot.get_updates(timeout=2)
    assert update.inline_query
    await update.inline_query.answer(
        [
            InlineQueryResultCachedPhoto("p", photo.photo[-1].file_id, caption="Red", reply_markup=ROWS),
            InlineQueryResultArticle("a", "Words", InputTextMessageContent("<b>words</b>", parse_mode="HTML")),
        ],
        next_offset="2",
    )
    answered = await asking
    assert [result["id"] for result in answered["answer"]["results"]] == ["p", "a"]
    chosen = await sim.post("choose", user=1, chat=1, query_id=answered["query_id"], result_id="p")
    shown = await sim.message(chosen["message_id"])
    assert (shown["from"], shown["caption"], shown["via_bot"]) == ("user", "Red", True)
    updates: tuple[Update, ...] = await bot.get_updates(offset=update.update_id + 1)
    [result] = [update.chosen_inline_result for update in updates if update.chosen_inline_result]
    assert (result.result_id, result.inline_message_id) == ("p", chosen["inline_message_id"])
    assert await bot.edit_message_caption(caption="New", inline_message_id=result.inline_message_id) is True
    assert (await sim.message(chosen["message_id"]))["caption"] == "New"
