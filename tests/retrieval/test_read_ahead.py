import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.read_ahead import read_ahead


def reading(
    source: Iterable[int],
    function: Callable[[int], int] = lambda part: part,
    cost: Callable[[int], int] = lambda _: 1,
    threads: int = 3,
    max_waiting: int = 8,
    max_cost: int = 1000,
) -> Generator[int, None, None]:
    return read_ahead(source, function, cost=cost, threads=threads, max_waiting=max_waiting, max_cost=max_cost)


def threads_left() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


@given(
    st.lists(st.integers(0, 30), max_size=40),
    st.integers(1, 4),
    st.integers(1, 6),
    st.integers(0, 40),
)
def test_every_result_comes_once_and_in_order(parts: list[int], threads: int, waiting: int, max_cost: int) -> None:
    assert list(
        reading(parts, lambda part: part * 2, lambda part: part, threads, max_waiting=waiting, max_cost=max_cost)
    ) == [part * 2 for part in parts]


def test_order_holds_when_the_first_is_the_slowest() -> None:
    def slow_first(part: int) -> int:
        time.sleep(0.05 if part == 0 else 0)
        return part

    assert list(reading(range(20), slow_first)) == list(range(20))


def test_the_function_runs_in_several_threads_at_once() -> None:
    both = threading.Barrier(2, timeout=5)

    def meet(part: int) -> int:
        both.wait()
        return part

    assert list(reading(range(4), meet, threads=2)) == [0, 1, 2, 3]


def test_no_more_waits_than_may() -> None:
    taken = 0

    def counting() -> Iterator[int]:
        nonlocal taken
        for part in range(100):
            taken += 1
            yield part

    steps = reading(counting(), max_waiting=5)
    next(steps)
    time.sleep(0.05)
    assert taken <= 1 + 5 + 1
    steps.close()


def test_no_more_is_begun_than_the_cost_allows() -> None:
    begun: list[int] = []

    def begin(part: int) -> int:
        begun.append(part)
        return part

    steps = reading(range(50), begin, lambda _: 10, threads=2, max_waiting=40, max_cost=30)
    next(steps)
    time.sleep(0.05)
    # Three wait at a cost of 10 each; one more per thread may have begun before the last of them was counted.
    assert len(begun) <= 1 + 3 + 2
    assert list(steps) == list(range(1, 50))


@pytest.mark.parametrize("broken", ["source", "function"])
def test_what_breaks_reaches_the_taker_in_its_place(broken: str) -> None:
    def source() -> Iterator[int]:
        yield from range(10)
        if broken == "source":
            raise ValueError("the source broke")

    def function(part: int) -> int:
        if broken == "function" and part == 7:
            raise ValueError("the function broke")
        return part

    came: list[int] = []
    with pytest.raises(ValueError, match=f"the {broken} broke"):
        came.extend(reading(source(), function))
    assert came == list(range(10 if broken == "source" else 7))
    assert threads_left() == []


def test_closing_stops_the_threads() -> None:
    steps = reading(iter(int, 1))  # an endless source
    next(steps)
    steps.close()
    assert threads_left() == []
