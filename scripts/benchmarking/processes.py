"""The programs of a benchmark as processes of their own: local Telegram and the bot, and what they cost the machine."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_URL = re.compile(r"http://\S+")
_STOP_S = 30.0


@asynccontextmanager
async def telegram_process(state: Path) -> AsyncIterator[tuple[str, int]]:
    """A local Telegram whose files are kept under `state`; its address and process id."""
    command = [sys.executable, "-m", "bot.local_telegram", "--port", "0", "--state", str(state)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        said = (await process.stdout.readline()).decode() if process.stdout is not None else ""
        address = _URL.search(said)
        if address is None:
            raise OSError("the local Telegram did not start")
        yield address[0], process.pid
    finally:
        await _end(process)


@asynccontextmanager
async def bot_process(settings: Mapping[str, str]) -> AsyncIterator[int]:
    """`python -m bot` with these settings on top of the environment; its process id. It may still be starting."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", env=os.environ | settings)
    try:
        yield process.pid
    finally:
        await _end(process)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, user's and system's.

    Raises:
        OSError: it has ended.
    """
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S  # utime and stime, proc(5)


def resident_mb(pid: int) -> float:
    """Memory of a process that is in RAM, files that it maps included.

    Raises:
        OSError: it has ended.
    """
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES / 2**20


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()
