"""From a catalogue to a published snapshot: built beside the live one, renamed into place when it is whole."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from retrieval.clip_encoder import ClipEncoder
from retrieval.entry import Source
from retrieval.errors import SnapshotInvalid
from retrieval.indexing import Encode, Progress, build_snapshot
from retrieval.manifest import Provenance
from retrieval.protocols import Composition
from retrieval.snapshot import Snapshot
from storage.errors import SnapshotMissing
from storage.snapshots import SnapshotStore

KEEP_SNAPSHOTS = 2
"""The live one and the one to roll back to."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What snapshots are made with here.

    Attributes:
        model: as the admin writes it (`CLIP_MODEL`).
        pretrained: its tag or path (`CLIP_PRETRAINED`).
        index: kind of vector index, as `retrieval.indexes` names it.
    """

    encoder: ClipEncoder
    composition: Composition
    model: str
    pretrained: str | None
    index: str


def publish_catalogue(
    store: SnapshotStore, recipe: Recipe, source: Source, encode: Encode, batch_size: int
) -> Generator[Progress, None, None]:
    """Build and publish a snapshot of `source`; the last progress carries the report and comes after the publication.

    A snapshot that says the same as the published one is not published. Closing the generator before that leaves the
    live one as it was. The caller holds the reindex lock. `encode` is what runs the model, on `batch_size` pictures at
    once.

    Raises:
        CatalogueInvalid, IndexingFailed: it cannot be done; the live snapshot is untouched.
        OSError: the disk.
    """
    store.sweep()
    directory = store.staging()
    previous = _published(store)
    published = False
    provenance = Provenance(
        fingerprint=recipe.encoder.fingerprint,
        model=recipe.model,
        pretrained=recipe.pretrained,
        dimension=recipe.encoder.dimension,
        composition=recipe.composition.name,
        index=recipe.index,
        source=source.description,
    )
    try:
        steps = build_snapshot(
            source, encode, directory, provenance, previous=previous, batch_size=batch_size, total=source.count()
        )
        with closing(steps):
            for progress in steps:
                if progress.report is None:
                    yield progress
                    continue
                if not progress.report.nothing_new:  # a copy would only push out the snapshot to roll back to
                    store.publish(directory)
                    published = True
                    store.prune(KEEP_SNAPSHOTS)
                yield progress
    finally:
        if not published:
            store.discard(directory)
        if previous is not None:
            previous.close()


def _published(store: SnapshotStore) -> Snapshot | None:
    """The published snapshot, to take features of unchanged pictures from; whatever model made it."""
    try:
        return Snapshot.open(store.current(), None, None, with_index=False)
    except (SnapshotMissing, SnapshotInvalid):
        return None
