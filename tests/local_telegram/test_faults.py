"""Faults on demand, and the optional limits."""

import time
from datetime import timedelta

import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import Forbidden, NetworkError, RetryAfter

from bot.local_telegram import LocalTelegram, Options
from tests.local_telegram.simulator import Simulator, picture


async def test_429_with_the_header(telegram: LocalTelegram, bot: Bot, sim: Simulator, ann: int):
    await sim.post("faults", kind="429", method="sendMessage", retry_after=7, count=2)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ann, "x")
    assert caught.value.retry_after == timedelta(seconds=7)
    async with sim.session.post(f"/bot{telegram.token}/sendMessage", data={"chat_id": 1, "text": "x"}) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        assert (await response.json())["description"] == "Too Many Requests: retry after 7"
    await bot.send_message(ann, "y")
    assert [message["text"] for message in await sim.transcript()] == ["hello", "y"]


@pytest.mark.parametrize("kind", ["500", "502"])
async def test_server_errors(bot: Bot, sim: Simulator, ann: int, kind: str):
    await sim.post("faults", kind=kind, chat=1)
    with pytest.raises(NetworkError):
        await bot.send_message(ann, "x")
    await bot.send_message(ann, "y")


async def test_accepted_then_dropped_is_delivered_all_the_same(bot: Bot, sim: Simulator, ann: int):
    await sim.post("faults", kind="drop", method="sendMediaGroup")
    with pytest.raises(NetworkError):
        await bot.send_media_group(ann, [InputMediaPhoto(picture()), InputMediaPhoto(picture("blue"))])
    assert len(await sim.transcript()) == 3


async def test_a_delay(bot: Bot, sim: Simulator, ann: int):
    await sim.post("faults", kind="delay", seconds=0.2, method="sendMessage")
    began = time.perf_counter()
    await bot.send_message(ann, "x")
    assert time.perf_counter() - began > 0.2


async def test_blocked_for_one_chat_only(bot: Bot, sim: Simulator, ann: int):
    await sim.say("hi", user=2)
    await sim.post("faults", kind="blocked", chat=1, count=1)
    await bot.send_message(2, "x")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(1, "x")


async def test_faults_wait_and_can_be_taken_back(bot: Bot, sim: Simulator, ann: int):
    await sim.post("faults", kind="500", method="*", count=3)
    assert (await sim.get("faults"))["faults"] == [{"kind": "500", "method": "*", "chat": None, "count": 3}]
    await bot.get_updates()  # polls are not meant by *
    await sim.post("reset")
    await sim.say("hello")
    await bot.send_message(ann, "fine")
    assert "The kind is one of" in (await sim.post("faults", 400, kind="earthquake"))["error"]


async def test_limits_are_applied_on_request():
    async with (
        LocalTelegram(options=Options(limits=True)) as telegram,
        Bot(telegram.token, base_url=telegram.base_url) as bot,
    ):
        for _ in range(20):
            await bot.send_message(-1001, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(-1001, "one too many")
        telegram.world.clock.advance(61)
        await bot.send_message(-1001, "x")
