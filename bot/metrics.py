"""What is counted and timed, for Prometheus. Nothing here names a person, a chat, or what was said."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

from bot.requests import AcceptItem, NextPage, Request, Search
from bot.turns import Dialog

_STAGE_BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_TURN_BUCKETS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)


class Metrics:
    """The instruments of one bot, in a registry of their own.

    Attributes:
        stage_seconds: by stage: `encode` and `compose` (model), `search` (index), `render` (pictures looked up or made
            into JPEGs), `send` (until Telegram has the album, waiting for its limits included).
        update_seconds: from an update's turn in its chat until its answer is out.
        updates: by outcome: `handled`, or `repeated` (came again and was skipped).
        errors: failures that a person was told of, by the error's class.
        pictures: sent, by source: `file_id` (Telegram had it) or `upload`.
        sending_wait_seconds: how long calls waited for the limits before they were made.
        refused_calls: 429 answers of Telegram.
        turns: searches shown, by kind: `search` or `page`.
        successes: items that were accepted with "this is it".
        turns_to_success: how many turns the search of an accepted item took.
        webhook_refused: calls of the webhook that were turned away, by reason.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.stage_seconds = Histogram(
            "pictalk_stage_seconds",
            "Seconds that a stage of a turn took.",
            ["stage"],
            buckets=_STAGE_BUCKETS_S,
            registry=self.registry,
        )
        self.update_seconds = Histogram(
            "pictalk_update_seconds",
            "Seconds until an update was answered.",
            buckets=_STAGE_BUCKETS_S,
            registry=self.registry,
        )
        self.updates = self._counter("updates", "Updates of Telegram.", "outcome")
        self.errors = self._counter("errors", "Failures while answering.", "kind")
        self.pictures = self._counter("pictures", "Pictures sent.", "source")
        self.sending_wait_seconds = Histogram(
            "pictalk_sending_wait_seconds",
            "Seconds that calls waited for the sending limits.",
            buckets=_STAGE_BUCKETS_S,
            registry=self.registry,
        )
        self.refused_calls = Counter(
            "pictalk_refused_calls", "Calls that Telegram answered with 429.", registry=self.registry
        )
        self.turns = self._counter("turns", "Searches shown.", "kind")
        self.successes = Counter("pictalk_successes", "Items accepted.", registry=self.registry)
        self.turns_to_success = Histogram(
            "pictalk_turns_to_success",
            "Turns of the searches that ended with an accepted item.",
            buckets=_TURN_BUCKETS,
            registry=self.registry,
        )
        self.webhook_refused = self._counter("webhook_refused", "Webhook calls turned away.", "reason")

    def watch(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Ask `value` for `pictalk_<name>` whenever the metrics are read."""
        Gauge(f"pictalk_{name}", description, registry=self.registry).set_function(value)

    def searched(self, timings_ms: Mapping[str, float]) -> None:
        """Take the stages of one search; milliseconds."""
        for stage, spent in timings_ms.items():
            self.stage_seconds.labels(stage).observe(spent / 1e3)

    def advanced(self, request: Request, dialog: Dialog) -> None:
        """Take what was done for a person; `dialog` as it is afterwards."""
        match request:
            case Search(turn):
                self.turns.labels("draw" if turn.drawn else "search").inc()
            case NextPage():
                self.turns.labels("page").inc()
            case AcceptItem():
                self.successes.inc()
                self.turns_to_success.observe(turns_taken(dialog))

    def _counter(self, name: str, description: str, label: str) -> Counter:
        return Counter(f"pictalk_{name}", description, [label], registry=self.registry)


def turns_taken(dialog: Dialog) -> int:
    """Number of turns that led to the one on screen, itself included, as far as they are remembered; at least 1."""
    count, turn = 0, dialog.turn(dialog.current)
    while turn is not None:
        count, turn = count + (not turn.drawn), dialog.turn(turn.base) if turn.base != turn.number else None
    return max(count, 1)
