"""Faults on demand: what the next calls meet instead of, or besides, their normal handling."""

from dataclasses import dataclass

from bot.local_telegram.errors import ApiError, Json, forbidden, too_many_requests

KINDS = frozenset({"429", "500", "502", "delay", "drop", "duplicate", "blocked"})


@dataclass(slots=True)
class Fault:
    """A fault for the next ``count`` calls of ``method`` (``*``: any but getUpdates) to ``chat`` (None: any)."""

    kind: str
    method: str = "*"
    chat: int | None = None
    count: int = 1
    retry_after_s: int = 1
    seconds: float = 1.0

    def wire(self) -> Json:
        """Return the fault as ``GET /sim/faults`` shows it."""
        return {"kind": self.kind, "method": self.method, "chat": self.chat, "count": self.count}

    def matches(self, method: str, chat: str | None) -> bool:
        """Tell whether the fault hits this call."""
        # A fault for everything must not eat itself up on polls, which nobody meant.
        named = method != "getupdates" if self.method == "*" else method == self.method.lower()
        return named and (self.chat is None or chat == str(self.chat))

    def refusal(self) -> ApiError | None:
        """Return the error that is answered instead of handling the call, if this kind of fault has one."""
        if self.kind == "429":
            return too_many_requests(self.retry_after_s)
        if self.kind == "500":
            return ApiError(500, "Internal Server Error")
        if self.kind == "502":
            return ApiError(502, "Bad Gateway")
        if self.kind == "blocked":
            return forbidden("bot was blocked by the user")
        return None


class Faults:
    """The faults that wait for calls."""

    def __init__(self) -> None:
        """Start without faults."""
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault wait."""
        self._waiting.append(fault)

    def take(self, method: str, chat: str | None) -> Fault | None:
        """Return the fault that hits this call, and count it."""
        for fault in self._waiting:
            if fault.matches(method, chat):
                fault.count -= 1
                if fault.count <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()

    def wire(self) -> list[Json]:
        """Return the faults that wait."""
        return [fault.wire() for fault in self._waiting]
