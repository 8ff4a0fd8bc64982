"""Polling against a Bot API whose answers the test gives one by one."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot, Update

from bot.delivery import Answer, Delivery
from bot.metrics import Metrics
from bot.polling import Polling

TOKEN = "1:SECRET"


class Handled:
    """Remembers nothing, so that what comes twice is seen twice."""

    async def handled(self, update_id: int) -> bool:
        return False

    async def remember(self, update_id: int) -> None:
        return


class Api:
    """What is asked for, and the answers to it; without one a call waits."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self.answers: asyncio.Queue[list[dict[str, object]]] = asyncio.Queue()

    async def get_updates(self, request: web.Request) -> web.Response:
        self.asked.put_nowait(dict(request.query))
        return web.json_response({"ok": True, "result": await self.answers.get()})

    def give(self, *numbers: int) -> None:
        self.answers.put_nowait([text(number) for number in numbers])


def text(number: int) -> dict[str, object]:
    chat = {"id": number, "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "text": "red"}}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api()
    application = web.Application()
    application.router.add_post(f"/bot{TOKEN}/getUpdates", api.get_updates)
    async with TestServer(application) as server:
        api.url = str(server.make_url("/bot"))
        yield api


async def test_what_was_confirmed_while_an_answer_was_on_its_way_is_not_taken_again(api):
    taken: list[int] = []
    first_may_end, second_ended = asyncio.Event(), asyncio.Event()

    async def handle(update: Update) -> None:
        taken.append(update.update_id)
        if update.update_id == 1:
            await first_may_end.wait()
        else:
            second_ended.set()

    async def prepare(update: Update) -> Answer:
        return partial(handle, update)

    delivery = Delivery(Handled(), prepare, handle, Metrics())
    polling = Polling(Bot(TOKEN, base_url=api.url), delivery)
    running = asyncio.create_task(polling.run())

    assert "offset" not in await api.asked.get()
    api.give(1)
    asked = await api.asked.get()  # while the first is open, so that it would come again
    assert "offset" not in asked
    assert "message" in json.loads(asked["allowed_updates"])
    first_may_end.set()
    await delivery.drain()
    api.give(1, 2)
    await second_ended.wait()
    assert (await api.asked.get())["offset"] == "3"
    assert taken == [1, 2]

    polling.stop()
    api.give()
    assert (await api.asked.get())["offset"] == "3", "the last ones are confirmed"
    api.give()
    await running
