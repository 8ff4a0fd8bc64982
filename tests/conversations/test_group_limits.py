"""Twenty messages a minute, as Telegram counts them in a group: a turn costs one."""

from collections.abc import AsyncIterator

import pytest

from bot.local_telegram import LocalTelegram
from bot.local_telegram.world import Options
from tests.chat import photos
from tests.conversations.conftest import GROUP, running


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    """A local Telegram that counts."""
    async with LocalTelegram(port=0, options=Options(limits=True)) as server:
        yield server


async def test_sixteen_turns_of_two_people_go_out_without_a_wait_or_a_refusal(ann, ben, settings):
    ann.chat = ben.chat = GROUP
    async with running(settings.model_copy(update={"send_limits": True})):
        for text in ("a red dress", "a blue hat", "a black bag", "a white shirt"):
            for person in (ann, ben):
                (collage,) = photos([(await person.say(f"/find {text}"))[-1]])
                await person.tap("More", collage["message_id"])
    calls = [call for call in await ann.calls() if call["method"] == "sendPhoto"]
    assert len(calls) == 16
    assert {call["status"] for call in calls} == {200}
