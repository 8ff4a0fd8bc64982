"""The map of the live collection: what of it may be seen, and its picture."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.gallery import Gallery
from bot.map_picture import coloured, draw_map, worth_showing
from bot.thumbnails import readable
from retrieval.collection_map import CollectionMap, Positions
from retrieval.map_indexing import map_of
from retrieval.snapshot import Snapshot

_SIDE = 240


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """The map of one snapshot, without what is hidden.

    Attributes:
        snapshot: the one it belongs to.
        rows: [m] of the items on it, ascending.
        positions: [m, 2], each within -1 … 1.
        names: of the categories with a colour of their own.
        numbers: [m] of each item's category; behind the last one where it has none.
    """

    snapshot: Snapshot
    rows: NDArray[np.int64]
    positions: Positions
    names: tuple[str, ...]
    numbers: NDArray[np.int64]


class Maps:
    """Maps of the live collection; the last one read is kept."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._read: tuple[Snapshot, CollectionMap | None, tuple[str, ...]] | None = None

    async def current(self) -> DrawnMap | None:
        """The map; None where the snapshot has none.

        Raises:
            SnapshotMissing: nothing has been indexed yet.
            StorageUnavailable: it cannot be known what is hidden.
        """
        snapshot = self._gallery.snapshot
        await self._gallery.refresh_hidden()
        if self._read is None or self._read[0] is not snapshot:
            self._read = await asyncio.to_thread(_read, snapshot)
        _, found, categories = self._read
        if found is None:
            return None
        seen = np.ones(len(found), dtype=bool)
        seen[self._gallery.hidden_rows(snapshot)] = False
        rows = np.flatnonzero(seen)
        names, numbers = coloured([categories[row] for row in rows])
        return DrawnMap(snapshot, rows, found.positions[rows], names, numbers)

    async def picture(self, hits: Sequence[str] = ()) -> tuple[bytes, int] | None:
        """The map as a JPEG and how many items it shows, with the hits ringed; None where there is none."""
        drawn = await self.current()
        if drawn is None or not len(drawn.rows):
            return None
        snapshot = drawn.snapshot
        place = {int(row): at for at, row in enumerate(drawn.rows)}
        found = snapshot.rows(hits).values()

        def draw() -> bytes:
            shown = []
            for at in worth_showing(drawn.positions):
                shown += [(at, picture) for _, picture in readable([snapshot.item_at(int(drawn.rows[at]))], _SIDE)]
            ringed = [place[row] for row in found if row in place]
            return draw_map(drawn.positions, drawn.names, drawn.numbers, shown, ringed)

        return await asyncio.to_thread(draw), len(drawn.rows)


def _read(snapshot: Snapshot) -> tuple[Snapshot, CollectionMap | None, tuple[str, ...]]:
    found = map_of(snapshot)
    return snapshot, found, tuple(item.category or "" for item in snapshot.items()) if found is not None else ()
