"""Sneakers, boots, high heels and ballet flats, seen from the side, mostly as pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scripts.rendering.attributes import Product
from scripts.rendering.outlines import Piece, curve, ellipse, flipped, line, moved, outline, ribbon


def shoe(product: Product, rng: np.random.Generator) -> list[Piece]:
    """The shoe that the detail names; often with its partner behind it."""
    kinds = {"sneaker": _sneaker, "boot": _boot, "high heel": _high_heel}
    front = kinds.get(product.detail or "", _ballet_flat)(rng)
    if rng.random() < 0.5:
        front = [flipped(piece) for piece in front]
    if rng.random() < 0.25:
        return front
    dx, dy = float(rng.uniform(0.08, 0.2)) * (1 if rng.random() < 0.5 else -1), float(rng.uniform(-0.34, -0.24))
    back = [moved(piece, dx, dy, 0.97, 0.94) for piece in front]
    return [*back, replace(front[0], rise=2.5), *front[1:]]


def _sneaker(rng: np.random.Generator) -> list[Piece]:
    high = bool(rng.random() < 0.35)
    neck = -0.72 if high else -0.38
    sole_top, sole = 0.27, float(rng.uniform(0.13, 0.18))
    upper = outline(
        [(-0.8, sole_top + 0.04), (-0.84, 0.0), (-0.74, neck)],
        [(-0.5, neck + (0.04 if high else 0.14)), (-0.28, neck - 0.0)],
        [(-0.12, neck * 0.55 - 0.02), (0.15, -0.1), (0.42, 0.02), (0.72, 0.1), (0.86, 0.2), (0.86, sole_top + 0.04)],
        [(-0.8, sole_top + 0.04)],
    )
    tongue = outline(
        [(-0.42, neck + 0.1), (-0.38, neck - 0.1), (-0.26, neck - 0.12), (-0.1, neck * 0.55 - 0.04), (0.1, -0.1)],
        [(-0.42, neck + 0.1)],
    )
    toe = outline(
        [(0.5, 0.05), (0.74, 0.1), (0.87, 0.2), (0.87, sole_top + 0.04)],
        [(0.44, sole_top + 0.04)],
        [(0.42, 0.15), (0.5, 0.05)],
    )
    eyestay = outline(
        [(-0.27, neck), (-0.1, neck * 0.55 - 0.02), (0.16, -0.1), (0.38, 0.0)],
        [(0.3, 0.08), (0.1, 0.03), (-0.18, -0.12), (-0.36, neck + 0.08)],
        [(-0.27, neck)],
    )
    heel = outline(
        [(-0.8, sole_top + 0.03), (-0.84, 0.0), (-0.77, neck * 0.6)],
        [(-0.62, 0.0), (-0.52, sole_top + 0.03)],
        [(-0.8, sole_top + 0.03)],
    )
    base = outline(
        [(-0.85, sole_top - 0.02), (-0.2, sole_top + 0.02), (0.5, sole_top + 0.0), (0.9, sole_top - 0.05)],
        [(0.95, sole_top + 0.04), (0.9, sole_top + sole)],
        [(0.2, sole_top + sole + 0.015), (-0.82, sole_top + sole)],
        [(-0.88, sole_top + sole * 0.5), (-0.85, sole_top - 0.02)],
    )
    groove = curve([(-0.87, sole_top + sole * 0.5), (0, sole_top + sole * 0.55), (0.93, sole_top + sole * 0.45)])
    tread = curve([(-0.87, sole_top + sole * 0.8), (0, sole_top + sole * 0.86), (0.93, sole_top + sole * 0.78)])
    capped = bool(rng.random() < 0.5)
    pieces = [
        Piece(tongue, "trim", folds=0.3, rise=0.5, tone=0.92),
        Piece(
            upper,
            folds=0.7,
            rim=1.6,
            creases=(
                curve([(0.3, 0.02), (0.36, 0.15), (0.32, 0.28)]),
                curve([(0.42, 0.04), (0.48, 0.15), (0.44, 0.26)]),
            ),
            stitches=(curve([(-0.72, neck + 0.05), (-0.5, neck + (0.09 if high else 0.19)), (-0.3, neck + 0.06)]),),
        ),
        Piece(
            toe,
            "rubber" if capped else "trim",
            folds=0.1,
            rim=1.3,
            rise=0.6,
            stitches=() if capped else (toe * 0.94 + [0.035, 0.012],),
        ),
        Piece(heel, "trim", tone=0.88, folds=0.2, rise=0.6, stitches=(heel * 0.9 + [-0.062, 0.012],)),
        Piece(eyestay, "trim", tone=0.94, folds=0.2, rise=0.9, stitches=(eyestay * 0.9 + [0.0, -0.0],)),
    ]
    pieces += _laces((-0.3, neck + 0.05), (0.2, -0.05), 5 if high else 4)
    return [*pieces, Piece(base, "rubber", folds=0.1, rim=1.2, rise=0.7, seams=(groove, tread))]


def _laces(start: tuple[float, float], stop: tuple[float, float], count: int) -> list[Piece]:
    pieces = []
    for share in np.linspace(0.05, 0.92, count):
        x, y = start[0] + (stop[0] - start[0]) * share, start[1] + (stop[1] - start[1]) * share
        pieces.append(Piece(ellipse(x - 0.035, y + 0.075, 0.018, 0.018), "metal", folds=0, rise=0.2))
        lace = ribbon(curve([(x - 0.035, y + 0.08), (x + 0.02, y + 0.01), (x + 0.05, y - 0.035)]), 0.035)
        pieces.append(Piece(lace, "cord", folds=0.1, rise=0.9))
    return pieces


def _boot(rng: np.random.Generator) -> list[Piece]:
    top = float(rng.uniform(-0.95, -0.55))
    wide = float(rng.uniform(0.0, 0.05))
    heel = float(rng.uniform(0.14, 0.2))
    upper = outline(
        [(-0.62, 0.4), (-0.66, 0.1), (-0.58, -0.15), (-0.62 - wide, top)],
        [(-0.3, top + 0.05), (0.05 + wide, top - 0.01)],
        [(0.02, -0.3), (0.1, -0.12), (0.38, 0.06), (0.68, 0.15), (0.82, 0.28), (0.82, 0.4)],
        [(-0.62, 0.4)],
    )
    mouth = outline(
        [(-0.62 - wide, top), (-0.3, top - 0.06), (0.05 + wide, top - 0.01)], [(-0.3, top + 0.06), (-0.62 - wide, top)]
    )
    base = outline(
        [(-0.65, 0.37), (0.1, 0.39), (0.84, 0.35)],
        [(0.88, 0.4), (0.84, 0.46)],
        [(0.3, 0.48), (-0.12, 0.47)],
        [(-0.16, 0.42 + heel)],
        [(-0.64, 0.42 + heel)],
        [(-0.68, 0.45), (-0.65, 0.37)],
    )
    ankle = tuple(
        curve([(-0.6 + rng.uniform(0, 0.05), y), (-0.3, y + 0.05), (0.0, y - 0.03)]) for y in (-0.12, 0.0, -0.24)
    )
    pieces = [
        Piece(mouth, "lining", folds=0.2, rim=1.6),
        Piece(
            upper,
            folds=0.8,
            rim=1.3,
            gloss=0.5,
            creases=(*ankle, curve([(0.3, 0.05), (0.36, 0.2), (0.3, 0.34)])),
            stitches=(
                curve([(-0.64, top + 0.06), (-0.3, top + 0.11), (0.06, top + 0.05)]),
                curve([(0.1, -0.12), (0.2, 0.1), (0.16, 0.42)]),
            ),
        ),
    ]
    if rng.random() < 0.5:
        gore = outline([(-0.42, -0.28), (-0.18, -0.28)], [(-0.22, 0.02), (-0.3, 0.12), (-0.38, 0.02), (-0.42, -0.28)])
        pieces.append(Piece(gore, "trim", tone=0.7, folds=0.1, rise=0.3, ribs=0.025))
        loop = outline(
            [(-0.6, top - 0.08), (-0.52, top - 0.08)], [(-0.52, top + 0.1)], [(-0.6, top + 0.1)], [(-0.6, top - 0.08)]
        )
        pieces.append(Piece(loop, "trim", tone=0.85, folds=0.2, rise=0.8))
    else:
        pieces += _laces((-0.04, top + 0.1), (0.08, -0.13), 6)
    return [*pieces, Piece(base, "sole", folds=0.1, rim=1.0, rise=0.6)]


def _high_heel(rng: np.random.Generator) -> list[Piece]:
    lift = float(rng.uniform(0.42, 0.52))
    floor = 0.45
    back = floor - lift
    upper = outline(
        [(-0.74, back + 0.06), (-0.79, back - 0.2), (-0.72, back - 0.34)],
        [(-0.6, back - 0.16), (-0.3, 0.0 + (0.1 - lift * 0.2)), (0.1, 0.2), (0.34, 0.16)],
        [(0.62, 0.24), (0.84, 0.34), (0.92, floor - 0.03)],
        [(0.55, floor - 0.02), (0.3, floor - 0.04), (-0.1, 0.26), (-0.45, back + 0.12), (-0.74, back + 0.06)],
    )
    inner = outline(
        [(-0.72, back - 0.34), (-0.66, back - 0.3), (-0.3, -0.06), (0.05, 0.1), (0.34, 0.16)],
        [(0.1, 0.2), (-0.3, 0.0 + (0.1 - lift * 0.2)), (-0.6, back - 0.16), (-0.72, back - 0.34)],
    )
    heel = outline(
        [(-0.76, back + 0.0), (-0.74, back + 0.2), (-0.68, floor)],
        [(-0.61, floor)],
        [(-0.6, back + 0.3), (-0.5, back + 0.16), (-0.4, back + 0.12)],
        [(-0.76, back)],
    )
    base = ribbon(
        curve([(-0.5, back + 0.14), (-0.1, 0.28), (0.3, floor - 0.02), (0.6, floor), (0.92, floor - 0.015)]), 0.035
    )
    pieces = [
        Piece(inner, "lining", folds=0.1, rim=1.2),
        Piece(heel, "trim", tone=0.85, folds=0.1, rim=1.8, gloss=0.8),
        Piece(base, "sole", folds=0, rise=0),
    ]
    pieces.append(
        Piece(
            upper,
            folds=0.35,
            rim=1.3,
            gloss=1.0,
            grain=0.35,
            stitches=(curve([(-0.6, back - 0.13), (-0.3, 0.04 + (0.1 - lift * 0.2)), (0.1, 0.235), (0.34, 0.19)]),),
        )
    )
    if rng.random() < 0.45:
        strap = ribbon(curve([(-0.74, back - 0.28), (-0.5, back - 0.36), (-0.3, back - 0.24), (-0.2, 0.08)]), 0.04)
        pieces.append(Piece(strap, "trim", folds=0.1, rise=0.8, gloss=0.6))
    return pieces


def _ballet_flat(rng: np.random.Generator) -> list[Piece]:
    upper = outline(
        [(-0.82, 0.36), (-0.86, 0.14), (-0.78, -0.1)],
        [(-0.6, 0.06), (-0.2, 0.16), (0.2, 0.14), (0.36, 0.04)],
        [(0.62, 0.08), (0.84, 0.2), (0.9, 0.36)],
        [(-0.82, 0.36)],
    )
    inner = outline(
        [(-0.78, -0.1), (-0.5, -0.05), (0.0, -0.02), (0.36, 0.04)],
        [(0.2, 0.14), (-0.2, 0.16), (-0.6, 0.06), (-0.78, -0.1)],
    )
    base = outline(
        [(-0.84, 0.34), (0.9, 0.34)],
        [(0.92, 0.37), (0.88, 0.4)],
        [(-0.4, 0.4)],
        [(-0.42, 0.43)],
        [(-0.8, 0.43)],
        [(-0.84, 0.34)],
    )
    pieces = [
        Piece(inner, "lining", folds=0.2, rim=1.2, tone=1.1),
        Piece(
            upper,
            folds=0.5,
            rim=1.3,
            gloss=0.5,
            stitches=(curve([(-0.76, -0.04), (-0.6, 0.1), (-0.2, 0.2), (0.2, 0.18), (0.38, 0.08)]),),
        ),
        Piece(base, "sole", folds=0, rise=0.3),
    ]
    if rng.random() < 0.7:
        for dx in (-0.1, 0.1):
            wing = outline([(0.42, 0.08), (0.42 + dx, 0.0)], [(0.42 + dx * 1.1, 0.15)], [(0.42, 0.08)])
            pieces.append(Piece(wing, "trim", tone=0.85, folds=0.4, rise=1.0))
        pieces.append(Piece(ellipse(0.42, 0.08, 0.026, 0.03), "trim", tone=0.8, folds=0, rise=0.8))
    else:
        pieces.append(Piece(ribbon(line((-0.02, 0.17), (0.0, -0.02)), 0.05), "trim", tone=0.85, folds=0, rise=0.9))
    return pieces
