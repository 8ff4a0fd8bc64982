"""Telegram's flood limits, off unless asked for.

30 messages per second, 1 per second in a chat with bursts, 20 per minute in a group; an album costs its length.
Uploads of one and the same size are slowed down.
"""

import math
from collections import defaultdict, deque

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import too_many_requests

_BURST = 12
_SAME_SIZE_BYTES = 100_000
_SPACING_S = 0.5
_BACKLOG_S = 5.0


class Limiter:
    """Counts messages and uploads of one server."""

    def __init__(self, clock: Clock, *, enabled: bool) -> None:
        """Prepare; without ``enabled`` nothing is ever limited."""
        self._clock = clock
        self._enabled = enabled
        self._sent: dict[str, deque[float]] = defaultdict(deque)
        self._free_at: dict[int, float] = {}

    def count(self, chat_id: int, messages: int) -> None:
        """Count messages to a chat. Raises ApiError (429) where there are too many."""
        if not self._enabled:
            return
        now = self._clock.now()
        windows = [("all", 30, 1.0)]
        windows.append((f"group:{chat_id}", 20, 60.0) if chat_id < 0 else (f"chat:{chat_id}", _BURST, float(_BURST)))
        for name, most, seconds in windows:
            sent = self._sent[name]
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if len(sent) + messages > most and sent:
                raise too_many_requests(max(1, math.ceil(sent[0] + seconds - now)))
        for name, _, _ in windows:
            self._sent[name].extend([now] * messages)

    def upload_delay_s(self, size_bytes: int) -> float:
        """Return how long an upload of this size has to wait. Raises ApiError (429) where the backlog is too long."""
        if not self._enabled or size_bytes <= _SAME_SIZE_BYTES:
            return 0.0
        now = self._clock.now()
        begins = max(now, self._free_at.get(size_bytes, now))
        if begins - now > _BACKLOG_S:
            raise too_many_requests(60)
        self._free_at[size_bytes] = begins + _SPACING_S
        return begins - now
