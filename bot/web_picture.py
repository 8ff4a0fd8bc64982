"""The web of a search's results as one picture, drawn for reading on a phone."""

import io
from collections import Counter
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

from bot import texts
from bot.languages import say
from bot.lettering import drawable
from bot.lettering import font as font_of
from retrieval.item_table import Item
from retrieval.result_web import QUERY, Edge, ResultWeb, Spot

WIDTH, HEIGHT = 960, 1280
"""Pixels; Telegram shows photos of up to 1280 without scaling them down."""
LEGEND = 84
"""Pixels at the foot for the names of the groups; the web is drawn above."""
GROUP_COLOURS = ("#3b7dd8", "#e07b2f", "#2f9a68", "#8a5bc4", "#d1477a", "#1f9fb0", "#9a8420")
_PAPER, _INK, _GREY = "#f6f5f2", "#262b33", "#7d8593"
_TWICE = 2
"""Drawn in twice the size and scaled down: Pillow's lines have no smooth edges of their own."""
_QUALITY = 90
_LABEL_SIZE = 26
_LEAST_SHARE = 0.5
"""A word names a group when it fits this share of its members."""
_MAX_LABEL = 24
_NO_NAMES = frozenset({"id", "title", "caption", "description", "link", "url", "price", "path", "category", "taken"})

_Rgb = tuple[int, int, int]


def draw_web(web: ResultWeb, pictures: Sequence[Image.Image], names: Sequence[str], asked: str) -> bytes:
    """A JPEG of WIDTH x HEIGHT.

    Args:
        web: woven for a canvas of WIDTH x (HEIGHT - LEGEND).
        pictures: of each result, RGB, of any size.
        names: of each group.
        asked: the query, written in the middle.
    """
    canvas = Image.new("RGB", (WIDTH * _TWICE, HEIGHT * _TWICE), _PAPER)
    draw = ImageDraw.Draw(canvas)
    _shade_groups(draw, web)
    for edge in web.edges:
        _draw_edge(draw, web, edge)
    for spot, group, picture in zip(web.spots, web.groups, pictures, strict=True):
        _paste(canvas, draw, spot, picture, GROUP_COLOURS[group])
    _draw_query(draw, web.query, next(filter(drawable, (asked, say(texts.WEB_QUERY))), "…"))
    _draw_legend(draw, [name if drawable(name) else "" for name in names], Counter(web.groups))
    buffer = io.BytesIO()
    canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def group_names(items: Sequence[Item], groups: Sequence[int]) -> tuple[str, ...]:
    """In the catalogue's words, what sets each group apart, and its category; empty where it says nothing."""
    names = []
    for group in range(max(groups) + 1):
        members = [item for item, number in zip(items, groups, strict=True) if number == group]
        category = _shared(members)
        name = " · ".join(filter(None, (category, _distinctive(members, items, category))))
        names.append(name if len(name) <= _MAX_LABEL else name[: _MAX_LABEL - 1] + "…")
    return tuple(names)


def _shared(members: Sequence[Item]) -> str:
    word, count = Counter(item.category for item in members).most_common(1)[0]
    return word if word and count >= _LEAST_SHARE * len(members) else ""


def _distinctive(members: Sequence[Item], items: Sequence[Item], category: str) -> str:
    """The value that most members have, and the fewest of the others."""
    inside = Counter(word for item in members for word in _words(item))
    everywhere = Counter(word for item in items for word in _words(item))
    others = max(len(items) - len(members), 1)
    share = {
        word: count / len(members) - (everywhere[word] - count) / others
        for word, count in inside.items()
        if count >= _LEAST_SHARE * len(members) and word != category
    }
    return max(share, key=lambda word: (share[word], word), default="")


def _words(item: Item) -> set[str]:
    """Short values of the catalogue's columns: colours, sleeves, materials."""
    return {v for k, v in item.metadata.items() if k not in _NO_NAMES and isinstance(v, str) and 0 < len(v) <= 14}


def edge_width(likeness: float) -> float:
    """Pixels: thicker the more alike."""
    return 1.5 + 7 * likeness**2


def _draw_edge(draw: ImageDraw.ImageDraw, web: ResultWeb, edge: Edge) -> None:
    begin, end = web.query if edge.a == QUERY else web.spots[edge.a], web.spots[edge.b]
    # Less saturated the more alike: weak ones are told by their colour, strong ones by their weight.
    colour = _mixed(GROUP_COLOURS[web.groups[edge.b]], _GREY, 0.15 + 0.85 * edge.likeness)
    line = [begin.x * _TWICE, begin.y * _TWICE, end.x * _TWICE, end.y * _TWICE]
    draw.line(line, fill=colour, width=max(1, round(edge_width(edge.likeness) * _TWICE)))


def _shade_groups(draw: ImageDraw.ImageDraw, web: ResultWeb) -> None:
    """A soft shape behind the members of each group: discs around them, joined along their edges."""
    if len(set(web.groups)) == 1:
        return
    for group in sorted(set(web.groups)):
        colour = _mixed(GROUP_COLOURS[group], _PAPER, 0.86)
        for edge in web.edges:
            if edge.a != QUERY and web.groups[edge.a] == web.groups[edge.b] == group:
                a, b = web.spots[edge.a], web.spots[edge.b]
                line = [a.x * _TWICE, a.y * _TWICE, b.x * _TWICE, b.y * _TWICE]
                draw.line(line, fill=colour, width=round(min(a.side, b.side) * _TWICE))
        for spot, number in zip(web.spots, web.groups, strict=True):
            if number == group:
                _disc(draw, spot, 0.86 * spot.side, colour)


def _paste(canvas: Image.Image, draw: ImageDraw.ImageDraw, spot: Spot, picture: Image.Image, colour: str) -> None:
    side, frame = round(spot.side * _TWICE), 4 * _TWICE
    left, top = round(spot.x * _TWICE - side / 2), round(spot.y * _TWICE - side / 2)
    draw.rounded_rectangle([left, top, left + side, top + side], radius=side // 7, fill=colour)
    inner = side - 2 * frame
    # Upper part first: what is worn high tells more than what is cut off below.
    small = ImageOps.fit(picture, (inner, inner), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    mask = Image.new("L", (inner, inner), 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, inner - 1, inner - 1], radius=max(1, side // 7 - frame), fill=255)
    canvas.paste(small, (left + frame, top + frame), mask)


def _draw_query(draw: ImageDraw.ImageDraw, spot: Spot, asked: str) -> None:
    _disc(draw, spot, spot.side / 2 + 6, _PAPER)
    _disc(draw, spot, spot.side / 2, _INK)
    size = 34
    while size > 12:
        font = font_of(size * _TWICE)
        lines = _wrapped(asked, font, 0.8 * spot.side * _TWICE)
        if len(lines) * size * 1.2 <= 0.66 * spot.side and all(
            font.getlength(line) <= 0.84 * spot.side * _TWICE for line in lines
        ):
            break
        size -= 2
    text = "\n".join(lines)
    centre = (spot.x * _TWICE, spot.y * _TWICE)
    draw.multiline_text(centre, text, fill="white", font=font, anchor="mm", align="center", spacing=4 * _TWICE)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _draw_legend(draw: ImageDraw.ImageDraw, names: Sequence[str], counts: Counter[int]) -> None:
    """The groups by colour, name and number of members, in as many lines as they need."""
    if len(names) < 2:
        return
    size = _LABEL_SIZE
    while size > 14:
        font = font_of(size * _TWICE)
        rows = _legend_rows(names, counts, font, size * _TWICE)
        if len(rows) * size * 1.5 <= LEGEND - 8:
            break
        size -= 2
    for number, row in enumerate(rows):
        x = (WIDTH * _TWICE - sum(width for _, _, width in row)) / 2 + size * _TWICE / 2
        y = (HEIGHT - LEGEND / 2 + (number - (len(rows) - 1) / 2) * size * 1.5) * _TWICE
        for group, label, width in row:
            radius = 0.36 * size * _TWICE
            draw.ellipse([x, y - radius, x + 2 * radius, y + radius], fill=GROUP_COLOURS[group])
            draw.text((x + 2.8 * radius, y), label, fill=_INK, font=font, anchor="lm")
            x += width


def _legend_rows(
    names: Sequence[str], counts: Counter[int], font: ImageFont.FreeTypeFont, size: float
) -> list[list[tuple[int, str, float]]]:
    rows: list[list[tuple[int, str, float]]] = [[]]
    for group, name in enumerate(names):
        label = f"{name} {counts[group]}".strip()
        width = font.getlength(label) + 2.1 * size
        if rows[-1] and sum(wide for _, _, wide in rows[-1]) + width > (WIDTH - 40) * _TWICE:
            rows.append([])
        rows[-1].append((group, label, width))
    return rows


def _disc(draw: ImageDraw.ImageDraw, spot: Spot, radius: float, colour: str | _Rgb) -> None:
    box = [(spot.x - radius) * _TWICE, (spot.y - radius) * _TWICE]
    draw.ellipse([*box, (spot.x + radius) * _TWICE, (spot.y + radius) * _TWICE], fill=colour)


def _mixed(colour: str, other: str, share: float) -> _Rgb:
    """`share` of the other colour."""
    red, green, blue = (
        round((1 - share) * int(colour[at : at + 2], 16) + share * int(other[at : at + 2], 16)) for at in (1, 3, 5)
    )
    return red, green, blue
