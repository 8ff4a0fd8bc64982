"""The materials of one product: colours, weave, and the printed or woven pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.rendering.cloth import Field, weaves
from scripts.rendering.colours import Rgb, flower_colours, lab_to_rgb, partner_of, shade_of

_TILE = 256
_FLOWER_TILES = 4
# Small things carry smaller motifs; still large enough to survive scaling to 128 px.
_MOTIF_SCALE = {"hat": 0.82, "shoe": 0.72, "bag": 0.95, "shorts": 0.95}
_WEAVES = {
    "dress": ("jersey", "woven", "woven"),
    "T-shirt": ("jersey",),
    "shirt": ("woven", "twill"),
    "hoodie": ("jersey", "wool"),
    "skirt": ("woven", "twill", "wool"),
    "trousers": ("twill", "woven"),
    "shorts": ("twill", "woven"),
    "coat": ("wool", "wool", "twill"),
    "hat": ("twill", "wool"),
    "shoe": ("grain", "woven"),
    "bag": ("grain", "woven", "grain"),
}


@dataclass(frozen=True, slots=True)
class Motif:
    """The measures of a pattern, in pixels and radians."""

    pattern: str
    period: float
    share: float
    angle: float
    wave: tuple[float, float]
    tile: int
    offset: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one product (sRGB, float32 [3], 0..1), its weave and its pattern."""

    materials: Mapping[str, Rgb]
    second: Rgb
    heart: Rgb
    leaf: Rgb
    weave: Field
    texture: float
    motif: Motif


def palette_of(
    category: str, colour: str, pattern: str, cut: np.random.Generator, photo: np.random.Generator
) -> Palette:
    """The palette: pattern measures and trimmings from the cut, the exact shade from the photograph."""
    base = shade_of(colour, photo)
    second = partner_of(colour, photo)
    heart, leaf = flower_colours(photo)
    dark = bool(base.mean() < 0.25)
    leather = lab_to_rgb(((30.0, 14.0, 20.0), (18.0, 2.0, 3.0), (42.0, 16.0, 28.0))[int(cut.integers(3))])
    metal = lab_to_rgb(((72.0, 0.0, 0.0), (70.0, 5.0, 34.0))[int(cut.integers(2))])
    bone = lab_to_rgb(((90.0, 0.0, 5.0), (20.0, 2.0, 3.0), (40.0, 12.0, 18.0))[int(cut.integers(3))])
    rubber = lab_to_rgb((93.0, 0.0, 3.0)) if dark or cut.random() < 0.8 else lab_to_rgb((78.0, 4.0, 16.0))
    tonal = base * 0.8 if not dark else base * 1.6 + 0.05
    materials = {
        "fabric": base,
        "trim": base * 0.93,
        "contrast": second,
        "lining": base * (0.55 if base.mean() < 0.7 else 0.72) if not dark else base * 0.6 + 0.02,
        "leather": leather,
        "metal": metal,
        "button": bone if cut.random() < 0.6 else np.clip(tonal, 0, 1),
        "thread": lab_to_rgb((25.0, 0.0, 0.0)),
        "label": lab_to_rgb((92.0, 0.0, 3.0)),
        "cord": lab_to_rgb((92.0, 0.0, 3.0)) if cut.random() < 0.6 else np.clip(tonal, 0, 1),
        "rubber": rubber,
        "sole": lab_to_rgb(((24.0, 4.0, 6.0), (46.0, 14.0, 24.0))[int(cut.integers(2))]),
        "band": lab_to_rgb((14.0, 0.0, 0.0)) if not dark else lab_to_rgb((80.0, 1.0, 8.0)),
        "pompom": base * 0.97 if cut.random() < 0.7 else lab_to_rgb((92.0, 0.0, 4.0)),
    }
    names = _WEAVES[category]
    weave = weaves()[names[int(cut.integers(len(names)))]]
    motif = _motif(pattern, cut, _MOTIF_SCALE.get(category, 1.0))
    return Palette(materials, second, heart, leaf, weave, float(cut.uniform(0.012, 0.026)), motif)


def _motif(pattern: str, rng: np.random.Generator, scale: float) -> Motif:
    period = {"striped": (26, 40), "checked": (46, 60), "dotted": (32, 44), "zigzag": (36, 46), "floral": (0.85, 1.1)}
    low, high = period.get(pattern, (30, 40))
    angles = (0.0, 0.0, np.pi / 2, np.pi / 4) if pattern == "striped" else (0.0,)
    if pattern == "checked" and rng.random() < 0.2:
        angles = (np.pi / 4,)
    return Motif(
        pattern,
        float(rng.uniform(low, high)) * scale,
        float(rng.uniform(0.19, 0.23) if pattern == "checked" else rng.uniform(0.27, 0.34)),
        float(angles[int(rng.integers(len(angles)))]),
        (float(rng.uniform(44, 60)) * scale, float(rng.uniform(12, 17)) * scale),
        int(rng.integers(_FLOWER_TILES)),
        (float(rng.uniform(0, 256)), float(rng.uniform(0, 256))),
    )


def printed(palette: Palette, u: Field, v: Field) -> Rgb:
    """The patterned cloth, sRGB float32 [h, w, 3], at cloth coordinates `u`, `v` in pixels, float32 [h, w]."""
    motif, base = palette.motif, palette.materials["fabric"]
    c, s = np.float32(np.cos(motif.angle)), np.float32(np.sin(motif.angle))
    a = u * c + v * s + np.float32(motif.offset[0])
    b = v * c - u * s + np.float32(motif.offset[1])
    if motif.pattern == "floral":
        return _flowers(palette, a, b)
    ink = _ink(motif, a, b)[..., None]
    return (base + (palette.second - base) * ink).astype(np.float32)


def _ink(motif: Motif, a: Field, b: Field) -> Field:
    """How much of the second colour lies at each place, 0..1."""
    if motif.pattern == "striped":
        return _bands(b, motif.period, motif.share)
    if motif.pattern == "checked":
        # Where two bands cross the cloth is fully the second colour, where one runs it is mixed: a gingham.
        bands = _bands(a, motif.period, motif.share) + _bands(b, motif.period, motif.share)
        return np.asarray(np.minimum(np.float32(0.72) * bands, 1), np.float32)
    if motif.pattern == "zigzag":
        length, high = motif.wave
        peak = np.abs(((a / np.float32(length)) % 1.0) * 2 - 1) * np.float32(high * 2)
        return _bands(b + peak, motif.period, motif.share, 1.0)
    if motif.pattern == "dotted":
        return _dots(a, b, motif.period)
    return np.zeros_like(a)


def _bands(x: Field, period: float, share: float, soft: float = 0.8) -> Field:
    place = np.abs((x % np.float32(period)) - np.float32(period / 2))
    inside = (np.float32(period * share / 2) - place) / np.float32(soft) + 0.5
    return np.asarray(np.clip(inside, 0, 1), np.float32)


def _dots(a: Field, b: Field, period: float) -> Field:
    step = period * 0.866
    row = np.floor(b / np.float32(step))
    dx = (a + (row % 2) * np.float32(period / 2)) % np.float32(period) - np.float32(period / 2)
    dy = b - (row + np.float32(0.5)) * np.float32(step)
    inside = np.float32(period * 0.265) - np.sqrt(dx * dx + dy * dy) + 0.5
    return np.asarray(np.clip(inside, 0, 1), np.float32)


def _flowers(palette: Palette, a: Field, b: Field) -> Rgb:
    zoom = np.float32(1 / palette.motif.period)
    tile = _flower_tile(palette.motif.tile)
    inks = cv2.remap(tile, (a * zoom) % _TILE, (b * zoom) % _TILE, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    rgb = np.broadcast_to(palette.materials["fabric"], (*a.shape, 3)).astype(np.float32)
    for channel, ink in enumerate((palette.leaf, palette.second, palette.heart)):
        rgb = rgb + (ink - rgb) * inks[..., channel : channel + 1]
    return rgb


@lru_cache(maxsize=_FLOWER_TILES)
def _flower_tile(number: int) -> NDArray[np.float32]:
    """A periodic print, float32 [256, 256, 3]: how much leaf, petal and heart colour lies at each place."""
    rng = np.random.default_rng((404, number))
    scale = 3
    inks = [np.zeros((_TILE * scale, _TILE * scale), np.uint8) for _ in range(3)]
    petals = int(rng.integers(5, 7))
    cell = _TILE / 4
    for row in range(4):
        for column in range(4):
            x = (column + 0.5 + (row % 2) * 0.5 + rng.uniform(-0.12, 0.12)) * cell
            y = (row + 0.5 + rng.uniform(-0.12, 0.12)) * cell
            big = rng.uniform(17, 20) if (row + column) % 2 == 0 else rng.uniform(11, 15)
            _draw_flower(inks, x, y, big, petals, rng.uniform(0, 6.28), scale)
    small = [cv2.resize(ink, (_TILE, _TILE), interpolation=cv2.INTER_AREA) for ink in inks]
    return np.asarray(np.stack(small, axis=-1).astype(np.float32) / 255, np.float32)


def _draw_flower(
    inks: list[NDArray[np.uint8]], x: float, y: float, radius: float, petals: int, turn: float, scale: int
) -> None:
    def oval(ink: NDArray[np.uint8], reach: float, angle: float, long: float, wide: float) -> None:
        for dx in (-_TILE, 0, _TILE):
            for dy in (-_TILE, 0, _TILE):
                centre = (int((x + dx + reach * np.cos(angle)) * scale), int((y + dy + reach * np.sin(angle)) * scale))
                cv2.ellipse(
                    ink, centre, (int(long * scale), int(wide * scale)), float(np.degrees(angle)), 0, 360, 255, -1
                )

    for side in (0.5, 2.4):
        oval(inks[0], radius * 1.25, turn + side, radius * 0.5, radius * 0.2)
    for petal in range(petals):
        oval(inks[1], radius * 0.55, turn + petal * 2 * np.pi / petals, radius * 0.48, radius * 0.33)
    oval(inks[2], 0, 0, radius * 0.26, radius * 0.26)
