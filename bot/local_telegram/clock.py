"""The time of the simulated Telegram: the real one plus what tests have advanced it by."""

import time


class Clock:
    """Seconds since 1970 that can be moved forward, so that expiry needs no waiting."""

    def __init__(self) -> None:
        """Start at the real time."""
        self._ahead_s = 0.0

    def now(self) -> float:
        """Return the simulated time in seconds since 1970."""
        return time.time() + self._ahead_s

    def seconds(self) -> int:
        """Return the simulated time in whole seconds, as messages carry it."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self._ahead_s += seconds
