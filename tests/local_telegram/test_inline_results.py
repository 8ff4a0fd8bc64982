"""What answerInlineQuery refuses, and a query that nobody answers."""

import asyncio

import pytest
from telegram import Bot

from tests.local_telegram.simulator import Simulator

ARTICLE = {"type": "article", "id": "a", "title": "Words", "input_message_content": {"message_text": "words"}}


async def answered(bot: Bot, sim: Simulator, **fields: object) -> str:
    """What answerInlineQuery says: the refusal, or nothing."""
    async with sim.session.post(f"/bot{bot.token}/answerInlineQuery", json=fields) as response:
        return (await response.json()).get("description", "")


async def asked(bot: Bot, sim: Simulator) -> tuple[str, asyncio.Task]:
    """An open inline query: its id, and the waiting client."""
    asking = asyncio.create_task(sim.post("inline", user=1, query="red"))
    [update] = await bot.get_updates(timeout=2)
    return update.inline_query.id, asking


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"type": None}, 'Can\'t find field "type"'),
        ({"type": "cinema"}, 'type "cinema" is unsupported'),
        ({"id": ""}, "RESULT_ID_INVALID"),
        ({"id": "x" * 65}, "RESULT_ID_INVALID"),
        ({"title": " "}, "ARTICLE_TITLE_EMPTY"),
        ({"input_message_content": None}, "Message content is not specified"),
        ({"input_message_content": []}, "must be of type Object"),
        ({"input_message_content": {"message_text": ""}}, "message text is empty"),
        ({"input_message_content": {"message_text": "x" * 4097}}, "MESSAGE_TOO_LONG"),
        ({"input_message_content": {"message_text": "<b>", "parse_mode": "HTML"}}, "can't parse entities"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "Text buttons are unallowed"),
        ({"type": "photo", "photo_file_id": "x"}, "wrong remote file identifier"),
        ({"type": "photo", "caption": "x" * 1025}, "MEDIA_CAPTION_TOO_LONG"),
    ],
)
async def test_results_that_are_refused(bot: Bot, sim: Simulator, ann: int, changes, refusal):
    query, asking = await asked(bot, sim)
    assert refusal in await answered(bot, sim, inline_query_id=query, results=[{**ARTICLE, **changes}])
    assert await answered(bot, sim, inline_query_id=query, results=[ARTICLE]) == ""
    assert (await asking)["answer"]["results"] == [ARTICLE]


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"start_parameter": "x"}, 'Can\'t find field "text"'),
        ({"text": " ", "start_parameter": "x"}, "SWITCH_PM_TEXT_EMPTY"),
        ({"text": "Open"}, "START_PARAM_EMPTY"),
        ({"text": "Open", "start_parameter": "a b"}, "START_PARAM_INVALID"),
        ({"text": "Open", "start_parameter": "x" * 65}, "START_PARAM_INVALID"),
    ],
)
async def test_buttons_that_are_refused(bot: Bot, sim: Simulator, ann: int, button, refusal):
    query, asking = await asked(bot, sim)
    for fields, reason in (
        ({"results": [], "button": button}, refusal),
        ({"results": [ARTICLE, ARTICLE]}, "RESULT_ID_DUPLICATE"),
        ({"results": [{**ARTICLE, "id": str(n)} for n in range(51)]}, "too many inline query results"),
        ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
    ):
        assert reason in await answered(bot, sim, inline_query_id=query, **fields)
    assert await answered(bot, sim, inline_query_id=query, results=[]) == ""
    assert (await asking)["answer"]["results"] == []


async def test_a_query_that_nobody_answers_is_noted(bot: Bot, sim: Simulator, ann: int):
    _, asking = await asked(bot, sim)
    assert (await asking)["answer"] is None
    assert [entry for entry in await sim.lint() if entry.startswith("inline-unanswered")]
