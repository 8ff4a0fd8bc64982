"""Calls of the Bot API over aiohttp: what comes back, and what python-telegram-bot is told when nothing does."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import InputFile
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram_request import AiohttpRequest

TOKEN = "1:SECRET"


async def answer(request: web.Request) -> web.StreamResponse:
    match request.match_info["method"]:
        case "slow":
            await asyncio.sleep(5)
        case "refused":
            return web.json_response({"ok": False, "description": "Bad Request: no"}, status=400)
        case "broken" if request.transport is not None:
            request.transport.abort()
    fields = {"asked_for": request.host}
    for name, value in (await request.post()).items():
        fields[name] = value if isinstance(value, str) else [value.filename, value.file.read().decode()]
    return web.json_response({"ok": True, "result": fields})


@pytest.fixture
async def url() -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/{tail:(.*/)?}{method}", answer)
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(2, read_timeout_s=0.3) as request:
        yield request


async def test_parameters_and_files_arrive(url: str, request_: AiohttpRequest) -> None:
    file = InputFile(b"content", filename='Kleid "grün".txt', attach=True)
    data = RequestData([RequestParameter("chat_id", 7, None), RequestParameter("document", file.attach_uri, [file])])

    found = await request_.post(f"{url}/sendDocument", data)

    assert found["chat_id"] == "7"
    assert found[file.attach_name][1] == "content"
    assert "grün" in found[file.attach_name][0]


async def test_telegrams_refusals_are_what_they_were(url: str, request_: AiohttpRequest) -> None:
    with pytest.raises(BadRequest, match="No"):
        await request_.post(f"{url}/refused")


async def test_no_answer_in_time_and_a_broken_connection(url: str, request_: AiohttpRequest) -> None:
    with pytest.raises(TimedOut):
        await request_.post(f"{url}/slow")
    with pytest.raises(NetworkError):
        await request_.post(f"{url}/broken")


async def test_nobody_there_is_told_without_the_token(request_: AiohttpRequest) -> None:
    with pytest.raises(NetworkError) as refused:
        await request_.post(f"http://127.0.0.1:1/bot{TOKEN}/getMe")

    assert TOKEN not in str(refused.value)


async def test_it_must_be_opened(url: str) -> None:
    with pytest.raises(RuntimeError, match="initialised"):
        await AiohttpRequest(1).do_request(f"{url}/getMe", "POST")


async def test_proxies_come_from_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", url)
    monkeypatch.setenv("no_proxy", "elsewhere.test")
    async with AiohttpRequest(1) as request:
        assert (await request.post("http://somewhere.test/botTOKEN/getMe"))["asked_for"] == "somewhere.test"
        with pytest.raises(NetworkError):
            await request.post("http://elsewhere.test/botTOKEN/getMe")
