"""What the pages are answered: a person's own web, the map, pictures that anybody may see, and what clicks do."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import numpy as np
from aiohttp import web

from bot import texts
from bot.album import plain_title
from bot.answers import Answer
from bot.dialog import MAX_TEXT
from bot.events import Event, InsideAsked, ItemChosen
from bot.gallery import Gallery
from bot.languages import say, say_plural
from bot.map_picture import CATEGORY_COLOURS, REST_COLOUR
from bot.maps import Maps
from bot.pages.visits import Refused, Visit
from bot.protocols import Dialogs, Person
from bot.thumbnails import thumbnail_jpeg
from bot.web_picture import GROUP_COLOURS
from bot.webs import Webs
from retrieval.errors import PictureUnreadable
from retrieval.item_table import Item
from retrieval.query import TextQuery, WeightedQuery
from retrieval.snapshot import Snapshot

logger = logging.getLogger(__name__)

MAX_INSIDE = 2000
"""Items of one circle: their ids stay with the dialog as long as the filter does."""
FOUND = 50
_CANVASES = {"tall": (900.0, 1450.0), "wide": (1600.0, 1000.0)}
_SIDES = {"small": 320, "large": 1280}
_ITEM_CACHE = {"Cache-Control": "private, max-age=3600", "Vary": "Authorization"}

Advance = Callable[[Person, Event], Awaitable[Answer]]
"""Advances the person's dialog in the lane of their chat; what a button would be answered with."""


class Pace(Protocol):
    """How often somebody asks; see `storage.pace`."""

    async def count(self, user: int) -> int:
        """One more; how many there were in this minute."""
        ...


class Answers:
    """Answers the questions of people who were let in."""

    def __init__(
        self,
        gallery: Gallery,
        dialogs: Dialogs,
        webs: Webs,
        maps: Maps,
        advance: Advance,
        pace: Pace,
        messages_per_minute: int,
    ) -> None:
        self._gallery = gallery
        self._dialogs = dialogs
        self._webs = webs
        self._maps = maps
        self._advance = advance
        self._pace = pace
        self._messages_per_minute = messages_per_minute

    async def result_web(self, visit: Visit, request: web.Request) -> web.Response:
        """The web of the ticket's turn: places, groups, edges, and what each result is."""
        await self._check_pace(visit)
        dialog, _ = await self._dialogs.load(visit.person)
        turn = dialog.turn(visit.ticket.turn)
        if turn is None:
            raise Refused(410, say(texts.PAGE_SEARCH_EXPIRED))
        width, height = _CANVASES.get(request.query.get("canvas", ""), _CANVASES["tall"])
        drawn = await self._webs.of(turn, width, height)
        if drawn is None:
            raise Refused(404, say(texts.WEB_NOTHING))
        woven = drawn.web
        return web.json_response(
            {
                "asked": drawn.asked,
                "snapshot": drawn.snapshot,
                "width": width,
                "height": height,
                "query": _spot(woven.query.x, woven.query.y, woven.query.side),
                "groups": [
                    {"name": name, "colour": GROUP_COLOURS[number], "count": woven.groups.count(number)}
                    for number, name in enumerate(drawn.names)
                ],
                "items": [
                    {**_described(item), **_spot(spot.x, spot.y, spot.side), "row": row, "group": group}
                    for item, row, spot, group in zip(drawn.items, drawn.rows, woven.spots, woven.groups, strict=True)
                ],
                "edges": [[edge.a, edge.b, round(edge.likeness, 3)] for edge in woven.edges],
            }
        )

    async def collection_map(self, visit: Visit, _: web.Request) -> web.Response:
        """The map: a line of JSON, then rows (uint32), places (float32, x and y in turn), categories (uint8)."""
        await self._check_pace(visit)
        drawn = await self._maps.current()
        if drawn is None:
            raise Refused(404, say(texts.MAP_MISSING))
        dialog, _version = await self._dialogs.load(visit.person)
        turn = dialog.turn(dialog.current)
        colours = [*CATEGORY_COLOURS[: len(drawn.names)], REST_COLOUR]
        head: dict[str, Any] = {
            "snapshot": drawn.snapshot.directory.name,
            "count": len(drawn.rows),
            "categories": list(drawn.names),
            "colours": colours,
            "most": MAX_INSIDE,
            "asked": turn.request.text if turn else "",
            "hits": self._rows(drawn.snapshot, turn.shown) if turn else [],
        }
        line = json.dumps(head).encode()
        # Padded, so that the arrays begin where browsers can look at them in place.
        line += b" " * (-(len(line) + 1) % 4) + b"\n"
        arrays = (drawn.rows.astype("<u4"), drawn.positions.astype("<f4"), drawn.numbers.astype(np.uint8))
        body = b"".join([line, *(array.tobytes() for array in arrays)])
        return web.Response(body=body, content_type="application/octet-stream")

    async def found(self, visit: Visit, request: web.Request) -> web.Response:
        """The rows of what words find, to be shown on the map; nothing of it goes into the dialog."""
        text = " ".join(request.query.get("q", "").split())
        if not 0 < len(text) <= MAX_TEXT:
            raise Refused(400, say_plural(texts.PAGE_WORDS, MAX_TEXT))
        await self._check_pace(visit)
        snapshot = self._gallery.snapshot
        result = await self._gallery.search([WeightedQuery(TextQuery(text))], FOUND, ())
        found = [hit.item_id for hit in result.hits]
        return web.json_response({"snapshot": snapshot.directory.name, "rows": self._rows(snapshot, found)})

    async def item(self, _: Visit, request: web.Request) -> web.Response:
        """What an item is called, costs, and where it is sold."""
        return web.json_response(_described(await self._item(request)), headers=_ITEM_CACHE)

    async def picture(self, _: Visit, request: web.Request) -> web.Response:
        """An item's picture, small or large."""
        item = await self._item(request)
        side = _SIDES.get(request.query.get("size", ""), _SIDES["small"])
        try:
            jpeg = await asyncio.to_thread(thumbnail_jpeg, item, side)
        except PictureUnreadable as error:
            logger.warning("The picture of item %r cannot be shown: %s", item.id, error)
            raise Refused(404, say(texts.SOME_MISSING)) from error
        return web.Response(body=jpeg, content_type="image/jpeg", headers=_ITEM_CACHE)

    async def refine(self, visit: Visit, request: web.Request) -> web.Response:
        """Choose the picture in the chat."""
        asked = await _read(request)
        (item,) = await self._items(asked, [asked.get("row")])
        answer = await self._advance(visit.person, ItemChosen(item.id, visit.ticket.turn))
        return _outcome(answer, say(texts.PAGE_DONE))

    async def inside(self, visit: Visit, request: web.Request) -> web.Response:
        """Search on among these items in the chat."""
        asked = await _read(request)
        rows = asked.get("rows")
        if not isinstance(rows, list) or not rows:
            raise Refused(400, say(texts.PAGE_NOT_UNDERSTOOD))
        if len(rows) > MAX_INSIDE:
            raise Refused(413, say_plural(texts.PAGE_TOO_MANY, MAX_INSIDE))
        items = await self._items(asked, rows)
        answer = await self._advance(visit.person, InsideAsked(tuple(item.id for item in items)))
        return _outcome(answer, say_plural(texts.PAGE_INSIDE_DONE, len(items)))

    async def _check_pace(self, visit: Visit) -> None:
        """What costs as much as a message counts as one."""
        if await self._pace.count(visit.person.user) > self._messages_per_minute:
            raise Refused(429, say_plural(texts.TOO_FAST, self._messages_per_minute))

    async def _item(self, request: web.Request) -> Item:
        (item,) = await self._items(request.match_info, [int(request.match_info["row"])])
        return item

    async def _items(self, asked: Any, rows: Sequence[Any]) -> tuple[Item, ...]:
        """The items of rows of the snapshot that is asked about, none of them hidden; at least one."""
        snapshot = self._gallery.snapshot
        if asked.get("snapshot") != snapshot.directory.name:
            raise Refused(409, say(texts.PAGE_MAP_CHANGED))
        if not all(type(row) is int and 0 <= row < len(snapshot) for row in rows):
            raise Refused(400, say(texts.PAGE_NOT_UNDERSTOOD))
        await self._gallery.refresh_hidden()
        items = self._gallery.items(snapshot.ids(rows))
        if not items:
            raise Refused(404, say(texts.PAGE_ITEM_GONE))
        return items

    def _rows(self, snapshot: Snapshot, item_ids: Sequence[str]) -> list[int]:
        """Rows of those of the items that the snapshot has and nobody has hidden."""
        return [*snapshot.rows([item.id for item in self._gallery.items(item_ids)]).values()]


async def _read(request: web.Request) -> dict[str, Any]:
    try:
        asked = json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        raise Refused(400, say(texts.PAGE_NOT_UNDERSTOOD)) from error
    if not isinstance(asked, dict):
        raise Refused(400, say(texts.PAGE_NOT_UNDERSTOOD))
    return asked


def _outcome(answer: Answer, done: str) -> web.Response:
    if answer.alert:
        raise Refused(409, answer.text)
    return web.json_response({"said": done})


def _spot(x: float, y: float, side: float) -> dict[str, float]:
    return {"x": round(x, 1), "y": round(y, 1), "side": round(side, 1)}


def _described(item: Item) -> dict[str, str]:
    price = item.price
    said = f"{price:.2f}" if isinstance(price, float | int) else str(price or "")
    return {"title": plain_title(item), "category": item.category or "", "price": said}
