"""Adds the local features of every picture to a snapshot that is not published yet."""

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from retrieval.errors import IndexingFailed, PictureUnreadable, SnapshotInvalid
from retrieval.item_table import Item
from retrieval.local_features import (
    ITEM_POINTS,
    ITEM_SIDE,
    LocalFeatures,
    colour_view,
    find_points,
    grey_view,
    no_points,
)
from retrieval.local_index import LocalIndex, build_local_index
from retrieval.preprocess import open_picture
from retrieval.snapshot import Snapshot


def add_local_features(directory: Path, previous: Snapshot | None = None) -> Generator[int]:
    """Write them beside the snapshot's other files, yielding the number of pictures done after each.

    A picture that cannot be read any more has none: it is found by meaning, but never marked.

    Args:
        directory: a whole snapshot.
        previous: points of pictures whose content it holds are taken from it.

    Raises:
        IndexingFailed: the disk.
    """
    with closing(Snapshot.open(directory, None, None, with_index=False)) as snapshot:
        try:
            yield from build_local_index(directory, _features(snapshot, previous))
        except OSError as error:
            raise IndexingFailed(
                f"The local features could not be written ({error.strerror or error}): free some disk space and start "
                "again; the collection as it was stays in service."
            ) from error


def local_features_of(snapshot: Snapshot | None) -> LocalIndex | None:
    """Those of a snapshot, for building the next one; None where there are none that can be read."""
    if snapshot is None:
        return None
    try:
        return LocalIndex.open(snapshot.directory, len(snapshot))
    except SnapshotInvalid:
        return None


def _features(snapshot: Snapshot, previous: Snapshot | None) -> Iterator[LocalFeatures]:
    known = local_features_of(previous)
    for item in snapshot.items():
        row = previous.row_of_content(item.content_hash) if previous is not None and known is not None else None
        yield _read(item) if known is None or row is None else known.features(row)


def _read(item: Item) -> LocalFeatures:
    try:
        picture = open_picture(Path(item.path), enough=ITEM_SIDE)
    except PictureUnreadable:
        return no_points()
    return find_points(grey_view(colour_view(picture, ITEM_SIDE)), ITEM_POINTS)
