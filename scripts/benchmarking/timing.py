"""Fair timing on a machine that others use too: what is compared takes turns, so that a slow minute slows all of it."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one call.

    Attributes:
        median: of all calls.
        low: their 10th percentile.
        high: their 90th percentile.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, times_ms: Sequence[float]) -> "Timing":
        """Of at least two calls."""
        tenths = statistics.quantiles(times_ms, n=10)
        return cls(statistics.median(times_ms), tenths[0], tenths[-1])

    def __str__(self) -> str:
        return f"{self.median:.3f} ms ({self.low:.3f}–{self.high:.3f})"


def interleaved(
    calls: Mapping[str, Callable[[int], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
    warming: int = 1,
    in_a_row: int = 1,
) -> dict[str, Timing]:
    """Times each of `calls` in each round, in turns.

    Args:
        calls: each takes the number of the call, from 0, so that it can use other input each time.
        rounds: at least 2.
        clock: seconds. For work of one thread `time.thread_time` leaves out what the machine did for others meanwhile.
        warming: so many rounds are run before, and do not count.
        in_a_row: so many calls are a turn. With one, each finds the processor's caches full of what the others read.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(-warming, rounds):
        for name, call in calls.items():
            for place in range(in_a_row):
                started = clock()
                call(number % rounds * in_a_row + place)
                if number >= 0:
                    times[name].append(1e3 * (clock() - started))
    return {name: Timing.of(spent) for name, spent in times.items()}
