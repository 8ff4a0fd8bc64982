"""Whatever a bot sends, the answer is one of the Bot API's, never a crash of the server."""

import json
from typing import Any

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Bot

from bot.local_telegram import LocalTelegram
from bot.local_telegram.methods.table import METHODS
from tests.local_telegram.simulator import Simulator, picture

ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    1,
    2**70,
    1.5,
    "",
    "x",
    "\ud800",
    "http://[",
    "https://a:b",
    [],
    [1],
    [[]],
    {},
    [{}],
    [[{}]],
]
VALUES = st.one_of(st.sampled_from(ODD), st.integers(), st.text(max_size=5))
KEYS = [
    "type", "media", "text", "offset", "length", "message_id", "inline_keyboard", "callback_data", "url", "copy_text",
    "web_app", "style", "chat_id", "user_id", "command", "description", "id", "caption", "caption_entities", "entities",
    "photo_file_id", "emoji", "quote", "parse_mode", "language", "switch_inline_query", "reply_markup",
]  # fmt: skip
OBJECTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)
STRUCTURES = st.one_of(
    VALUES, OBJECTS, st.lists(OBJECTS, max_size=3), st.lists(st.lists(OBJECTS, max_size=2), max_size=2)
)
TYPED = st.fixed_dictionaries(
    {"type": st.sampled_from(["photo", "document", "chat", "chat_member", "emoji"]), "media": st.just("attach://f")},
    optional=dict.fromkeys(KEYS[2:], VALUES),
)
BUTTONS = st.fixed_dictionaries({"text": st.just("x")}, optional=dict.fromkeys(KEYS[7:12], STRUCTURES))
MARKUPS = st.builds(lambda rows: {"inline_keyboard": rows}, st.lists(st.lists(BUTTONS, max_size=2), max_size=2))
PARAMETERS = st.one_of(STRUCTURES, TYPED, st.lists(TYPED, min_size=1, max_size=2), MARKUPS)
QUIET = {"getUpdates", "setWebhook"}  # they wait, or reach out; their parameters have tests of their own


async def test_no_call_crashes_the_server(telegram: LocalTelegram, bot: Bot, sim: Simulator, ann: int):
    sent = await bot.send_photo(ann, picture())
    text = await bot.send_message(ann, "x")
    known = {
        "chat_id": [1, -1001],
        "message_id": [sent.message_id, text.message_id],
        "text": ["x"],
        "photo": ["attach://f"],
    }
    calls: list[tuple[str, dict[str, Any]]] = []

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        method = data.draw(st.sampled_from(sorted({entry.name for entry in METHODS.values()} - QUIET)))
        names = sorted(METHODS[method.lower()].parameters)
        chosen = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=4)) if names else []
        parameters = {name: data.draw(PARAMETERS) for name in chosen}
        for name, values in known.items():
            if name in names and data.draw(st.integers(0, 4)):
                parameters[name] = data.draw(st.sampled_from(values))
        calls.append((method, parameters))

    collect()
    assert len(calls) > 200
    crashed = []
    for method, parameters in calls:
        form = aiohttp.FormData()
        for name, value in parameters.items():
            form.add_field(
                name, value.encode("utf-8", "replace").decode() if isinstance(value, str) else json.dumps(value)
            )
        form.add_field("f", picture(size=(20, 20)), filename="f.jpg")
        async with sim.session.post(f"/bot{telegram.token}/{method}", data=form) as response:
            if response.status not in {200, 400, 403, 404}:
                crashed.append((response.status, method, parameters))
            else:
                assert (await response.json())["ok"] == (response.status == 200)
    assert crashed == []
    for path in ("transcript?chat=1", "calls", "state?user=1", "queue"):
        await sim.get(path)
