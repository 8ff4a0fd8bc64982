"""Taking a real Redis away and bringing it back, as a crash and a restart do."""

import os
import signal
import time
from pathlib import Path

import redis

from storage.embedded_redis import EmbeddedRedis


def kill(server: EmbeddedRedis) -> None:
    """End the server as the kernel would when memory runs out, once what was answered is written.

    On a busy disk Redis holds writes back for up to two seconds while it waits for an earlier fsync.
    """
    with redis.Redis(unix_socket_path=str(server.socket_path)) as client:
        while client.info("persistence")["aof_buffer_length"]:
            time.sleep(0.01)
    pid = int((server.socket_path.parent / "redis.pid").read_text())
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists() and ") Z " not in Path(f"/proc/{pid}/stat").read_text():
        time.sleep(0.01)


def start_again(server: EmbeddedRedis) -> None:
    """Start a killed server at the same address, with what it held."""
    server.leave()
    server.join()
