import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from storage.embedded_redis import EmbeddedRedis
from storage.errors import StorageUnavailable
from storage.redis_client import connect

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from storage.redis_client import connect

    async def main():
        async with await connect(None, Path(sys.argv[1])) as connection:
            await connection.run(connection.redis.incr("runs"))
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.readline)

    asyncio.run(main())
    """
)


def server_pid(directory: Path) -> int:
    return int((directory / "redis.pid").read_text())


def server_pid_in_log(directory: Path) -> int:
    """The server that ran last, also after it took its pid file away."""
    return int((directory / "redis.log").read_text().splitlines()[-1].split(":")[0])


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def ended(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(pid)


class Process:
    """Another process that uses the embedded server of a directory."""

    def __init__(self, directory: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(directory)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self.process.stdout.readline() == "ready\n"

    def finish(self) -> None:
        self.process.communicate("\n", timeout=10)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


async def test_what_was_written_is_there_after_a_clean_stop(tmp_path):
    async with await connect(None, tmp_path) as first:
        await first.redis.set("a", "1")
        pid = server_pid(tmp_path)
    assert ended(pid)
    async with await connect(None, tmp_path) as second:
        assert await second.redis.get("a") == b"1"


async def test_two_users_share_one_server_and_the_last_one_stops_it(tmp_path):
    first, second = await asyncio.gather(connect(None, tmp_path), connect(None, tmp_path))
    await first.redis.set("a", "1")
    assert await second.redis.get("a") == b"1"
    pid = server_pid(tmp_path)
    await first.close()
    assert await second.redis.get("a") == b"1"
    await second.close()
    assert ended(pid)
    assert not (tmp_path / "redis.sock").exists()


async def test_two_processes_share_one_server_started_at_the_same_moment(tmp_path):
    processes = [Process(tmp_path), Process(tmp_path)]
    for process in processes:
        process.wait_until_ready()
    async with await connect(None, tmp_path) as here:
        assert await here.redis.get("runs") == b"2"
        for process in processes:
            process.finish()
        assert await here.redis.get("runs") == b"2"
        pid = server_pid(tmp_path)
    assert ended(pid)


async def test_a_killed_process_loses_nothing_and_its_server_is_found_again(tmp_path):
    process = Process(tmp_path)
    process.wait_until_ready()
    process.kill()
    pid = server_pid(tmp_path)
    assert is_alive(pid)
    async with await connect(None, tmp_path) as here:
        assert server_pid(tmp_path) == pid
        assert await here.redis.get("runs") == b"1"
    assert ended(pid)


async def test_a_killed_process_does_not_keep_the_server_from_stopping(tmp_path):
    async with await connect(None, tmp_path):
        process = Process(tmp_path)
        process.wait_until_ready()
        process.kill()
        pid = server_pid(tmp_path)
    assert ended(pid)


async def test_everything_killed_leaves_files_that_the_next_start_survives(tmp_path):
    process = Process(tmp_path)
    process.wait_until_ready()
    process.kill()
    os.kill(server_pid(tmp_path), signal.SIGKILL)
    assert ended(server_pid(tmp_path))
    assert (tmp_path / "redis.sock").exists()
    (tmp_path / "redis.pid").write_text(str(os.getpid()))  # the number belongs to somebody else by now
    async with await connect(None, tmp_path) as here:
        assert await here.redis.get("runs") == b"1"


async def test_ctrl_c_leaves_no_server_behind(tmp_path):
    process = Process(tmp_path)
    process.wait_until_ready()
    pid = server_pid(tmp_path)
    process.process.send_signal(signal.SIGINT)
    process.process.stdin.close()
    process.process.wait(timeout=10)
    process.process.stdout.close()
    assert ended(pid)


async def test_a_start_that_is_cancelled_leaves_no_server_behind(tmp_path):
    starting = asyncio.create_task(connect(None, tmp_path))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not (tmp_path / "redis.sock").exists()


def test_a_user_that_ends_without_leaving_leaves_no_server_behind(tmp_path):
    program = (
        "import sys, pathlib, storage.embedded_redis as e; s = e.EmbeddedRedis(pathlib.Path(sys.argv[1])); s.join()"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path], cwd=ROOT, check=True, timeout=20)
    assert ended(server_pid_in_log(tmp_path))


async def test_a_directory_deeper_than_a_socket_address_is_long(tmp_path):
    directory = tmp_path / ("deep " * 30) / "ütf 🙂"
    async with await connect(None, directory) as first, await connect(None, directory) as second:
        await first.redis.set("a", "1")
        assert await second.redis.get("a") == b"1"


async def test_only_the_owner_may_connect(tmp_path):
    async with await connect(None, tmp_path):
        assert (tmp_path / "redis.sock").stat().st_mode & 0o077 == 0


async def test_a_directory_that_cannot_be_made_is_one_clear_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="cannot use"):
        await connect(None, tmp_path / "file" / "redis")


async def test_data_that_cannot_be_loaded_is_one_clear_sentence_and_stays(tmp_path):
    (tmp_path / "appendonly.aof").write_bytes(b"*1\r\nthis is no append-only file\r\n")
    with pytest.raises(StorageUnavailable, match=r"redis\.log"):
        await connect(None, tmp_path)
    assert (tmp_path / "appendonly.aof").read_bytes().startswith(b"*1\r\nthis")
    (tmp_path / "appendonly.aof").unlink()
    async with await connect(None, tmp_path) as connection:
        await connection.ping()


def test_leaving_twice_is_leaving_once(tmp_path):
    server = EmbeddedRedis(tmp_path)
    server.join()
    server.leave()
    server.leave()
