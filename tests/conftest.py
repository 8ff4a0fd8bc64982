"""Fixtures for every suite: a real Redis, a clean environment, and what a machine may lack.

On a machine without Chromium or without the data folder beside the checkout the tests that need them are skipped, with
the reason. Where `PICTALK_CI` is set they fail instead, so that a green run there means that everything ran.
"""

import os

# Two test workers share two cores; a thread pool in each would only get in the other's way. Read when torch is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import re
import shutil
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from storage.embedded_redis import EmbeddedRedis
from storage.keys import Keys
from storage.redis_client import RedisConnection, connect

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
EVERYTHING_MUST_RUN = bool(os.environ.get("PICTALK_CI"))

_SETTING = re.compile(r"^#?\s*([A-Z][A-Z0-9_]*)=", re.MULTILINE)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    example = ROOT / ".env.example"
    for name in _SETTING.findall(example.read_text(encoding="utf-8")) if example.exists() else []:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """A real Redis server, one per test process."""
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.join()
    yield server
    server.leave()


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """Where the server of this test process listens, as a REDIS_URL."""
    return f"unix://{redis_server.socket_path}"


@pytest.fixture
def own_redis_server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A server that a test may kill and start again (tests/redis_server.py)."""
    server = EmbeddedRedis(tmp_path / "redis")
    server.join()
    yield server
    server.leave()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisConnection]:
    """A connection to the server of this test process."""
    async with await connect(redis_url, Path()) as connection:
        yield connection


@pytest.fixture
def key_prefix() -> str:
    """A prefix that no other test uses."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def keys(key_prefix: str) -> Keys:
    """Keys that no other test uses."""
    return Keys(key_prefix, bot_id=4242)


@pytest.fixture
def shared() -> Path:
    """The data folder beside the checkout (`shared/data` in it)."""
    if not (SHARED / "data").is_dir():
        pytest.skip("there is no data folder ../shared/data here")
    return SHARED


@pytest.fixture
def chromium() -> str:
    """The program of a Chromium browser."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (Debian: apt-get install chromium)")
    return CHROMIUM


@pytest.hookimpl
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, by mark; asking for the fixture does the same."""
    if item.get_closest_marker("shared") and not (SHARED / "data").is_dir():
        pytest.skip("there is no data folder ../shared/data here")
    if item.get_closest_marker("chromium") and CHROMIUM is None:
        pytest.skip("there is no Chromium here (Debian: apt-get install chromium)")
    if item.get_closest_marker("gpu") and not _gpu():
        pytest.skip("there is no CUDA device here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must run, a skipped test is a failed one; only a GPU may be missing."""
    report = yield
    expected = hasattr(report, "wasxfail") or item.get_closest_marker("gpu")
    if EVERYTHING_MUST_RUN and report.skipped and not expected:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and PICTALK_CI is set: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself as a whole."""
    report = yield
    if EVERYTHING_MUST_RUN and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and PICTALK_CI is set: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


def _gpu() -> bool:
    import torch

    return torch.cuda.is_available()
