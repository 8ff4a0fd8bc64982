"""The sending limits: what a call costs, how long it waits, and what Telegram's refusals lead to."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest, RetryAfter

from bot.application import build_application
from bot.local_telegram import LocalTelegram
from bot.metrics import Metrics
from bot.rate_limiter import GROUP_MESSAGES, RateLimiter, Window, cost_of
from tests.delivery.conftest import GROUP
from tests.local_telegram.simulator import picture


@pytest.mark.parametrize(
    ("endpoint", "data", "cost"),
    [
        ("sendMessage", {}, 1),
        ("sendMediaGroup", {"media": [1, 2, 3]}, 3),
        ("sendMediaGroup", {"media": ()}, 0),
        ("sendPhoto", {"media": [1, 2]}, 1),
        ("forwardMessages", {"message_ids": [1, 2]}, 2),
        ("editMessageText", {}, 1),
        ("answerCallbackQuery", {}, 0),
        ("sendChatAction", {}, 0),
        ("deleteMessage", {}, 0),
        ("getFile", {}, 0),
    ],
)
def test_what_a_call_costs(endpoint, data, cost):
    assert cost_of(endpoint, data) == cost


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 10)), max_size=40),
    st.sampled_from([(20, 60.0), (30, 1.0), (10, 5.0)]),
)
def test_no_stretch_of_time_ever_holds_more_than_the_window_allows(calls, limit):
    most, seconds = limit
    window, now, sent = Window(most, seconds), 0.0, []
    for pause, cost in calls:
        now += pause
        now += window.wait_s(now, cost)
        assert window.wait_s(now, cost) <= 1e-6
        window.take(now, cost)
        sent.append((now, cost))
    for (first, _), (last, _) in itertools.combinations_with_replacement(sent, 2):
        if last - first < seconds - 1e-6:
            assert sum(cost for at, cost in sent if first <= at <= last) <= most


def test_a_window_makes_nobody_wait_while_there_is_room():
    window = Window(20, 60.0)
    window.take(0.0, 7)
    window.take(1.0, 7)
    assert window.wait_s(2.0, 6) == 0
    assert window.wait_s(2.0, 7) == pytest.approx(58.0)
    assert window.wait_s(61.5, 20) == 0


async def test_a_slow_bot_still_sends_whole_albums(ann, telegram, metrics):
    await ann.post("message", text="/start")
    async with build_application(telegram.token, telegram.url, RateLimiter(metrics, 1)) as application:
        album = [InputMediaPhoto(picture(size=(9, 9 + n))) for n in range(10)]
        assert len(await application.bot.send_media_group(1, album)) == 10


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def bot(telegram: LocalTelegram, metrics: Metrics) -> AsyncIterator[Bot]:
    """A bot that keeps to the limits."""
    async with build_application(telegram.token, telegram.url, RateLimiter(metrics, 30)) as application:
        yield application.bot


async def counted(telegram: LocalTelegram, method: str) -> int:
    return sum(call.method.lower() == method.lower() for call in telegram.world.calls.since(0))


async def test_a_group_that_is_full_waits_while_taps_and_other_chats_are_answered(ann, group, telegram, bot):
    await ann.post("message", text="/start")
    for _ in range(GROUP_MESSAGES - 6):
        message = await bot.send_message(GROUP, "counts one")
    album = asyncio.create_task(
        bot.send_media_group(GROUP, [InputMediaPhoto(picture(size=(9, 9 + n))) for n in range(7)])
    )
    late = asyncio.create_task(bot.send_message(GROUP, "behind the album, though it would fit"))
    try:
        with pytest.raises(BadRequest, match="too old"):  # it got there at once, and that is what counts here
            await bot.answer_callback_query("1")
        await bot.send_chat_action(GROUP, "typing")
        await bot.send_message(1, "another chat")
        await message.edit_text("an edit is no new message")
        assert not album.done()
        assert not late.done()
        assert await counted(telegram, "sendMediaGroup") == 0
        assert await counted(telegram, "sendMessage") == GROUP_MESSAGES - 6 + 1
    finally:
        for task in (album, late):
            task.cancel()
        await asyncio.gather(album, late, return_exceptions=True)


async def test_retry_after_holds_that_chat_alone_and_the_message_is_sent_once(ann, telegram, bot, metrics, eventually):
    await ann.post("message", text="/start")
    await ann.post("faults", kind="429", method="sendMessage", chat=1, retry_after=1)
    refused = asyncio.create_task(bot.send_message(1, "refused at first"))

    async def was_refused() -> bool:
        return metrics.registry.get_sample_value("pictalk_refused_calls_total") == 1

    await eventually(was_refused)
    await bot.send_message(GROUP, "meanwhile")
    assert not refused.done()
    await refused
    assert [message["text"] for message in await ann.transcript()][1:] == ["refused at first"]


async def test_a_call_that_is_refused_again_and_again_fails_in_the_end(ann, bot, metrics):
    await ann.post("message", text="/start")
    await ann.post("faults", kind="429", method="sendMessage", count=9, retry_after=0)
    with pytest.raises(RetryAfter):
        await bot.send_message(1, "never")
    assert metrics.registry.get_sample_value("pictalk_refused_calls_total") == 4


async def test_an_answer_to_a_tap_is_not_tried_again_when_it_would_be_too_late(ann, bot, metrics):
    await ann.post("faults", kind="429", method="answerCallbackQuery", count=9, retry_after=5, chat=None)
    with pytest.raises(RetryAfter):
        await bot.answer_callback_query("1")
    assert metrics.registry.get_sample_value("pictalk_refused_calls_total") == 1


async def test_what_is_for_a_group_that_migrated_goes_to_the_supergroup(ann, bot):
    await ann.post("chat", id=-5, title="Old")
    await ann.post("chat", id=-5, migrate_to=-1005)
    for text in ("first", "second"):
        message = await bot.send_message(-5, text)
        assert message.chat_id == -1005
    refusals = [call for call in await ann.calls() if call["status"] >= 400]
    assert len(refusals) == 1  # asked once, known from then on


async def test_under_telegrams_own_limits_every_message_arrives_once(ann, telegram, bot):
    telegram.world.limiter._enabled = True  # refuses the 21st message of a minute in a group, and the 31st of a second
    chats = (GROUP, -1002, -1003)
    for chat in chats[1:]:
        await ann.post("chat", id=chat)
    texts = [str(number) for number in range(15)]
    await asyncio.gather(*(bot.send_message(chat, text) for text in texts for chat in chats))
    for chat in chats:
        messages = (await ann.get("transcript", chat=chat))["messages"]
        assert sorted(message["text"] for message in messages) == sorted(texts)
    # On the way to Telegram calls can bunch up, so that a few are refused all the same.
    assert sum(call["status"] == 429 for call in await ann.calls()) <= 15
