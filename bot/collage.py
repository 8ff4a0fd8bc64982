"""Pictures in one numbered picture, as they fit best, without cutting anything off them. Pure but for reading a tile.

The pictures stand in justified rows: all of a row have its height, every row has the collage's width. Of all ways to
break them into rows the one is taken whose picture is closest to a square and whose rows are most alike.
"""

import hashlib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from retrieval.preprocess import open_picture

SIDE = 1280
"""Pixels of the longer side; Telegram scales larger photos down to this anyway (Bot API, PhotoSize)."""
GAP = 10
BADGE = 76
"""Pixels of a number's height: about 22 points where a phone shows the collage 370 points wide."""
TILE_SIDE = 900
JPEG_QUALITY = 87
_LAYOUT = "1"
"""Changes with whatever changes the drawing, so that a collage drawn before is not taken for one drawn now."""
_BACKGROUND = (232, 235, 239)
_WIDEST, _NARROWEST = 2.4, 0.45
"""Ratios of width to height; what is beyond stands on a plain ground instead of making its row unreadable."""
_SMOOTH = 4


@dataclass(frozen=True, slots=True)
class Box:
    """Where a picture stands, in pixels."""

    left: int
    top: int
    width: int
    height: int


def name_of(content_hashes: Sequence[str]) -> str:
    """What a collage of these pictures, in this order, is remembered by."""
    digest = hashlib.sha256("\n".join([_LAYOUT, *content_hashes]).encode()).hexdigest()
    return f"collage-{digest}"


def tile(path: Path) -> bytes:
    """A picture as small as a collage needs it, as JPEG.

    Raises:
        PictureUnreadable: the file is gone, or is no picture any more.
    """
    picture = open_picture(path, enough=TILE_SIDE)
    picture.thumbnail((TILE_SIDE, TILE_SIDE), Image.Resampling.LANCZOS)
    return _jpeg(picture)


def draw(tiles: Sequence[bytes]) -> bytes:
    """The collage of 2 to 10 pictures, numbered from 1, as JPEG."""
    pictures = [Image.open(io.BytesIO(data)) for data in tiles]
    boxes = arrange([picture.width / picture.height for picture in pictures])
    size = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
    canvas = Image.new("RGB", size, _BACKGROUND)
    for number, (picture, box) in enumerate(zip(pictures, boxes, strict=True), start=1):
        canvas.paste(_fitted(picture, box), (box.left, box.top))
        badge = _badge(str(number))
        canvas.paste(badge, (box.left + GAP, box.top + GAP), badge)
    return _jpeg(canvas)


def arrange(ratios: Sequence[float]) -> tuple[Box, ...]:
    """A box for each picture of these ratios (width by height), in reading order; the longer side is `SIDE`."""
    shapes = [min(max(ratio, _NARROWEST), _WIDEST) for ratio in ratios]
    rows = min(_breaks(shapes), key=_badness)
    heights = [_height(row) for row in rows]
    scale = min(1.0, SIDE / (sum(heights) + GAP * (len(rows) - 1)))
    boxes = []
    top = 0.0
    for row, height in zip(rows, heights, strict=True):
        left = 0.0
        for shape in row:
            width = shape * height
            x, y = round(left * scale), round(top * scale)
            boxes.append(Box(x, y, round((left + width) * scale) - x, round((top + height) * scale) - y))
            left += width + GAP
        top += height + GAP
    return tuple(boxes)


def _breaks(shapes: Sequence[float]) -> list[list[Sequence[float]]]:
    """All ways to break pictures into rows; 2^9 of ten."""
    places = range(1, len(shapes))
    found = []
    for count in range(len(shapes)):
        for cut in combinations(places, count):
            edges = [0, *cut, len(shapes)]
            found.append([shapes[start:end] for start, end in pairwise(edges)])
    return found


def _height(row: Sequence[float]) -> float:
    return (SIDE - GAP * (len(row) - 1)) / sum(row)


def _badness(rows: Sequence[Sequence[float]]) -> float:
    heights = [_height(row) for row in rows]
    square = math.log(sum(heights) / SIDE) ** 2
    mean = sum(heights) / len(heights)
    alike = sum(math.log(height / mean) ** 2 for height in heights) / len(heights)
    return square + alike


def _fitted(picture: Image.Image, box: Box) -> Image.Image:
    """The whole picture in its box; white beside it where it is much longer or wider than that."""
    scale = min(box.width / picture.width, box.height / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    if abs(size[0] - box.width) <= 2 and abs(size[1] - box.height) <= 2:
        return picture.resize((box.width, box.height), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", (box.width, box.height), "white")
    ground.paste(
        picture.resize(size, Image.Resampling.LANCZOS), ((box.width - size[0]) // 2, (box.height - size[1]) // 2)
    )
    return ground


def _badge(number: str) -> Image.Image:
    """White on dark with a white rim, so that it is read on any picture."""
    height, rim = BADGE * _SMOOTH, 4 * _SMOOTH
    width = height if len(number) == 1 else round(height * 1.35)
    badge = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(badge)
    pen.rounded_rectangle((0, 0, width - 1, height - 1), height / 2, (255, 255, 255, 235))
    pen.rounded_rectangle((rim, rim, width - 1 - rim, height - 1 - rim), height / 2, (24, 28, 36, 255))
    font = ImageFont.load_default(height * 0.62)
    pen.text((width / 2, height / 2), number, "white", font, anchor="mm", stroke_width=2 * _SMOOTH, stroke_fill="white")
    return badge.resize((width // _SMOOTH, height // _SMOOTH), Image.Resampling.LANCZOS)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
