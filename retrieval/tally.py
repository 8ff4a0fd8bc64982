"""Counts an indexing job: how far it is, and what it did."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.entry import Failure
from retrieval.item_table import Item
from retrieval.manifest import Manifest
from retrieval.snapshot import Snapshot

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a finished job did.

    Attributes:
        added: ids that the previous snapshot did not have.
        changed: ids whose picture has other content now.
        removed: ids that are not there any more, those that failed this time among them.
        unchanged: ids with the same picture.
        relabelled: those of `unchanged` whose metadata or path is new.
        encoded: pictures that went through the model.
        failed: entries that were skipped, in the catalogue's order.
        seconds: the whole job.
        manifest: of the new snapshot.
        made_alike: the previous snapshot was made with the same model, composition, index and source.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    relabelled: int
    encoded: int
    failed: tuple[Failure, ...]
    seconds: float
    manifest: Manifest
    made_alike: bool = False

    @property
    def nothing_new(self) -> bool:
        """Whether the new snapshot says the same as the previous one, so that publishing it would change nothing."""
        return self.made_alike and not (self.added or self.changed or self.removed or self.relabelled)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        done: entries dealt with, the failed ones among them.
        total: entries in all, when the caller knew.
        rate_per_s: entries per second so far.
        eta_s: seconds left at this rate, when the total is known.
        report: only in the last one.
        map_share: how much of the map is drawn, 0 to 1, once all pictures are in; None before.
    """

    done: int
    total: int | None
    failed: int
    rate_per_s: float
    eta_s: float | None
    report: Report | None = None
    map_share: float | None = None


class Tally:
    """The counters behind both."""

    def __init__(self, previous: Snapshot | None, total: int | None) -> None:
        """Start the clock."""
        self._previous = previous
        self._total = total
        self._started = time.monotonic()
        self._failed: list[Failure] = []
        self._added = self._changed = self._unchanged = self._relabelled = 0
        self.encoded = 0

    @property
    def failed(self) -> int:
        """Entries skipped so far."""
        return len(self._failed)

    @property
    def all_the_same(self) -> bool:
        """Whether the previous snapshot has exactly the items so far, with the same content, metadata and paths."""
        known = 0 if self._previous is None else len(self._previous)
        return self._unchanged == known > 0 and not (self._added or self._changed or self._relabelled)

    def count_failure(self, failure: Failure) -> None:
        """One entry was skipped."""
        logger.warning("Skipped %s: %s", failure.path, failure.reason)
        self._failed.append(failure)

    def count_items(self, items: Sequence[Item]) -> None:
        """These items were written."""
        known = {} if self._previous is None else self._previous.find_all([item.id for item in items])
        for item in items:
            before = known.get(item.id)
            if before is None:
                self._added += 1
            elif before.content_hash != item.content_hash:
                self._changed += 1
            else:
                self._unchanged += 1
                # A picture that moved is found at its new path only if this snapshot is published.
                self._relabelled += before.path != item.path or dict(before.metadata) != dict(item.metadata)

    def progress(self) -> Progress:
        """How far the job is now."""
        done = self._written + self.failed
        elapsed = max(time.monotonic() - self._started, 1e-6)
        rate = done / elapsed
        left = None if self._total is None else max(self._total - done, 0)
        eta = None if left is None or rate == 0 else left / rate
        return Progress(done, self._total, self.failed, rate, eta)

    def report(self, manifest: Manifest) -> Report:
        """What the finished job did."""
        kept = self._changed + self._unchanged
        return Report(
            added=self._added,
            changed=self._changed,
            removed=(0 if self._previous is None else len(self._previous)) - kept,
            unchanged=self._unchanged,
            relabelled=self._relabelled,
            encoded=self.encoded,
            failed=tuple(self._failed),
            seconds=time.monotonic() - self._started,
            manifest=manifest,
            made_alike=self._previous is not None
            and self._previous.manifest.made_like(manifest)
            and self._previous.manifest.strength == manifest.strength,
        )

    @property
    def _written(self) -> int:
        return self._added + self._changed + self._unchanged
