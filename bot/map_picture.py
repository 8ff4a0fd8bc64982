"""The map of the collection as one picture: a dot for each item, coloured by category, and some of the pictures."""

import io
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from bot.lettering import drawable
from bot.lettering import font as font_of
from retrieval.collection_map import Positions

SIDE, LEGEND = 1080, 110
"""Pixels: the map is a square, the names of the categories stand below it."""
CATEGORY_COLOURS = (
    "#3b7dd8", "#e07b2f", "#2f9a68", "#d1477a", "#8a5bc4", "#1f9fb0", "#9a8420", "#c43d3d", "#5a7d2a", "#b05fb8",
    "#3f6f8f", "#a86a4a",
)  # fmt: skip
REST_COLOUR = "#8a919c"
"""Of what has no category, or one of the many small ones."""
_PAPER, _INK, _HIT = "#f6f5f2", "#262b33", "#111111"
_MARGIN = 36
_TWICE = 2
_CELLS = 7
"""The map is divided into so many squares each way; the fullest show one of their pictures."""
_SHOWN = 26
_THUMBNAIL = 78
_QUALITY = 88


def coloured(categories: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The categories that have a colour of their own, the largest first, and for each item its number among them.

    Items of other categories have the number behind the last one.
    """
    common = Counter(filter(None, categories)).most_common(len(CATEGORY_COLOURS))
    names = tuple(name for name, _ in sorted(common, key=lambda pair: (-pair[1], pair[0])))
    number = {name: at for at, name in enumerate(names)}
    return names, np.array([number.get(category, len(names)) for category in categories], dtype=np.int64)


def worth_showing(positions: Positions) -> list[int]:
    """Of the fullest parts of the map, the item in the middle of each; positions are within -1 … 1."""
    cells = np.clip(((positions + 1) / 2 * _CELLS).astype(int), 0, _CELLS - 1)
    names = cells[:, 0] * _CELLS + cells[:, 1]
    chosen = []
    for name, _ in Counter(names.tolist()).most_common(_SHOWN):
        members = np.flatnonzero(names == name)
        middle = np.median(positions[members], axis=0)
        chosen.append(int(members[np.argmin(((positions[members] - middle) ** 2).sum(axis=1))]))
    return chosen


def draw_map(
    positions: Positions,
    names: Sequence[str],
    numbers: NDArray[np.int64],
    shown: Iterable[tuple[int, Image.Image]],
    hits: Sequence[int] = (),
) -> bytes:
    """A JPEG of SIDE x (SIDE + LEGEND).

    Args:
        positions: [n, 2], each within -1 … 1.
        names: of the categories with a colour.
        numbers: [n] of each item's category.
        shown: items whose pictures are drawn, with these.
        hits: items that the search on screen found; they are ringed.
    """
    canvas = Image.new("RGB", (SIDE * _TWICE, (SIDE + LEGEND) * _TWICE), _PAPER)
    draw = ImageDraw.Draw(canvas)
    places = (_MARGIN + (positions + 1) / 2 * (SIDE - 2 * _MARGIN)) * _TWICE
    radius = float(np.clip(260 / np.sqrt(max(len(places), 1)), 1.2, 7)) * _TWICE
    palette = (*CATEGORY_COLOURS[: len(names)], REST_COLOUR)
    for (x, y), number in zip(places.tolist(), numbers.tolist(), strict=True):
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=palette[number])
    for row, picture in shown:
        _pin(canvas, draw, places[row], picture, palette[int(numbers[row])])
    for row in hits:
        (x, y), ring = places[row], radius + 4 * _TWICE
        draw.ellipse([x - ring, y - ring, x + ring, y + ring], outline=_HIT, width=3 * _TWICE)
    _draw_legend(draw, [name if drawable(name) else "…" for name in names])
    buffer = io.BytesIO()
    canvas.resize((SIDE, SIDE + LEGEND), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _pin(
    canvas: Image.Image, draw: ImageDraw.ImageDraw, place: NDArray[np.float32], picture: Image.Image, colour: str
) -> None:
    side, frame = _THUMBNAIL * _TWICE, 4 * _TWICE
    left, top = np.clip(place - side / 2, 4, SIDE * _TWICE - side - 4).astype(int).tolist()
    draw.rounded_rectangle([left, top, left + side, top + side], radius=side // 7, fill=colour)
    inner = side - 2 * frame
    mask = Image.new("L", (inner, inner), 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, inner - 1, inner - 1], radius=side // 7 - frame, fill=255)
    small = ImageOps.fit(picture, (inner, inner), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    canvas.paste(small, (left + frame, top + frame), mask)


def _draw_legend(draw: ImageDraw.ImageDraw, names: Sequence[str]) -> None:
    """The categories in up to two lines, in a size that fits."""
    for size in (28, 24, 20, 17):
        font = font_of(size * _TWICE)
        widths = [font.getlength(name[:24]) + 2.2 * size * _TWICE for name in names]
        rows: list[list[int]] = [[]]
        for number, width in enumerate(widths):
            if rows[-1] and sum(widths[each] for each in rows[-1]) + width > (SIDE - 2 * _MARGIN) * _TWICE:
                rows.append([])
            rows[-1].append(number)
        if len(rows) <= 2:
            break
    for at, row in enumerate(rows[:2]):
        x = (SIDE * _TWICE - sum(widths[number] for number in row)) / 2
        y = (SIDE + LEGEND / 2 + (at - (min(len(rows), 2) - 1) / 2) * 1.5 * size) * _TWICE
        for number in row:
            dot = 0.36 * size * _TWICE
            draw.ellipse([x, y - dot, x + 2 * dot, y + dot], fill=CATEGORY_COLOURS[number])
            draw.text((x + 2.8 * dot, y), names[number][:24], fill=_INK, font=font, anchor="lm")
            x += widths[number]
