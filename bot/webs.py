"""The web of a turn: its search once more for the nearest 50, those that can be seen, and how they hang together."""

import asyncio
from dataclasses import dataclass

from PIL import Image

from bot.gallery import Gallery
from bot.labels import plain_label
from bot.sought import sought
from bot.thumbnails import readable
from bot.turns import Turn
from bot.web_picture import HEIGHT, LEGEND, WIDTH, draw_web, group_names
from retrieval.embedding import normalize
from retrieval.item_table import Item
from retrieval.result_web import ResultWeb, weave

MOST = 50
_SIDE = 320
"""Pixels of the thumbnails, twice what the largest crowd of them is drawn with."""


@dataclass(frozen=True, slots=True)
class TurnWeb:
    """What is drawn of a turn.

    Attributes:
        snapshot: name of the snapshot searched.
        items: the results, best first.
        rows: their rows in it.
        pictures: their thumbnails.
        names: of the groups.
        asked: the request in words.
    """

    snapshot: str
    items: tuple[Item, ...]
    rows: tuple[int, ...]
    pictures: tuple[Image.Image, ...]
    web: ResultWeb
    names: tuple[str, ...]
    asked: str


class Webs:
    """Weaves webs over the live collection."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery

    async def of(self, turn: Turn, width: float = WIDTH, height: float = HEIGHT - LEGEND) -> TurnWeb | None:
        """The web of a turn on a canvas; None where nothing fits the turn.

        Raises:
            retrieval.errors.RetrievalError, storage.errors.StorageError: as a search.
        """
        snapshot = self._gallery.snapshot
        result = await self._gallery.search(sought(turn, self._gallery), MOST, (), turn.within)
        scores = {hit.item_id: hit.score for hit in result.hits}
        items, known = self._gallery.items(list(scores)), snapshot.rows(scores)

        def drawn() -> TurnWeb | None:
            seen = readable([item for item in items if item.id in known], _SIDE)
            if not seen:
                return None
            shown, pictures = zip(*seen, strict=True)
            rows = tuple(known[item.id] for item in shown)
            embeddings = normalize(snapshot.features(rows))
            web = weave(embeddings, [scores[item.id] for item in shown], width, height)
            names = group_names(shown, web.groups)
            return TurnWeb(snapshot.directory.name, shown, rows, pictures, web, names, plain_label(turn.request))

        return await asyncio.to_thread(drawn)

    async def picture(self, turn: Turn) -> tuple[bytes, int] | None:
        """The web as a JPEG, and how many results it shows; None where nothing fits. Raises what `of` raises."""
        drawn = await self.of(turn)
        if drawn is None:
            return None
        jpeg = await asyncio.to_thread(draw_web, drawn.web, drawn.pictures, drawn.names, drawn.asked)
        return jpeg, len(drawn.items)
