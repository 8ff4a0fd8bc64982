"""Adds the map to a snapshot that is not published yet."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import numpy as np

from retrieval.collection_map import FILE_NAME, CollectionMap, Positions, add_between, lay_out
from retrieval.embedding import normalize
from retrieval.errors import IndexingFailed, SnapshotInvalid
from retrieval.map_process import lay_out_apart
from retrieval.protocols import Embeddings, Mask
from retrieval.snapshot import Snapshot

_FEW = 1000
"""Fewer rows are laid out here: another process would take longer to start than that takes."""
_ENOUGH_LAID_OUT = 0.8
"""Share of rows whose places were computed together; below it the map is laid out anew."""


def add_map(directory: Path, previous: Snapshot | None = None, threads: int = 1) -> Generator[tuple[int, int]]:
    """Write the map beside the snapshot's other files, yielding how many steps of how many are done.

    A small reindexing does not lay it out anew: what was there stays where people know it, and new pictures are put
    between those that they are like.

    Args:
        directory: a whole snapshot.
        previous: places of pictures whose content it holds are taken from it.
        threads: that the layout may use; the default leaves the other cores to those who search meanwhile.

    Raises:
        IndexingFailed: the disk.
    """
    with closing(Snapshot.open(directory, None, None, with_index=False)) as snapshot:
        embeddings = normalize(snapshot.features(range(len(snapshot))))
        kept = _kept(snapshot, embeddings, previous)
        if kept is None:
            lay = lay_out if len(embeddings) < _FEW else lay_out_apart
            positions = yield from lay(embeddings, threads=threads)
            drawn = CollectionMap(positions, np.ones(len(snapshot), dtype=bool))
        else:
            positions, known, laid_out = kept
            drawn = CollectionMap(add_between(embeddings, positions, known), laid_out)
        try:
            drawn.save(directory / FILE_NAME)
        except OSError as error:
            raise IndexingFailed(
                f"The map could not be written ({error.strerror or error}): free some disk space and start again; "
                "the collection as it was stays in service."
            ) from error
    yield 1, 1


def map_of(snapshot: Snapshot | None) -> CollectionMap | None:
    """The map of a snapshot; None where there is none that can be read."""
    if snapshot is None:
        return None
    try:
        return CollectionMap.load(snapshot.directory / FILE_NAME, len(snapshot))
    except SnapshotInvalid:
        return None


def _kept(snapshot: Snapshot, embeddings: Embeddings, previous: Snapshot | None) -> tuple[Positions, Mask, Mask] | None:
    """Places of the pictures that the previous map knows, which these are, and which were laid out together.

    None where the map is to be laid out anew.
    """
    before = map_of(previous)
    if previous is None or before is None or previous.manifest.fingerprint != snapshot.manifest.fingerprint:
        return None
    positions = np.zeros((len(snapshot), 2), dtype=np.float32)
    known, laid_out = np.zeros((2, len(snapshot)), dtype=bool)
    for row, item in enumerate(snapshot.items()):
        old = previous.row_of_content(item.content_hash)
        if old is not None:
            positions[row], known[row], laid_out[row] = before.positions[old], True, before.laid_out[old]
    if laid_out.sum() < _ENOUGH_LAID_OUT * len(embeddings):
        return None
    return positions, known, laid_out
