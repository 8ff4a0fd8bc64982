"""Small pictures of items, for drawings and pages."""

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from retrieval.errors import PictureUnreadable
from retrieval.item_table import Item
from retrieval.preprocess import open_picture

_QUALITY = 82


def thumbnail(item: Item, side: int) -> Image.Image:
    """The item's picture, RGB, its longer side at most `side` pixels. Raises PictureUnreadable."""
    picture = open_picture(Path(item.path), enough=side)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def thumbnail_jpeg(item: Item, side: int) -> bytes:
    """The same as a JPEG. Raises PictureUnreadable."""
    buffer = io.BytesIO()
    thumbnail(item, side).save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def readable(items: Iterable[Item], side: int) -> tuple[tuple[Item, Image.Image], ...]:
    """The items whose pictures can still be read, with these."""
    found = []
    for item in items:
        try:
            found.append((item, thumbnail(item, side)))
        except PictureUnreadable:
            continue
    return tuple(found)
