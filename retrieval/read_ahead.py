"""Maps a function over a stream in a few threads, a bounded way ahead of whoever takes the results, in order."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def read_ahead(
    source: Iterable[T],
    function: Callable[[T], R],
    *,
    cost: Callable[[R], int],
    threads: int,
    max_waiting: int,
    max_cost: int,
) -> Generator[R, None, None]:
    """Yield the results in the order of the source; closing the generator stops the threads.

    What waits is bounded by number and by cost, so that memory stays flat however long the stream or large its parts.
    What the source or the function raises reaches the taker at its place in the order, and ends the stream.

    Args:
        source: taken from by one thread.
        function: runs in several threads at once.
        cost: of a result, in the unit of `max_cost`.
        threads: number of threads that run the function.
        max_waiting: results begun or finished and not taken.
        max_cost: nothing is begun while the results not taken cost as much, except the one asked for next.
    """
    window = _Window(function, cost, max_waiting, max_cost)
    with ThreadPoolExecutor(threads + 1, thread_name_prefix="read-ahead") as pool:
        feeding = pool.submit(window.feed, iter(source), pool)
        feeding.add_done_callback(lambda _: window.wake())
        try:
            while (pending := window.next_pending(feeding)) is not None:
                yield window.take(pending)
            feeding.result()
        finally:
            window.close()


class _Window(Generic[T, R]):
    """The stretch of the stream that is begun and not taken yet."""

    def __init__(self, function: Callable[[T], R], cost: Callable[[R], int], max_waiting: int, max_cost: int) -> None:
        self._function = function
        self._cost = cost
        self._max_waiting = max_waiting
        self._max_cost = max_cost
        self._changed = threading.Condition()
        self._pending: deque[Future[tuple[R, int]]] = deque()
        self._held = 0
        self._taken = 0
        self._closed = False

    def feed(self, source: Iterable[T], pool: ThreadPoolExecutor) -> None:
        """Submit the source's parts as long as the window has room."""
        for number, part in enumerate(source):
            with self._changed:
                self._changed.wait_for(lambda: self._closed or len(self._pending) < self._max_waiting)
                if self._closed:
                    return
                self._pending.append(pool.submit(self._run, number, part))
                self._changed.notify_all()

    def next_pending(self, feeding: "Future[None]") -> "Future[tuple[R, int]] | None":
        """The next result's future, or None at the end of the stream."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._pending) or feeding.done())
            return self._pending[0] if self._pending else None

    def take(self, pending: "Future[tuple[R, int]]") -> R:
        """Wait for the next result and make room for another."""
        result, cost = pending.result()
        with self._changed:
            self._pending.popleft()
            self._taken += 1
            self._held -= cost
            self._changed.notify_all()
        return result

    def wake(self) -> None:
        """Let everybody look again."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Begin nothing any more."""
        with self._changed:
            self._closed = True
            for pending in self._pending:
                pending.cancel()
            self._changed.notify_all()

    def _run(self, number: int, part: T) -> tuple[R, int]:
        with self._changed:
            # The one asked for next always runs, or two that wait for each other's cost would wait for ever.
            self._changed.wait_for(lambda: self._closed or self._held < self._max_cost or number == self._taken)
        result = self._function(part)
        cost = self._cost(result)
        with self._changed:
            self._held += cost
        return result, cost
