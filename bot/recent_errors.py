"""The last failures of this process, for /status: when, and what the log says in its first line."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bot.logs import without_token

KEPT = 5
MAX_CHARACTERS = 160


class RecentErrors(logging.Handler):
    """Keeps the last records of level ERROR; no traceback, for that may quote a person."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._lines: deque[str] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line of the record."""
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M")
        said = without_token(" ".join(record.getMessage().split()))
        self._lines.append(f"{when} {said[:MAX_CHARACTERS]}")

    def lines(self) -> tuple[str, ...]:
        """Newest first; times in UTC."""
        return tuple(reversed(self._lines))


@contextmanager
def keeping_errors() -> Iterator[RecentErrors]:
    """Listen to everything that is logged, until the end."""
    errors, root = RecentErrors(), logging.getLogger()
    root.addHandler(errors)
    try:
        yield errors
    finally:
        root.removeHandler(errors)
