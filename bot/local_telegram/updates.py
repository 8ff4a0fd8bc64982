"""The queue of updates of one bot, with the semantics of ``getUpdates``.

An update leaves the queue when it is confirmed (a call with a greater offset, or the webhook's 2xx) or expires;
until then it is given again. ``allowed_updates`` acts when an update is created, never on what is queued.
"""

import asyncio
import copy
from collections.abc import Callable
from dataclasses import dataclass

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import ApiError, Json, conflict

MAX_TIMEOUT_S = 50
MAX_LIMIT = 100
LIFETIMES_S = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
DEFAULT_LIFETIME_S = 24 * 3600.0
OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_ANOTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True)
class PendingUpdate:
    """An update that is not confirmed; ``lane`` is what orders it among others (``chat:1``, ``user:1``)."""

    update_id: int
    kind: str
    payload: Json
    lane: str
    expires_at: float
    repeat: bool = False

    def wire(self) -> Json:
        """Return the Update of the Bot API."""
        return {"update_id": self.update_id, self.kind: self.payload}


class UpdateQueue:
    """Updates in order, one poller at a time."""

    def __init__(self, clock: Clock) -> None:
        """Start at an update id that is greater than that of any earlier run, as bots remember the ids they saw."""
        self._clock = clock
        self._next_id = int(clock.now() * 10) % 1_000_000_000 + 1
        self._entries: list[PendingUpdate] = []
        self._again: list[PendingUpdate] = []
        self._repeats_due = 0
        self._poller: asyncio.Future[None] | None = None
        self.allowed: frozenset[str] | None = None
        self.on_push: Callable[[], None] | None = None

    def push(self, kind: str, payload: Json, lane: str) -> int | None:
        """Queue an update and return its id, or None where ``allowed_updates`` leaves the kind out."""
        if not self.allows(kind):
            return None
        update_id, self._next_id = self._next_id, self._next_id + 1
        expires_at = self._clock.now() + LIFETIMES_S.get(kind, DEFAULT_LIFETIME_S)
        entry = PendingUpdate(update_id, kind, copy.deepcopy(payload), lane, expires_at)
        if self._repeats_due:
            self._repeats_due -= 1
            entry.repeat = True
        self._entries.append(entry)
        self.wake()
        if self.on_push is not None:
            self.on_push()
        return update_id

    def allows(self, kind: str) -> bool:
        """Tell whether updates of this kind are created."""
        return kind in self.allowed if self.allowed else kind not in OPT_IN

    def repeat_next(self, count: int) -> None:
        """Deliver each of the next ``count`` updates twice, even after it was confirmed."""
        self._repeats_due += count

    def pending(self) -> list[PendingUpdate]:
        """Return what is neither confirmed nor expired, in order."""
        now = self._clock.now()
        self._entries = [entry for entry in self._entries if entry.expires_at > now]
        return self._again + self._entries

    def confirm(self, update_id: int) -> None:
        """Take one update out of the queue."""
        if any(entry.update_id == update_id for entry in self._again):
            self._again = [entry for entry in self._again if entry.update_id != update_id]
            return
        self._leave([entry for entry in self._entries if entry.update_id == update_id])

    def drop(self) -> None:
        """Forget everything that waits."""
        self._entries.clear()
        self._again.clear()

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[Json]:
        """Return up to ``limit`` updates, waiting at most ``timeout_s`` for the first one.

        A negative offset keeps the last ``-offset`` updates and forgets the rest; a positive one confirms those
        below it. Raises ApiError (409) when another poll begins while this one waits.
        """
        self.interrupt(conflict(_ANOTHER))
        waiting = self.pending()
        if offset < 0:
            self._entries = self._entries[offset:]
        elif offset > 0:
            self._leave([entry for entry in waiting if entry.update_id < offset and entry in self._entries])
        if not self.pending() and timeout_s > 0:
            poller = asyncio.get_running_loop().create_future()
            self._poller = poller
            try:
                await asyncio.wait_for(poller, min(timeout_s, MAX_TIMEOUT_S))
            except TimeoutError:
                return []
            finally:
                if self._poller is poller:
                    self._poller = None
        batch = self.pending()[: max(1, min(limit or MAX_LIMIT, MAX_LIMIT))]
        repeated = [entry for entry in self._again if entry in batch]
        self._again = [entry for entry in self._again if entry not in repeated]
        return [entry.wire() for entry in batch]

    def interrupt(self, reason: ApiError) -> None:
        """End a poll that waits, if there is one, with ``reason``."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(reason)
            self._poller = None

    def wake(self) -> None:
        """Let a poll that waits return what there is, as when the server stops."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _leave(self, confirmed: list[PendingUpdate]) -> None:
        for entry in confirmed:
            self._entries.remove(entry)
            if entry.repeat:
                entry.repeat = False
                self._again.append(entry)
