"""The one thread that owns model and index, and the doors to it.

FAISS on a GPU is not safe to use from two threads even for reading, and a model answers one question at a time anyway.
So every request waits in one queue: searches first, the batches of a running indexing job when no search is waiting.
Searches that wait one behind the other are answered together; one that comes while nothing waits is answered at once.
"""

import asyncio
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

from retrieval.errors import SearchOverloaded, SearchTimedOut, SnapshotInvalid
from retrieval.filter import NO_FILTER, Filter
from retrieval.query import PhotoReference, WeightedQuery
from retrieval.search_request import SearchRequest
from retrieval.search_result import SearchResult
from retrieval.searcher import Searcher

logger = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST, _SECOND, _LAST = range(3)
_TOGETHER = 16
"""Searches answered together at most; more do not make a text cheaper (one of 16: 0.4 ms, alone: 1.1, `tiny-clip`)."""
_STOPPING = "The search is shutting down; try again in a moment."


@dataclass(frozen=True, slots=True)
class _Request:
    """One call for the thread: a function, or a search."""

    function: Callable[[], Any] | SearchRequest
    future: Future[Any]
    name: str
    asked: float
    counted: bool


class Worker:
    """Runs everything that touches model or index, one thing after the other.

    The coroutines belong to one event loop; `call` is for other threads.
    """

    def __init__(self, searcher: Searcher | None, queue_size: int = 512, timeout_s: float = 30.0) -> None:
        """Does not start yet.

        Args:
            searcher: None until there is a snapshot.
            queue_size: searches that may wait. One whose asker gave up keeps its place until its turn comes.
            timeout_s: seconds from the question to the answer.
        """
        self._searcher = searcher
        self._queue_size = queue_size
        self._timeout_s = timeout_s
        self._queue: queue.PriorityQueue[tuple[int, int, _Request | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._counted = 0
        self._running = False
        self._thread = threading.Thread(target=self._work, name="retrieval", daemon=True)

    @property
    def waiting(self) -> int:
        """Number of requests in the queue, those of an indexing job among them."""
        return self._queue.qsize()

    async def start(self) -> None:
        """Start the thread and warm up, so that the first question is as fast as the tenth. Raises what that raises."""
        with self._lock:
            self._running = True
        self._thread.start()
        if (searcher := self._searcher) is not None:
            try:
                await self._answer(self._put(searcher.warm_up, "warm-up", _FIRST))
            except BaseException:
                await self.stop()
                raise

    async def stop(self) -> None:
        """Answer the searches that wait, turn away the rest of an indexing job, end the thread."""
        with self._lock:
            self._running = False
            waiting = [request for priority, _, request in self._queue.queue if priority == _SECOND]
            self._queue.put((_LAST, next(self._numbers), None))
        for request in waiting:
            if request is not None:
                request.future.cancel()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    async def search(
        self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str] = (), within: Filter = NO_FILTER
    ) -> SearchResult:
        """See `Searcher.search`.

        Raises:
            SearchOverloaded: too many searches are waiting already; said at once.
            SearchTimedOut: no answer in time.
            SnapshotInvalid: there is nothing to search yet.
        """
        request = SearchRequest(queries, k, exclude, within)
        result: SearchResult = await self._in_time(self._put(request, "search", _FIRST, counted=True))
        stages = ", ".join(f"{stage} {spent:.1f} ms" for stage, spent in result.timings_ms.items())
        logger.debug("search of %d queries: %s", len(queries), stages)
        return result

    async def shares(self, queries: Sequence[WeightedQuery], item_id: str) -> tuple[float, ...]:
        """See `Searcher.shares`. Raises ReferenceUnknown, and what `search` raises."""
        return await self.run(lambda: self._current().shares(queries, item_id), "shares")

    async def encode_photo(self, data: bytes) -> PhotoReference:
        """See `Searcher.encode_photo`. Raises PictureUnreadable, and what `search` raises."""
        return await self.run(lambda: self._current().encode_photo(data), "photo")

    async def swap(self, searcher: Searcher) -> None:
        """Warm `searcher` up and answer every later request with it. When this returns the old one is out of use."""

        def function() -> None:
            searcher.warm_up()
            self._searcher = searcher

        await self._answer(self._put(function, "swap", _FIRST))

    async def run(self, function: Callable[[], T], name: str = "run") -> T:
        """Run `function` on the thread when its turn comes, before any indexing.

        Raises:
            SearchOverloaded, SearchTimedOut: as `search`.
            Exception: whatever `function` raises.
        """
        return await self._in_time(self._put(function, name, _FIRST, counted=True))

    async def _in_time(self, future: "Future[T]") -> T:
        try:
            async with asyncio.timeout(self._timeout_s) as limit:
                return await self._answer(future)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise SearchTimedOut(f"The search took longer than {self._timeout_s:g} seconds; try again.") from error

    def call(self, function: Callable[[], T], low_priority: bool = True) -> T:
        """Run `function` on the thread and wait for it, however long: for indexing, which has a thread of its own.

        Raises:
            SearchOverloaded: the worker is stopped.
            Exception: whatever `function` raises.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("the worker's own thread would wait for itself")
        future: Future[T] = self._put(function, "call", _SECOND if low_priority else _FIRST)
        try:
            return future.result()
        except CancelledError as error:
            raise SearchOverloaded(_STOPPING) from error

    async def _answer(self, future: "Future[T]") -> T:
        return await asyncio.wrap_future(future)

    def _put(
        self, function: Callable[[], Any] | SearchRequest, name: str, priority: int, counted: bool = False
    ) -> "Future[Any]":
        request = _Request(function, Future(), name, time.perf_counter(), counted)
        with self._lock:
            if not self._running:
                raise SearchOverloaded(_STOPPING)
            if counted and self._counted >= self._queue_size:
                raise SearchOverloaded("Too many people are searching right now; try again in a moment.")
            self._counted += counted
            self._queue.put((priority, next(self._numbers), request))
        return request.future

    def _current(self) -> Searcher:
        if self._searcher is None:
            raise SnapshotInvalid("There are no pictures to search yet: an admin can index some with /reindex.")
        return self._searcher

    def _work(self) -> None:
        # NumPy's products are small here, and each would leave a second thread of its BLAS waiting in a loop for the
        # next: twice the processor time for nothing. FAISS has a BLAS of its own, which builds indexes.
        ThreadpoolController().select(prefix="libscipy_openblas").limit(limits=1)
        while (request := self._queue.get()[2]) is not None:
            self._serve(request)
            del request  # a photo must not stay in memory until the next question

    def _serve(self, first: _Request) -> None:
        taken = [first, *self._waiting_behind(first)]
        with self._lock:
            self._counted -= sum(request.counted for request in taken)
        # Nobody waits any more for one that was cancelled.
        taken = [request for request in taken if request.future.set_running_or_notify_cancel()]
        started = time.perf_counter()
        self._answer_all(taken)
        for request in taken:
            logger.debug(
                "%s waited %.1f ms and took %.1f ms with %d others",
                request.name,
                1e3 * (started - request.asked),
                1e3 * (time.perf_counter() - started),
                len(taken) - 1,
            )

    def _waiting_behind(self, first: _Request) -> list[_Request]:
        """The searches that are next in the queue after a search."""
        found: list[_Request] = []
        while isinstance(first.function, SearchRequest) and len(found) < _TOGETHER - 1:
            with self._queue.mutex:
                entry = self._queue.queue[0] if self._queue.queue else None
            if entry is None or entry[2] is None or not isinstance(entry[2].function, SearchRequest):
                break
            # Nobody else takes from the queue, and nothing that is put into it meanwhile comes before a search.
            found.append(entry[2])
            self._queue.get_nowait()
        return found

    def _answer_all(self, requests: Sequence[_Request]) -> None:
        """Searches together; where that fails, and all else, one by one, so that an error reaches only who asked."""
        searches = [each.function for each in requests if isinstance(each.function, SearchRequest)]
        if len(searches) > 1:
            try:
                results = self._current().search_together(searches)
            except Exception as error:
                logger.debug("%d searches are answered one by one: %s", len(searches), error)
            else:
                for request, result in zip(requests, results, strict=True):
                    request.future.set_result(result)
                return
        for request in requests:
            try:
                result = self._answer_one(request.function)
            except Exception as error:  # belongs to whoever asked, and must not end the thread
                request.future.set_exception(error)
            else:
                request.future.set_result(result)
                del result

    def _answer_one(self, function: Callable[[], Any] | SearchRequest) -> Any:
        if isinstance(function, SearchRequest):
            return self._current().search_together([function])[0]
        return function()
