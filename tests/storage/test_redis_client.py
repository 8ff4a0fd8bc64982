import asyncio
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from storage.dialogs import DialogStore, Stored
from storage.errors import StorageUnavailable
from storage.file_ids import FileIds
from storage.locks import Lock
from storage.redis_client import connect
from storage.updates import UpdateLog
from tests.redis_server import kill, start_again


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://localhost", "redis://user:sesame@localhost:port", "redis://:sesame@[::1"]
)
async def test_an_address_that_is_none_is_refused_without_telling_the_password(url):
    with pytest.raises(StorageUnavailable) as refusal:
        await connect(url, Path())
    assert "sesame" not in str(refusal.value)


async def test_nobody_there_is_said_within_seconds_and_without_the_password():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        started = time.monotonic()
        with pytest.raises(StorageUnavailable) as refusal:
            await connect(f"redis://:sesame@127.0.0.1:{nobody.getsockname()[1]}/0", Path())
    assert time.monotonic() - started < 3
    assert "sesame" not in str(refusal.value)


async def test_every_store_says_unavailable_while_redis_is_gone_and_works_when_it_is_back(own_redis_server, keys):
    async with await connect(f"unix://{own_redis_server.socket_path}", Path()) as connection:
        dialogs = DialogStore(connection, keys, TypeAdapter(str))
        updates, file_ids = UpdateLog(connection, keys), FileIds(connection, keys)
        lock = Lock(connection, keys, "reindex", "Ann")
        await dialogs.save(1, "kept", 0)
        await updates.remember(7)
        await file_ids.put("aa", "AgAC-1")
        await lock.acquire()

        kill(own_redis_server)
        for question in (
            lambda: dialogs.load(1),
            lambda: dialogs.save(1, "lost", 1),
            lambda: dialogs.delete(1),
            lambda: updates.handled(7),
            lambda: updates.remember(8),
            lambda: file_ids.get_many(["aa"]),
            lambda: file_ids.put("aa", "x"),
            lambda: file_ids.forget("aa"),
            lambda: lock.heartbeat(),
            lambda: Lock(connection, keys, "other", "Bob").acquire(),
            connection.ping,
        ):
            started = time.monotonic()
            with pytest.raises(StorageUnavailable, match="Redis"):
                await question()
            assert time.monotonic() - started < 1
        assert not lock.lost

        start_again(own_redis_server)
        assert await dialogs.load(1) == Stored("kept", 1)
        assert await dialogs.save(1, "goes on", 1) == 2
        assert await updates.handled(7)
        assert not await updates.handled(8)
        assert await file_ids.get_many(["aa"]) == {"aa": "AgAC-1"}
        assert await lock.heartbeat()
        await lock.release()


async def test_a_restart_between_two_commands_is_not_noticed(own_redis_server, keys):
    async with await connect(f"unix://{own_redis_server.socket_path}", Path()) as connection:
        dialogs = DialogStore(connection, keys, TypeAdapter(str))
        await dialogs.save(1, "one", 0)
        kill(own_redis_server)
        start_again(own_redis_server)
        assert await dialogs.save(1, "two", 1) == 2


async def test_an_embedded_server_that_was_killed_is_unavailable_and_leaving_it_is_no_error(tmp_path):
    connection = await connect(None, tmp_path)
    os.kill(int((tmp_path / "redis.pid").read_text()), signal.SIGKILL)
    with pytest.raises(StorageUnavailable):
        await connection.ping()
    await connection.close()


async def test_a_holder_cut_off_from_redis_knows_by_the_clock_that_its_lock_is_lost(own_redis_server, keys):
    async with (
        await connect(f"unix://{own_redis_server.socket_path}", Path()) as connection,
        Lock(connection, keys, "reindex", "Ann", ttl_s=0.3, heartbeat_s=0.1) as lock,
    ):
        kill(own_redis_server)
        assert not lock.lost
        await asyncio.sleep(0.35)
        assert lock.lost


async def test_a_server_that_accepts_and_says_nothing_does_not_hold_anybody_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the kernel accepts; nobody reads
        started = time.monotonic()
        with pytest.raises(StorageUnavailable):
            await connect(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", Path())
        assert time.monotonic() - started < 5


async def test_a_value_of_the_wrong_kind_is_mapped_too(redis, keys):
    await redis.redis.set(keys.dialog(1), "a string, not a hash")
    with pytest.raises(StorageUnavailable):
        await DialogStore(redis, keys, TypeAdapter(str)).load(1)


async def test_a_save_whose_answer_was_lost_is_the_same_save_when_it_is_repeated(redis, keys):
    """The second run of the script, with the same writer, answers what the first answered."""
    from storage import dialogs

    arguments = (keys.dialog(1), 0, '"x"', "writer", 60_000)
    assert await redis.script(dialogs._SAVE, *arguments) == 1
    assert await redis.script(dialogs._SAVE, *arguments) == 1
    assert await DialogStore(redis, keys, TypeAdapter(str)).load(1) == Stored("x", 1)


async def test_questions_asked_together_are_answered_together(redis, keys):
    updates, file_ids, lock = UpdateLog(redis, keys), FileIds(redis, keys), Lock(redis, keys, "reindex", "Ann")
    await updates.remember(7)
    await file_ids.put("aa", "AgAC-1")
    handled, unknown, found, _ = await redis.together(
        lambda: asyncio.gather(updates.handled(7), updates.handled(8), file_ids.get_many(["aa"]), lock.acquire())
    )
    assert (handled, unknown, found) == (True, False, {"aa": "AgAC-1"})
    assert not lock.lost
    await lock.release()


async def test_one_of_several_questions_may_be_answered_with_no(redis, keys):
    await redis.redis.set(keys.dialog(1), "a string, not a hash")
    updates, dialogs = UpdateLog(redis, keys), DialogStore(redis, keys, TypeAdapter(str))
    with pytest.raises(StorageUnavailable):
        await redis.together(lambda: asyncio.gather(updates.handled(7), dialogs.load(1)))
    handled, stored = await redis.together(
        lambda: asyncio.gather(updates.handled(7), dialogs.load(1), return_exceptions=True)
    )
    assert handled is False
    assert isinstance(stored, StorageUnavailable)


async def test_questions_asked_together_are_unavailable_together(own_redis_server, keys):
    async with await connect(f"unix://{own_redis_server.socket_path}", Path()) as connection:
        updates = UpdateLog(connection, keys)
        kill(own_redis_server)
        started = time.monotonic()
        with pytest.raises(StorageUnavailable, match="Redis"):
            await connection.together(lambda: asyncio.gather(updates.handled(7), updates.handled(8)))
        assert time.monotonic() - started < 1
        start_again(own_redis_server)
        assert await connection.together(lambda: asyncio.gather(updates.handled(7), updates.handled(8))) == [False] * 2
