"""/healthz, /readyz and /metrics over real HTTP."""

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.http_server import PortTaken
from bot.ledger import Entry
from bot.metrics import Metrics, turns_taken
from bot.notices import Notice
from bot.operations import Operations
from bot.requests import AcceptItem, NextPage, Refuse, Search
from bot.turns import Dialog, Turn
from retrieval.query import TextQuery
from storage.redis_client import connect
from tests.redis_server import kill, start_again


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


async def get(http, port: int, path: str):
    async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


async def test_ready_between_start_and_stop_only(http, metrics):
    operations = Operations(metrics)
    async with operations.serve("127.0.0.1", 0) as port:
        assert await get(http, port, "/healthz") == (200, "ok\n")
        assert await get(http, port, "/readyz") == (503, {"ready": False, "trouble": {"phase": "starting"}})
        operations.started()
        assert await get(http, port, "/readyz") == (200, {"ready": True, "trouble": {}})
        operations.stopping()
        assert await get(http, port, "/readyz") == (503, {"ready": False, "trouble": {"phase": "stopping"}})
        assert await get(http, port, "/healthz") == (200, "ok\n")
        assert (await get(http, port, "/"))[0] == 404


async def test_not_ready_while_redis_is_away(http, metrics, own_redis_server, tmp_path):
    operations = Operations(metrics)
    async with (
        await connect(f"unix://{own_redis_server.socket_path}", tmp_path) as redis,
        operations.serve("127.0.0.1", 0) as port,
    ):

        async def answers() -> None:
            await redis.ping()

        operations.check("redis", answers)
        operations.started()
        assert (await get(http, port, "/readyz"))[0] == 200
        kill(own_redis_server)
        status, body = await get(http, port, "/readyz")
        assert status == 503
        assert "Redis does not answer" in body["trouble"]["redis"]
        await asyncio.to_thread(start_again, own_redis_server)
        assert (await get(http, port, "/readyz"))[0] == 200


async def test_metrics_can_be_read_by_prometheus(http, metrics):
    metrics.searched({"encode": 12.0, "search": 3.0})
    metrics.updates.labels("handled").inc()
    metrics.watch("queue_length", "Waiting.", lambda: 7)
    async with Operations(metrics).serve("127.0.0.1", 0) as port:
        _, text = await get(http, port, "/metrics")
    found = {sample.name: sample for each in text_string_to_metric_families(text) for sample in each.samples}
    assert found["pictalk_queue_length"].value == 7
    assert found["pictalk_updates_total"].labels == {"outcome": "handled"}
    assert found["process_resident_memory_bytes"].value > 0
    assert 'pictalk_stage_seconds_sum{stage="encode"} 0.012' in text


async def test_a_port_that_is_taken_is_said_in_a_sentence(metrics):
    async with Operations(metrics).serve("127.0.0.1", 0) as port:
        with pytest.raises(PortTaken, match=f"port {port}"):
            async with Operations(metrics).serve("127.0.0.1", port):
                pass


def turn(number: int, base: int | None = None) -> Turn:
    return Turn(number, (Entry("red", TextQuery("red")),), base=base)


def test_turns_to_success_are_those_that_led_there():
    dialog = Dialog((turn(1), turn(2, base=1), turn(3), turn(4, base=2)), last_number=4, current=4)
    assert turns_taken(dialog) == 3
    assert turns_taken(Dialog()) == 1
    assert turns_taken(Dialog((turn(3),), 3, 3)) == 1
    assert turns_taken(Dialog((turn(3, base=1),), 3, 3)) == 1  # what came before is forgotten


def test_turns_pages_and_successes_are_counted(metrics):
    dialog = Dialog((turn(1), turn(2, base=1)), last_number=2, current=2)
    taken = AcceptItem("a", None, turn(2))
    for request in (Search(turn(1)), Search(turn(2)), NextPage(turn(2)), Refuse(Notice.EXPIRED), taken):
        metrics.advanced(request, dialog)
    value = metrics.registry.get_sample_value
    assert value("pictalk_turns_total", {"kind": "search"}) == 2
    assert value("pictalk_turns_total", {"kind": "page"}) == 1
    assert value("pictalk_successes_total") == 1
    assert value("pictalk_turns_to_success_sum") == 2
