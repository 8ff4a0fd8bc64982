"""Pictures of items in the form that Telegram takes: a known `file_id`, or a JPEG small enough to be sent."""

import asyncio
import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PIL import Image

from bot.screens import Picture
from retrieval.errors import PictureUnreadable
from retrieval.item_table import Item
from retrieval.preprocess import open_picture

logger = logging.getLogger(__name__)

MAX_SIDE = 1280
"""Pixels; Telegram scales larger photos down to this anyway (Bot API, PhotoSize)."""
MAX_RATIO = 19.0
"""Telegram refuses photos of a ratio over 20; thinner ones get white borders."""
JPEG_QUALITY = 88


class KnownFiles(Protocol):
    """Which pictures Telegram has already; see `storage.file_ids`."""

    async def get_many(self, content_hashes: Sequence[str]) -> dict[str, str]:
        """`file_id` by content hash, of those that are known."""
        ...


async def load(items: Sequence[Item], limit: int, known: KnownFiles | None) -> tuple[Picture, ...]:
    """The first `limit` of `items` whose pictures can be sent.

    `known` is where `file_id`s are looked up; None to upload everything anew.
    """
    file_ids = await known.get_many([item.content_hash for item in items]) if known else {}
    pictures: list[Picture] = []
    for item in items:
        if len(pictures) == limit:
            break
        media = file_ids.get(item.content_hash)
        if media is not None:
            pictures.append(Picture(item, media))
            continue
        try:
            pictures.append(Picture(item, await asyncio.to_thread(jpeg_for_telegram, Path(item.path))))
        except PictureUnreadable as error:
            logger.warning("The picture of item %r cannot be shown: %s", item.id, error)
    return tuple(pictures)


def jpeg_for_telegram(path: Path) -> bytes:
    """A JPEG of the picture within Telegram's limits: sides up to 1280 px, ratio under 20.

    Raises:
        PictureUnreadable: the file is gone, or is no picture any more.
    """
    picture = open_picture(path)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    long, short = max(picture.size), min(picture.size)
    if long / short > MAX_RATIO:
        side = int(long / MAX_RATIO) + 1
        canvas = Image.new("RGB", (max(picture.width, side), max(picture.height, side)), "white")
        canvas.paste(picture, ((canvas.width - picture.width) // 2, (canvas.height - picture.height) // 2))
        picture = canvas
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=False)
    return buffer.getvalue()
