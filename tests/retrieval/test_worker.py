import asyncio
import gc
import logging
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval.errors import PictureUnreadable, ReferenceUnknown, SearchOverloaded, SearchTimedOut, SnapshotInvalid
from retrieval.query import ImageQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.worker import Worker
from tests.retrieval.searching import WordEncoder, searcher_over

RED = [WeightedQuery(TextQuery("red"))]
UNKNOWN = [WeightedQuery(ImageQuery(ItemReference("gone")))]

Started = Callable[..., Worker]


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker(searcher_over("red dress", "blue coat"), queue_size=3, timeout_s=5)
    await worker.start()
    yield worker
    await worker.stop()


class Gate:
    """Keeps the worker's thread busy until it is opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self._opened = threading.Event()

    def __call__(self) -> None:
        self.entered.set()
        assert self._opened.wait(10)

    def open(self) -> None:
        self._opened.set()


async def close_gate(worker: Worker) -> tuple[Gate, "asyncio.Task[None]"]:
    gate = Gate()
    task = asyncio.create_task(worker.run(gate))
    await asyncio.to_thread(gate.entered.wait)
    return gate, task


async def queued(worker: Worker, count: int) -> None:
    while worker.waiting < count:  # noqa: ASYNC110 - the queue belongs to threads, and tells nobody
        await asyncio.sleep(0.001)


async def test_it_searches_and_encodes_photos(worker: Worker) -> None:
    result = await worker.search(RED, 1)

    assert [hit.item_id for hit in result.hits] == ["red dress"]
    with pytest.raises(PictureUnreadable):
        await worker.encode_photo(b"no photo")


async def test_everything_runs_on_one_thread(worker: Worker) -> None:
    names = await asyncio.gather(*(worker.run(threading.current_thread) for _ in range(3)))
    names.append(await asyncio.to_thread(worker.call, threading.current_thread))

    assert len(set(names)) == 1
    assert names[0] is not threading.current_thread()


async def test_an_error_reaches_only_who_asked(worker: Worker) -> None:
    results = await asyncio.gather(
        worker.search(RED, 1), worker.search(UNKNOWN, 1), worker.search(RED, 1), return_exceptions=True
    )

    assert isinstance(results[1], ReferenceUnknown)
    assert [type(result).__name__ for result in results] == ["SearchResult", "ReferenceUnknown", "SearchResult"]


async def test_first_come_first_served(worker: Worker) -> None:
    gate, task = await close_gate(worker)
    order: list[int] = []
    tasks = [asyncio.create_task(worker.run(lambda number=number: order.append(number))) for number in range(3)]
    await queued(worker, 3)

    gate.open()
    await asyncio.gather(task, *tasks)

    assert order == [0, 1, 2]


async def test_searches_pass_an_indexing_job(worker: Worker) -> None:
    gate, task = await close_gate(worker)
    order: list[str] = []
    with ThreadPoolExecutor(2) as indexing:
        batches = [indexing.submit(worker.call, lambda: order.append("batch")) for _ in range(2)]
        await queued(worker, 2)
        search = asyncio.create_task(worker.run(lambda: order.append("search")))
        await queued(worker, 3)

        gate.open()
        await asyncio.gather(task, search, *map(asyncio.wrap_future, batches))

    assert order == ["search", "batch", "batch"]


async def test_one_too_many_is_told_at_once(worker: Worker) -> None:
    gate, task = await close_gate(worker)
    waiting = [asyncio.create_task(worker.search(RED, 1)) for _ in range(3)]
    await queued(worker, 3)

    with pytest.raises(SearchOverloaded, match=r"Too many .*\.$"):
        await worker.search(RED, 1)

    gate.open()
    await task
    assert all(result.hits for result in await asyncio.gather(*waiting)), "those in the queue are answered"
    assert (await worker.search(RED, 1)).hits, "and there is room again"


async def test_an_indexing_job_takes_no_place_from_searches(worker: Worker) -> None:
    gate, task = await close_gate(worker)
    with ThreadPoolExecutor(5) as indexing:
        batches = [indexing.submit(worker.call, int) for _ in range(5)]
        await queued(worker, 5)
        search = asyncio.create_task(worker.search(RED, 1))
        await queued(worker, 6)
        gate.open()

        assert (await search).hits
        await asyncio.gather(task, *map(asyncio.wrap_future, batches))


async def test_who_waits_too_long_is_told_and_skipped() -> None:
    worker = Worker(searcher_over("red dress"), timeout_s=0.05)
    await worker.start()
    gate = Gate()
    ran: list[str] = []
    blocked = asyncio.create_task(asyncio.to_thread(worker.call, gate))
    await asyncio.to_thread(gate.entered.wait)

    with pytest.raises(SearchTimedOut, match=r"0\.05 seconds"):
        await worker.run(lambda: ran.append("late"))
    gate.open()
    await blocked
    assert (await worker.search(RED, 1)).hits
    await worker.stop()

    assert ran == []


async def test_a_timeout_inside_a_request_is_its_own(worker: Worker) -> None:
    def time_out() -> None:
        raise TimeoutError("a file server")

    with pytest.raises(TimeoutError, match="a file server"):
        await worker.run(time_out)


async def test_who_gives_up_is_skipped(worker: Worker) -> None:
    gate, task = await close_gate(worker)
    ran: list[str] = []
    given_up = asyncio.create_task(worker.run(lambda: ran.append("given up")))
    await queued(worker, 1)

    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    gate.open()
    await task
    await worker.run(lambda: ran.append("after"))

    assert ran == ["after"]


async def test_a_swap_takes_effect_between_requests(worker: Worker) -> None:
    gate, task = await close_gate(worker)
    before = asyncio.create_task(worker.search(RED, 1))
    await queued(worker, 1)
    swap = asyncio.create_task(worker.swap(searcher_over("red shoe", "red hat")))
    await queued(worker, 2)
    after = asyncio.create_task(worker.search(RED, 1))
    await queued(worker, 3)

    gate.open()
    await asyncio.gather(task, swap)

    assert [hit.item_id for hit in (await before).hits] == ["red dress"]
    assert [hit.item_id for hit in (await after).hits] == ["red shoe"]


async def test_without_a_searcher_it_says_what_is_missing() -> None:
    worker = Worker(None)
    await worker.start()

    with pytest.raises(SnapshotInvalid, match="/reindex"):
        await worker.search(RED, 1)
    await worker.swap(searcher_over("red dress"))

    assert (await worker.search(RED, 1)).hits
    await worker.stop()


async def test_it_warms_up_before_the_first_question() -> None:
    encoder = WordEncoder()
    worker = Worker(searcher_over("red dress", encoder=encoder))

    await worker.start()

    assert encoder.texts, "words have been encoded already"
    await worker.stop()


async def test_a_failing_warm_up_is_told_and_leaves_no_thread() -> None:
    class Broken(WordEncoder):
        def encode_images(self, pictures: object) -> object:
            raise RuntimeError("out of memory")

    worker = Worker(searcher_over("red dress", encoder=Broken()))

    with pytest.raises(RuntimeError, match="out of memory"):
        await worker.start()
    assert not any(thread.name == "retrieval" for thread in threading.enumerate())


async def test_stopping_answers_searches_and_turns_indexing_away() -> None:
    worker = Worker(searcher_over("red dress"))
    await worker.start()
    gate, task = await close_gate(worker)
    search = asyncio.create_task(worker.search(RED, 1))
    with ThreadPoolExecutor(1) as indexing:
        batch = indexing.submit(worker.call, int)
        await queued(worker, 2)

        stop = asyncio.create_task(worker.stop())
        await asyncio.sleep(0.01)
        gate.open()
        await asyncio.gather(task, stop)

        with pytest.raises(SearchOverloaded, match="shutting down"):
            batch.result()
    assert (await search).hits
    with pytest.raises(SearchOverloaded, match="shutting down"):
        await worker.search(RED, 1)


async def test_stopping_twice_or_unstarted_is_harmless() -> None:
    worker = Worker(None)
    await worker.stop()
    started = Worker(None)
    await started.start()
    await started.stop()
    await started.stop()


async def test_the_threads_own_requests_must_not_wait_for_it(worker: Worker) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        await worker.run(lambda: worker.call(int))


async def test_a_request_is_forgotten_once_it_is_answered(worker: Worker) -> None:
    class Photo:
        pass

    photo = Photo()
    watched = weakref.ref(photo)
    await worker.run(lambda photo=photo: None)
    del photo
    await worker.run(int)
    gc.collect()

    assert watched() is None


async def test_the_log_has_times_but_no_words(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "retrieval"):
        await worker.search([WeightedQuery(TextQuery("my secret wish"))], 1)
        await worker.run(int)

    assert "encode" in caplog.text
    assert "waited" in caplog.text
    assert "secret" not in caplog.text


async def test_the_event_loop_stays_free(worker: Worker) -> None:
    task = asyncio.create_task(worker.run(lambda: time.sleep(0.1)))
    ticks = 0
    while not task.done():
        await asyncio.sleep(0.005)
        ticks += 1

    assert ticks >= 5
