"""Webhooks: delivery, secret, order, repetition, answers that carry a method."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from tests.local_telegram.simulator import Simulator, exactly


class Receiver:
    """A bot's webhook: keeps what it gets and answers as told."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.arrived = asyncio.Condition()
        self.secrets: list[str | None] = []
        self.respond: Callable[[dict[str, Any]], web.Response] = lambda update: web.Response()
        self.delay_s = 0.0
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await asyncio.sleep(self.delay_s)
        async with self.arrived:
            self.got.append(update)
            self.arrived.notify_all()
        return self.respond(update)

    async def wait(self, count: int) -> list[str]:
        async with asyncio.timeout(3), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_posted_with_the_secret(bot: Bot, sim: Simulator, receiver: Receiver):
    await sim.say("waited")
    await bot.set_webhook(receiver.url, secret_token="s3cret_-")
    await sim.say("new")
    assert await receiver.wait(2) == ["waited", "new"]
    assert receiver.secrets == ["s3cret_-", "s3cret_-"]
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await sim.say("polled")
    assert [update.message.text for update in await bot.get_updates() if update.message] == ["polled"]


async def test_one_at_a_time_in_a_chat_and_chats_side_by_side(bot: Bot, sim: Simulator, receiver: Receiver):
    receiver.delay_s = 0.1
    await bot.set_webhook(receiver.url)
    for text in ("1a", "1b"):
        await sim.say(text)
    await sim.say("2a", user=2)
    order = await receiver.wait(3)
    assert order.index("1a") < order.index("1b")
    assert order.index("2a") < order.index("1b")


async def test_a_refused_update_is_repeated(bot: Bot, sim: Simulator, receiver: Receiver):
    receiver.respond = lambda update: web.Response(status=200 if len(receiver.got) > 2 else 500)
    await bot.set_webhook(receiver.url)
    await sim.say("again")
    await sim.say("then")
    assert await receiver.wait(4) == ["again", "again", "again", "then"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert info.pending_update_count == 0


async def test_an_answer_can_carry_a_method(bot: Bot, sim: Simulator, receiver: Receiver):
    receiver.respond = lambda update: web.json_response({"method": "sendMessage", "chat_id": 1, "text": "at once"})
    await bot.set_webhook(receiver.url)
    await sim.say("hi")
    await receiver.wait(1)
    await sim.say("a second one, which waits for the first", user=1)
    await receiver.wait(2)
    assert (await sim.transcript())[1]["text"] == "at once"


async def test_pending_updates_can_be_dropped(bot: Bot, sim: Simulator, receiver: Receiver):
    await sim.say("old")
    await bot.set_webhook(receiver.url, drop_pending_updates=True)
    await sim.say("new")
    assert await receiver.wait(1) == ["new"]


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"url": "http://example.org"}, "Bad webhook: an https url must be provided for webhook"),
        (
            {"url": "https://example.org:1234"},
            "Bad webhook: webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "", "secret_token": "x" * 257}, "Secret token is too long"),
        ({"url": "", "secret_token": "ä"}, "Secret token contains unallowed characters"),
    ],
)
async def test_refused_webhooks(bot: Bot, parameters: dict, refusal: str):
    with pytest.raises(BadRequest, match=exactly(refusal)):
        await bot.set_webhook(**parameters)
