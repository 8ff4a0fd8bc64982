"""Updates by webhook over real HTTP: answered when handled, acted on once, and nothing let in without the secret."""

import asyncio
import io
import logging
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from bot.metrics import Metrics
from bot.webhook import MAX_BODY_BYTES, SECRET_HEADER
from storage.redis_client import connect
from tests.chat import words
from tests.delivery.conftest import GROUP, SECRET
from tests.delivery.replica import echoing
from tests.redis_server import kill


def said(messages):
    return [message["text"] for message in messages if message["from"] == "bot"]


def update(update_id: int, text: str = "hello", chat: int = GROUP) -> dict:
    person = {"id": 1, "is_bot": False, "first_name": "Ann"}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "supergroup"}, "from": person, "text": text}
    return {"update_id": update_id, "message": message}


async def post(http, port: int, secret: str | None = SECRET, **body) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with http.post(f"http://127.0.0.1:{port}/telegram", headers=headers, **body) as answer:
        return answer.status


async def test_messages_are_answered_and_what_waited_is_not_dropped(ann, front, webhook):
    await ann.post("message", text="before the start")
    async with echoing(webhook) as receiver:
        front.ports = [receiver.port]
        await ann.post("message", text="then")
        assert said(await ann.answer()) == ["before the start", "then"]


async def test_telegram_is_answered_only_when_the_update_is_handled(ann, front, webhook):
    async with echoing(webhook, pause_s=0.3) as receiver:
        front.ports = [receiver.port]
        await ann.post("message", text="slow")
        await asyncio.sleep(0.1)
        assert (await ann.get("queue"))["updates"]
        assert said(await ann.answer()) == ["slow"]


async def test_back_to_polling_takes_the_webhook_away(ann, front, webhook, polling):
    async with echoing(webhook) as receiver:
        front.ports = [receiver.port]
        await ann.say("by webhook")
    await ann.post("message", text="in between")
    async with echoing(polling):
        assert said(await ann.answer()) == ["in between"]


@pytest.mark.parametrize(
    ("secret", "body", "status", "reason"),
    [
        (None, {"json": update(1)}, 403, "secret"),
        ("", {"json": update(1)}, 403, "secret"),
        (SECRET[:-1], {"json": update(1)}, 403, "secret"),
        (SECRET + "é", {"json": update(1)}, 403, "secret"),
        (SECRET, {"data": b""}, 400, "garbage"),
        (SECRET, {"data": b"\xff\xfe{"}, 400, "garbage"),
        (SECRET, {"data": b"[" * 100_000}, 400, "garbage"),
        (SECRET, {"json": ["update_id"]}, 400, "garbage"),
        (SECRET, {"json": {"update_id": "1"}}, 400, "garbage"),
        (SECRET, {"json": {"update_id": True}}, 400, "garbage"),
        (SECRET, {"data": io.BytesIO(b" " * (MAX_BODY_BYTES + 1))}, 413, "size"),
        ("wrong", {"data": io.BytesIO(b" " * (MAX_BODY_BYTES + 1))}, 403, "secret"),
    ],
)
async def test_refused_with_one_line_in_the_log(group, http, webhook, caplog, secret, body, status, reason):
    caplog.set_level(logging.INFO)
    metrics = Metrics()
    async with echoing(webhook, metrics=metrics) as receiver:
        caplog.clear()
        assert await post(http, receiver.port, secret, **body) == status
        (line,) = [record for record in caplog.records if record.name.startswith("bot.")]
        assert "refused" in line.message
        assert "hello" not in line.message
        assert metrics.registry.get_sample_value("pictalk_webhook_refused_total", {"reason": reason}) == 1
        assert await post(http, receiver.port, json=update(7, "still here")) == 200
        assert said(await group.transcript()) == ["still here"]


async def test_an_update_that_cannot_be_understood_is_passed_over_for_good(http, webhook):
    async with echoing(webhook) as receiver:
        assert await post(http, receiver.port, json={"update_id": 5, "message": {"chat": 7}}) == 200


async def test_the_same_update_given_to_two_replicas_at_once_is_acted_on_once(group, http, webhook):
    async with AsyncExitStack() as stack:
        ports = [(await stack.enter_async_context(echoing(webhook, pause_s=0.05))).port for _ in range(2)]
        calls = [
            post(http, ports[number % 2], json=update(100 + number // 4, f"{number // 4}")) for number in range(40)
        ]
        assert set(await asyncio.gather(*calls)) == {200}
    assert sorted(said(await group.transcript())) == sorted(str(number) for number in range(10))


async def test_no_chat_waits_for_another_one(group, http, webhook):
    await group.post("chat", id=-1002)
    async with echoing(webhook, pause_s=0.3) as receiver:
        updates = [update(1, "first"), update(2, "second"), update(3, "elsewhere", chat=-1002)]
        calls = [asyncio.create_task(post(http, receiver.port, json=each)) for each in updates]
        await asyncio.wait({calls[2]})
        assert not calls[1].done()
        assert await asyncio.gather(*calls) == [200, 200, 200]
    assert said(await group.transcript()) == ["first", "second"]


async def test_while_redis_is_away_the_person_is_told_once_and_answered_later(
    ann, front, webhook, own_redis_server, eventually
):
    url = SecretStr(f"unix://{own_redis_server.socket_path}")
    async with echoing(webhook.model_copy(update={"redis_url": url})) as receiver:
        front.ports = [receiver.port]
        await ann.say("before")
        kill(own_redis_server)
        await ann.post("message", text="meanwhile")

        async def told() -> bool:
            return "later" in words(await ann.transcript())

        await eventually(told)
        await asyncio.to_thread(own_redis_server.join)
        await ann.settle()
        assert said(await ann.transcript()) == ["before", "later", "meanwhile"]


async def test_no_lock_is_left_behind(http, webhook, redis_url, tmp_path):
    async with echoing(webhook) as receiver, await connect(redis_url, tmp_path) as redis:
        assert await post(http, receiver.port, json=update(1)) == 200
        assert [key async for key in redis.redis.scan_iter(f"{webhook.redis_prefix}:*lock*")] == []
