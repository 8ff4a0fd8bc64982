"""The pictures of a turn as one numbered photo with its buttons: what a group gets for an album.

A collage is drawn once: Telegram's `file_id` of it is kept under the content hashes of its pictures, in their order.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from telegram.error import BadRequest, NetworkError

from bot import collage
from bot.metrics import Metrics
from bot.outbox import Messages
from bot.photo_sender import PhotoSender, markup_of, names_file_id
from bot.protocols import Person
from bot.screens import Album, Picture
from retrieval.errors import PictureUnreadable
from retrieval.item_table import Item

logger = logging.getLogger(__name__)


class CollageSender:
    """Draws collages, off the event loop, and sends them."""

    def __init__(self, photos: PhotoSender, metrics: Metrics) -> None:
        self._photos = photos
        self._metrics = metrics

    async def load(self, items: Sequence[Item], limit: int) -> tuple[Picture, ...]:
        """The first `limit` items whose pictures can be read: each as a tile, or, of a known collage, its `file_id`."""
        first = items[:limit]
        name = _name(first)
        if media := (await self._photos.known([name])).get(name):
            return tuple(Picture(item, media) for item in first)
        with self._metrics.stage_seconds.labels("render").time():
            return await _tiles(items, limit)

    async def send_once(self, person: Person, album: Album, loaded: Sequence[Picture]) -> Messages:
        """The message's id; empty when it is not known whether it arrived."""
        try:
            return await self._send(person, album, loaded)
        except BadRequest:
            raise
        except NetworkError as error:
            logger.warning("A collage is not sent again, since it may have arrived: %s", error)
            return ()

    async def _send(self, person: Person, album: Album, loaded: Sequence[Picture]) -> Messages:
        media: str | bytes = loaded[0].media
        name = _name([picture.item for picture in loaded])
        if isinstance(media, bytes):
            tiles = [picture.media for picture in loaded if isinstance(picture.media, bytes)]
            with self._metrics.stage_seconds.labels("render").time():
                media = await asyncio.to_thread(collage.draw, tiles)
        markup = markup_of(person, album.keyboard)
        try:
            message = await self._photos.send_media(person, media, album.control, markup)
        except BadRequest as error:
            if isinstance(media, bytes) or not names_file_id(error):
                raise
            await self._photos.forget(name)
            items = [picture.item for picture in loaded]
            fresh = await _tiles(items, len(items))
            if len(fresh) < len(items):
                raise
            return await self._send(person, album, fresh)
        await self._photos.remember(name, media, message)
        return (message["message_id"],)


async def _tiles(items: Sequence[Item], limit: int) -> tuple[Picture, ...]:
    pictures: list[Picture] = []
    for item in items:
        if len(pictures) == limit:
            break
        try:
            pictures.append(Picture(item, await asyncio.to_thread(collage.tile, Path(item.path))))
        except PictureUnreadable as error:
            logger.warning("The picture of item %r cannot be shown: %s", item.id, error)
    return tuple(pictures)


def _name(items: Sequence[Item]) -> str:
    return collage.name_of([item.content_hash for item in items])
