"""Skirts, and what hangs below a waist: folds, pleats, ruffles, belts."""

from __future__ import annotations

import numpy as np

from scripts.rendering.attributes import Product
from scripts.rendering.outlines import Piece, Points, box, button, curve, line, mirrored, outline

_HEMS = {"short": 0.1, "knee-length": 0.58, "long": 1.12}
_TOP = -0.62


def skirt(product: Product, rng: np.random.Generator) -> list[Piece]:
    """A skirt with a waistband."""
    length = product.length or "knee-length"
    waist = float(rng.uniform(0.32, 0.37))
    bottom = _HEMS[length] + float(rng.uniform(-0.05, 0.05))
    narrow = product.detail is None and rng.random() < 0.4
    flare = float(rng.uniform(0.42, 0.48)) if narrow else float(rng.uniform(0.58, 0.72))
    sag = 0.03 if narrow else float(rng.uniform(0.06, 0.12))
    hip = waist + (flare - waist) * (0.75 if narrow else 0.45)
    half = outline(
        [(0, _TOP + 0.1), (waist, _TOP + 0.08)],
        [(hip, _TOP + 0.4), (flare * 0.96, (bottom + _TOP) / 2 + 0.25), (flare, bottom)],
        [(flare * 0.55, bottom + sag * 0.8), (0, bottom + sag)],
    )
    folds = (
        pleat_folds(waist, _TOP + 0.1, flare, bottom, rng)
        if product.detail == "pleats"
        else hanging_folds(waist, _TOP + 0.1, flare, bottom, rng)
    )
    hem = curve([(-flare, bottom - 0.04), (0, bottom + sag - 0.045), (flare, bottom - 0.04)])
    pieces: list[Piece] = []
    if product.detail == "ruffle hem":
        pieces.append(ruffle(flare, bottom, sag, rng))
    pieces.append(Piece(mirrored(half), creases=folds, stitches=(hem,), folds=0.8))
    if product.detail == "buttons":
        strip = box(-0.045, _TOP + 0.1, 0.045, bottom + sag - 0.005, 0.01)
        edges = (line((-0.034, _TOP), (-0.034, bottom + sag)), line((0.034, _TOP), (0.034, bottom + sag)))
        pieces.append(Piece(strip, folds=0.5, rise=0.5, rim=0.5, stitches=edges))
        for y in np.linspace(_TOP + 0.2, bottom - 0.06, 5 if length == "short" else 8):
            pieces += button(0.0, float(y), 0.027)
    band = outline(
        [(-waist - 0.005, _TOP), (0, _TOP + 0.02), (waist + 0.005, _TOP)],
        [(waist + 0.012, _TOP + 0.1)],
        [(0, _TOP + 0.12), (-waist - 0.012, _TOP + 0.1)],
    )
    back = outline(
        [(-waist, _TOP + 0.005), (0, _TOP - 0.03), (waist, _TOP + 0.005)], [(0, _TOP + 0.05), (-waist, _TOP + 0.005)]
    )
    rim_seam = (curve([(-waist, _TOP + 0.09), (0, _TOP + 0.11), (waist, _TOP + 0.09)]),)
    pieces = [Piece(back, "lining", folds=0.2), *pieces, Piece(band, "fabric", folds=0.3, rise=0.7, stitches=rim_seam)]
    if product.detail == "belt":
        pieces += belt(waist + 0.012, _TOP + 0.055, rng)
    return pieces


def hanging_folds(
    waist: float, top: float, flare: float, bottom: float, rng: np.random.Generator
) -> tuple[Points, ...]:
    """Soft folds that start at the waist or midway and open towards the hem."""
    folds = []
    for x in np.linspace(-0.85, 0.85, int(rng.integers(5, 9))):
        x += rng.uniform(-0.08, 0.08)
        start = top + (bottom - top) * rng.uniform(0.02, 0.4)
        share = (start - top) / (bottom - top)
        sway = rng.uniform(-0.03, 0.03)
        folds.append(
            curve(
                [
                    (x * (waist + (flare - waist) * share), start),
                    (x * (waist + flare) / 2 * 1.05 + sway, (start + bottom) / 2),
                    (x * flare, bottom + 0.08),
                ]
            )
        )
    return tuple(folds)


def pleat_folds(waist: float, top: float, flare: float, bottom: float, rng: np.random.Generator) -> tuple[Points, ...]:
    """Regular pressed pleats from waist to hem."""
    count = int(rng.integers(11, 16))
    return tuple(
        line((float(x) * waist, top), (float(x) * flare, bottom + 0.12)) for x in np.linspace(-0.95, 0.95, count)
    )


def ruffle(flare: float, bottom: float, sag: float, rng: np.random.Generator) -> Piece:
    """A gathered strip below a hem."""
    deep, waves = 0.16, int(rng.integers(7, 10))
    xs = np.linspace(-1, 1, 90)
    wave = np.sin(xs * waves * np.pi + rng.uniform(0, 6)) * 0.016
    low = np.stack([xs * flare * 1.1, bottom + deep + sag * (1 - xs**2) + wave], axis=1)
    high = np.stack([xs * flare * 0.99, bottom - 0.06 + sag * (1 - xs**2)], axis=1)
    folds = tuple(
        line(
            (x * flare * 0.99, bottom - 0.03 + sag * (1 - x * x)),
            (x * flare * 1.1 + rng.uniform(-0.02, 0.02), bottom + deep * 0.9 + sag),
        )
        for x in np.linspace(-0.97, 0.97, waves * 2)
    )
    return Piece(np.vstack([high, low[::-1]]), creases=folds, folds=0.6, rise=0.6)


def belt(waist: float, y: float, rng: np.random.Generator, material: str = "leather") -> list[Piece]:
    """A belt with a buckle, or a sash of the garment's own cloth tied to a knot."""
    thick = 0.075 if material == "leather" else 0.1
    w = waist + 0.012
    strap = outline(
        [(-w, y - thick / 2), (0, y - thick / 2 + 0.02), (w, y - thick / 2)],
        [(w, y + thick / 2)],
        [(0, y + thick / 2 + 0.02), (-w, y + thick / 2)],
    )
    edges = (
        curve([(-w, y - thick * 0.33), (0, y - thick * 0.33 + 0.02), (w, y - thick * 0.33)]),
        curve([(-w, y + thick * 0.33), (0, y + thick * 0.33 + 0.02), (w, y + thick * 0.33)]),
    )
    pieces = [Piece(strap, material, folds=0.25, rise=1.2, stitches=edges)]
    if material == "leather":
        x, mid = float(rng.uniform(-0.03, 0.03)), y + 0.02
        frame = box(x - 0.055, mid - 0.055, x + 0.055, mid + 0.055, 0.015)
        hole = box(x - 0.032, mid - 0.034, x + 0.032, mid + 0.034, 0.008)
        pieces += [Piece(frame, "metal", folds=0, rise=1.2, gloss=1), Piece(hole, material, folds=0.1, rim=1.6, rise=0)]
        pieces.append(
            Piece(box(x - 0.03, mid - 0.007, x + 0.055, mid + 0.007, 0.004), "metal", folds=0, rise=0.6, gloss=1)
        )
        return pieces
    for sign in (-1, 1):
        end = outline(
            [(0.0, y), (sign * 0.1, y + 0.22), (sign * 0.12, y + 0.42)],
            [(sign * 0.2, y + 0.4)],
            [(sign * 0.15, y + 0.2), (0.04 * sign, y)],
        )
        pieces.append(Piece(end, material, grain=-0.3 * sign, folds=0.6, rise=1.2))
    pieces.append(Piece(box(-0.055, y - 0.045, 0.055, y + 0.07, 0.04), material, folds=0.5, rise=1.2))
    return pieces
