"""getUpdates: confirmation, redelivery, conflicts, filters, expiry."""

import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict

from bot.local_telegram import LocalTelegram
from bot.local_telegram.clock import Clock
from bot.local_telegram.updates import UpdateQueue
from tests.local_telegram.simulator import Simulator, exactly


async def texts(bot: Bot, **parameters) -> list[str]:
    return [update.message.text for update in await bot.get_updates(**parameters) if update.message]


async def test_unconfirmed_updates_are_given_again(bot: Bot, sim: Simulator):
    for text in ("a", "b", "c"):
        await sim.say(text)
    first = await bot.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["a", "b"]
    assert await texts(bot) == ["a", "b", "c"]
    assert await texts(bot, offset=first[1].update_id) == ["b", "c"]
    assert await texts(bot, offset=first[1].update_id + 1) == ["c"]
    assert len((await sim.get("queue"))["updates"]) == 1
    assert await texts(bot, offset=first[1].update_id + 2) == []


async def test_a_negative_offset_keeps_the_last_ones(bot: Bot, sim: Simulator):
    for text in ("a", "b", "c"):
        await sim.say(text)
    assert await texts(bot, offset=-2) == ["b", "c"]
    assert await texts(bot) == ["b", "c"]


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, sim: Simulator):
    poll = asyncio.create_task(texts(bot, timeout=20))
    await asyncio.sleep(0.05)
    await sim.say("at last")
    assert await asyncio.wait_for(poll, 2) == ["at last"]
    assert await texts(bot, offset=-1, timeout=0) == ["at last"]


async def test_update_ids_rise_over_a_restart():
    first, second = Clock(), Clock()
    second.advance(5)
    assert UpdateQueue(first).push("message", {}, "chat:1") < UpdateQueue(second).push("message", {}, "chat:1")


async def test_the_older_of_two_polls_gets_a_conflict(telegram: LocalTelegram, bot: Bot, sim: Simulator):
    refusal = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    async with Bot(telegram.token, base_url=telegram.base_url) as second:
        older = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.05)
        newer = asyncio.create_task(texts(second, timeout=20))
        with pytest.raises(Conflict, match=exactly(refusal)):
            await older
        await sim.say("hi")
        assert await newer == ["hi"]


async def test_allowed_updates_act_on_what_is_new_and_stick(bot: Bot, sim: Simulator):
    await sim.say("before")
    assert await texts(bot, allowed_updates=["callback_query"]) == ["before"]
    await sim.say("filtered out")
    assert await texts(bot) == ["before"]
    await bot.get_updates(allowed_updates=[])
    await sim.say("after")
    assert await texts(bot) == ["before", "after"]


async def test_reactions_have_to_be_asked_for(bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_message(ann, "nice?")
    await sim.post("reaction", user=1, message_id=sent.message_id, emoji="👍")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=["message_reaction"])
    await sim.post("reaction", user=1, message_id=sent.message_id, emoji="🔥")
    [update] = await bot.get_updates()
    assert update.message_reaction
    assert [reaction.emoji for reaction in update.message_reaction.new_reaction] == ["🔥"]
    assert (await sim.message(sent.message_id))["reactions"] == {"1": ["🔥"]}


async def test_updates_expire(bot: Bot, sim: Simulator, ann: int):
    rows = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
    sent = await bot.send_message(ann, "tap", reply_markup=rows)
    await sim.tap(sent.message_id, "x")
    await sim.say("later")
    assert len((await sim.get("queue"))["updates"]) == 2
    await sim.post("clock", seconds=151)
    assert await texts(bot) == ["later"]
    await sim.post("clock", seconds=24 * 3600)
    assert await bot.get_updates() == ()


async def test_an_update_on_demand_comes_twice(bot: Bot, sim: Simulator):
    await sim.post("faults", kind="duplicate", method="getUpdates", count=1)
    await sim.say("once")
    [first] = await bot.get_updates()
    [second] = await bot.get_updates(offset=first.update_id + 1)
    assert (second.update_id, second.message.text) == (first.update_id, "once")
    assert await bot.get_updates(offset=first.update_id + 1) == ()


async def test_a_poller_that_was_killed_is_no_refusal(telegram: LocalTelegram, bot: Bot, sim: Simulator):
    poll = asyncio.create_task(sim.session.post(f"/bot{telegram.token}/getUpdates", data={"timeout": 20}))
    await asyncio.sleep(0.05)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    await asyncio.sleep(0.05)
    await bot.get_updates()
    assert telegram.problems() == []
