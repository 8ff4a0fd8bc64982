"""The whole bot as it runs for months: by webhook behind a proxy, asked how it is doing, and told of by JSON lines."""

import json
import signal
import socket

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from tests.chat import photos
from tests.conversations.conftest import running
from tests.conversations.test_crash import Process, environment  # noqa: F401  a fixture
from tests.delivery.front import Front


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def front():
    front = Front()
    await front.start()
    yield front
    await front.stop()


@pytest.fixture
def reachable(settings, front):
    """Settings of a bot that is reached by webhook, and that says how it is doing."""
    front.ports = [free_port()]
    return settings.model_copy(
        update={
            "webhook_url": front.url,
            "webhook_secret": SecretStr("secret"),
            "webhook_port": front.ports[0],
            "operations_port": free_port(),
        }
    )


async def test_a_conversation_by_webhook_is_counted_and_timed(ann, http, reachable):
    async with running(reachable):
        assert len(photos(await ann.say("a red dress"))) == 6
        assert len(photos(await ann.say("a red dress"))) == 6  # by file_id now
        assert await ann.tap("2")
        await ann.say("the same in blue")
        await ann.tap("1")
        assert await ann.tap("This is it")
        base = f"http://127.0.0.1:{reachable.operations_port}"
        async with http.get(f"{base}/readyz") as answer:
            assert (answer.status, await answer.json()) == (200, {"ready": True, "trouble": {}})
        async with http.get(f"{base}/metrics") as answer:
            families = text_string_to_metric_families(await answer.text())
    value = {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}
    for stage in ("encode", "search", "render", "send"):
        assert value["pictalk_stage_seconds_count", stage] >= 3
    assert value["pictalk_updates_total", "handled"] == 6
    assert value["pictalk_turns_total", "search"] == 3
    assert value["pictalk_successes_total",] == 1
    assert value["pictalk_turns_to_success_sum",] == 3
    assert value["pictalk_pictures_total", "file_id"] >= 6
    assert value["pictalk_collection_pictures",] == 154


async def test_an_update_that_is_handled_a_second_time_sends_no_picture_again(ann, http, reachable, front, redis):
    async with running(reachable):
        assert len(photos(await ann.say("a red dress"))) == 6
        # As after a crash between the last send and the remembering.
        (handled,) = [name async for name in redis.redis.scan_iter(f"{reachable.redis_prefix}:*:update:*")]
        await redis.redis.delete(handled)
        headers = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
        async with http.post(front.url, data=front.last, headers=headers) as answer:
            assert answer.status == 200
        again = await ann.answer()
        assert photos(again) == []
        (control,) = again
        await ann.tap("2", control["message_id"])
        (card,) = await ann.answer()
        assert photos([card])


async def test_json_lines_hold_no_word_of_a_person(ann, environment, tmp_path, telegram):  # noqa: F811
    bot = Process({**environment, "LOG_FORMAT": "json"}, tmp_path / "log")
    await bot.start()
    ann.timeout_s = 100  # a process begins with loading torch
    await ann.say("a red dress for Violetta")
    await ann.post("faults", method="sendMessage", count=1, kind="500")
    await ann.say("another one for Violetta")
    assert await bot.end(signal.SIGTERM) == 0
    entries = [json.loads(line) for line in bot.log.splitlines()]
    assert all({"time", "level", "logger", "message"} <= set(entry) for entry in entries)
    assert "Violetta" not in bot.log
    assert telegram.token.partition(":")[2] not in bot.log
    telegram.world.calls.clear()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"WEBHOOK_URL": "https://bot.example.org/telegram"}, "needs a WEBHOOK_SECRET"),
        ({"WEBHOOK_URL": "https://bot.example.org/t", "WEBHOOK_SECRET": "two words"}, "letters, digits, _ and - only"),
        ({"WEBHOOK_URL": "bot.example.org", "WEBHOOK_SECRET": "x"}, "WEBHOOK_URL"),
        ({"MESSAGES_PER_SECOND": "0"}, "MESSAGES_PER_SECOND"),
        ({"WEBHOOK_URL": "http://bot.example.org/t", "WEBHOOK_SECRET": "x", "WEBHOOK_PORT": "0"}, "https url"),
    ],
)
async def test_refused_at_the_start_with_one_sentence(environment, tmp_path, changes, sentence):  # noqa: F811
    bot = Process({**environment, "LOG_LEVEL": "ERROR", **changes}, tmp_path / "log")
    await bot.start()
    assert await bot.process.wait() == 2
    assert sentence in bot.log
    assert "Traceback" not in bot.log
    assert len(bot.log.strip().splitlines()) == 1


@pytest.mark.usefixtures("bot")
class TestSending:
    async def test_a_file_id_that_telegram_forgot_is_uploaded_again(self, ann, telegram, redis, key_prefix):
        first = await ann.say("a red dress")
        names = [name async for name in redis.redis.scan_iter(f"{key_prefix}:*file_id*")]
        assert len(names) == 6
        await redis.redis.set(names[0], "AgACAgIAAxkBAAIBQ2dead")
        again = await ann.say("a red dress")
        assert len(photos(again)) == len(photos(first)) == 6
        assert b"dead" not in await redis.redis.get(names[0])
        refused = [call for call in telegram.world.calls.since(0) if call.status >= 400]
        assert len(refused) == 1
        telegram.world.calls.clear()

    async def test_a_group_that_migrates_in_mid_dialog_goes_on_as_a_supergroup(self, ann, http, telegram):
        old, new = -7, -1007
        await ann.post("chat", id=old, title="Friends of hats", members=[1])
        await ann.post("message", chat=old, text="/help")
        await ann.settle()
        await ann.post("message", chat=old, text="/start")
        await ann.post("chat", id=old, migrate_to=new)
        await ann.settle()
        said = (await ann.get("transcript", chat=old))["messages"] + (await ann.get("transcript", chat=new))["messages"]
        assert sum(message["from"] == "bot" for message in said) == 2
        telegram.world.calls.clear()
