"""The log of Bot API calls: parameters, answer, lint."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.local_telegram.errors import Json

_KEPT = 5000


@dataclass(slots=True)
class Call:
    """One call; ``status`` is 0 while it runs, and for entries that stand for a call that never came."""

    n: int
    method: str
    parameters: Json
    date: int
    status: int = 0
    answer: Any = None
    lint: list[str] = field(default_factory=list)
    bot: int = 0

    def wire(self) -> Json:
        """Return the entry as ``GET /sim/calls`` shows it."""
        return {
            "n": self.n,
            "method": self.method,
            "parameters": self.parameters,
            "status": self.status,
            "answer": self.answer,
            "lint": self.lint,
            "date": self.date,
            "bot": self.bot,
        }


class CallLog:
    """The last 5,000 calls."""

    def __init__(self, on_finish: Callable[[Call], None]) -> None:
        """Tell ``on_finish`` of every call that has ended."""
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._last = 0
        self._on_finish = on_finish

    def begin(self, method: str, parameters: Json, date: int, bot: int = 0) -> Call:
        """Add a call that has just come in."""
        self._last += 1
        call = Call(self._last, method, parameters, date, bot=bot)
        self._calls.append(call)
        return call

    def finish(self, call: Call, status: int, answer: Any) -> None:
        """Note the answer."""
        call.status = status
        call.answer = answer
        self._on_finish(call)

    def note(self, method: str, parameters: Json, date: int, lint: str) -> None:
        """Add an entry for something that should have been called."""
        call = self.begin(method, parameters, date)
        call.lint.append(lint)
        self.finish(call, 0, None)

    def since(self, n: int) -> list[Call]:
        """Return the calls after number ``n``."""
        return [call for call in self._calls if call.n > n]

    def clear(self) -> None:
        """Forget all calls; numbers go on, so that a reader's ``since`` stays valid."""
        self._calls.clear()
