"""`make demo` as a person runs it: an address that answers, Ctrl-C that leaves nothing, a taken port said at once."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.pictures import save_shades

ROOT = Path(__file__).resolve().parents[2]


def _demo(port: int, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "scripts.demo", "--port", str(port), *options]
    # A group of its own, as in a terminal: Ctrl-C reaches every process of the group.
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_own_pictures_are_served_and_ctrl_c_stops_everything(tmp_path):
    save_shades(tmp_path / "pictures", 8)
    port = _free_port()
    demo = _demo(port, "--images", str(tmp_path / "pictures"), "--data-dir", str(tmp_path / "data"))
    try:
        lines = []
        for line in demo.stdout:
            lines.append(line)
            if "ready after" in line:
                break
        assert f"http://127.0.0.1:{port}" in "".join(lines), lines
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            assert b"<html" in page.read()
        os.killpg(demo.pid, signal.SIGINT)
        rest, _ = demo.communicate(timeout=30)
        assert demo.returncode == 0
        assert "Traceback" not in rest
        assert _left_over(tmp_path) == []
    finally:
        demo.kill()
        demo.wait()
        demo.stdout.close()


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with _demo(taken.getsockname()[1], "--data-dir", str(tmp_path)) as demo:
            said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 2
    assert re.fullmatch(r"demo: Port \d+ is taken \(.*\): make demo PORT=another\n", said), said


def _left_over(directory: Path) -> list[str]:
    """Command lines of processes that still work in `directory`, after a moment to end."""
    for _ in range(50):
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                at_home = (process / "cwd").resolve().is_relative_to(directory)
            except OSError:
                continue
            if str(directory) in command or at_home:
                found.append(command)
        if not found:
            break
        time.sleep(0.1)
    return found
