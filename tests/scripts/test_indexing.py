import asyncio
import threading

import pytest

from retrieval.errors import IndexingFailed
from retrieval.indexing import Progress
from scripts.indexing import follow
from storage.locks import Lock


def steps(seen):
    """Three steps that note where they are done."""
    for done in range(3):
        seen.append(threading.current_thread())
        yield Progress(done=done, total=3, failed=0, rate_per_s=1.0, eta_s=1.0)


@pytest.fixture
def lock(redis, keys):
    return Lock(redis, keys, "reindex", "somebody")


async def test_steps_are_done_off_the_event_loop_which_has_the_lock_to_renew(lock):
    seen = []
    async with lock:
        assert await follow(steps(seen), asyncio.Event(), lock) is None
    assert len(seen) == 3
    assert threading.main_thread() not in seen


async def test_a_lost_lock_is_no_cancellation(lock):
    seen = []
    with pytest.raises(IndexingFailed, match="lock that keeps others from reindexing was lost"):
        await follow(steps(seen), asyncio.Event(), lock)
    assert not seen


async def test_who_wants_to_stop_gets_no_report(lock):
    stopping, seen = asyncio.Event(), []
    stopping.set()
    async with lock:
        assert await follow(steps(seen), stopping, lock) is None
    assert not seen
