"""Calls whose answers stay JSON: what arrives at Telegram, and what is made of its refusals."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.metrics import Metrics
from bot.rate_limiter import RateLimiter
from bot.telegram_calls import Calls
from bot.telegram_request import AiohttpRequest

OLD, NEW = -5, -1005


async def answer(request: web.Request) -> web.Response:
    if request.content_type == "application/json":
        said = await request.json()
    else:
        said = {
            name: value if isinstance(value, str) else [value.filename, value.content_type, value.file.read().decode()]
            for name, value in (await request.post()).items()
        }
    if said.get("chat_id") == OLD:
        moved = {"ok": False, "description": "Bad Request", "parameters": {"migrate_to_chat_id": NEW}}
        return web.json_response(moved, status=400)
    if request.match_info["method"] == "refused":
        return web.json_response({"ok": False, "description": "Bad Request: no"}, status=400)
    return web.json_response({"ok": True, "result": said})


@pytest.fixture
async def calls() -> AsyncIterator[Calls]:
    application = web.Application()
    application.router.add_post("/bot1:x/{method}", answer)
    async with TestServer(application) as server, AiohttpRequest(2) as request:
        limiter = RateLimiter(Metrics(), 30)
        yield Calls(ExtBot("1:x", base_url=str(server.make_url("/bot")), request=request, rate_limiter=limiter))


async def test_fields_are_json_and_none_is_left_out(calls):
    media = [{"type": "photo", "media": "AgAC"}, {"type": "photo", "media": "AgAD"}]
    said = {"chat_id": 7, "media": media, "message_thread_id": None}
    assert await calls.make("sendMediaGroup", said) == {"chat_id": 7, "media": media}


async def test_files_go_with_the_fields(calls):
    files = {"document": ("Kleid.png", b"content"), "other": ("no.ending-known", b"more")}
    arrived = await calls.make("sendDocument", {"chat_id": 7}, files, 5.0)
    assert arrived == {
        "chat_id": "7",
        "document": ["Kleid.png", "image/png", "content"],
        "other": ["no.ending-known", "application/octet-stream", "more"],
    }


async def test_refusals_and_supergroups_are_as_in_every_other_call(calls):
    with pytest.raises(BadRequest, match="No"):
        await calls.make("refused", {"chat_id": 7})
    assert await calls.make("sendMessage", {"chat_id": OLD, "text": "red"}) == {"chat_id": NEW, "text": "red"}
