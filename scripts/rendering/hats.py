"""Caps, beanies, hats with a brim and bucket hats."""

from __future__ import annotations

import numpy as np

from scripts.rendering.attributes import Product
from scripts.rendering.outlines import Piece, Points, curve, ellipse, line, outline


def hat(product: Product, rng: np.random.Generator) -> list[Piece]:
    """The hat that the detail names."""
    kinds = {"cap": _cap, "beanie": _beanie, "brim hat": _brim_hat}
    return kinds.get(product.detail or "", _bucket_hat)(rng)


def _cap(rng: np.random.Generator) -> list[Piece]:
    high = float(rng.uniform(0.62, 0.72))
    side = 1 if rng.random() < 0.5 else -1
    s = np.array([side, 1.0])
    dome = outline(
        [
            (-0.68, 0.28),
            (-0.7, -0.05),
            (-0.5, 0.28 - high * 0.85),
            (-0.05, 0.28 - high),
            (0.4, 0.28 - high * 0.78),
            (0.58, -0.02),
            (0.6, 0.22),
        ],
        [(0.3, 0.32), (-0.2, 0.36), (-0.68, 0.28)],
    )
    seams = (
        curve([(-0.05, 0.28 - high), (0.2, 0.0), (0.28, 0.34)]),
        curve([(-0.05, 0.28 - high), (-0.32, -0.05), (-0.36, 0.36)]),
    )
    stitches = (
        seams[0] + [0.018, 0],
        seams[0] - [0.018, 0],
        seams[1] + [0.018, 0],
        seams[1] - [0.018, 0],
        curve([(-0.68, 0.22), (-0.2, 0.3), (0.3, 0.26), (0.6, 0.16)]),
    )
    visor = outline(
        [(0.02, 0.3), (0.35, 0.2), (0.6, 0.14)],
        [(0.88, 0.22), (1.02, 0.38), (0.93, 0.47)],
        [(0.6, 0.42), (0.3, 0.42), (0.02, 0.34)],
    )
    rows = tuple(
        curve([(0.08, 0.33 + d * 0.4), (0.45, 0.24 + d), (0.7, 0.23 + d), (0.97, 0.39 + d * 0.5)])
        for d in (0.03, 0.07, 0.11)
    )
    eyelets = [
        Piece(ellipse(x, y, 0.022, 0.022) * s, "trim", tone=0.6, folds=0, rise=0.3)
        for x, y in ((-0.12, -0.1), (0.38, -0.06))
    ]
    return [
        Piece(dome * s, folds=0.6, rim=1.6, seams=tuple(x * s for x in seams), stitches=tuple(x * s for x in stitches)),
        *eyelets,
        Piece(visor * s, folds=0.15, rim=1.4, rise=1.6, grain=0.25 * side, stitches=tuple(x * s for x in rows)),
        Piece(ellipse(-0.05, 0.28 - high - 0.012, 0.055, 0.032) * s, folds=0, rise=0.8),
    ]


def _beanie(rng: np.random.Generator) -> list[Piece]:
    high, wide = float(rng.uniform(1.0, 1.2)), float(rng.uniform(0.56, 0.64))
    low = 0.42
    dome = outline(
        [
            (-wide, low),
            (-wide * 1.03, low - high * 0.45),
            (-wide * 0.72, low - high * 0.86),
            (0, low - high),
            (wide * 0.72, low - high * 0.86),
            (wide * 1.03, low - high * 0.45),
            (wide, low),
        ],
        [(0, low + 0.06), (-wide, low)],
    )
    top = low - 0.02
    cuff = outline(
        [(-wide * 1.04, top - 0.14), (0, top - 0.09), (wide * 1.04, top - 0.14)],
        [(wide * 1.06, top + 0.06), (wide * 1.02, top + 0.2)],
        [(0, top + 0.27), (-wide * 1.02, top + 0.2)],
        [(-wide * 1.06, top + 0.06), (-wide * 1.04, top - 0.14)],
    )
    gathers = tuple(
        curve([(x * wide * 0.15, low - high), (x * wide * 0.8, low - high * 0.75), (x * wide, low - high * 0.3)])
        for x in np.linspace(-0.9, 0.9, 8)
    )
    pieces = [
        Piece(dome, folds=0.5, rim=1.8, creases=gathers, ribs=0.045),
        Piece(cuff, folds=0.3, rim=1.4, rise=1.4, ribs=0.045),
    ]
    if rng.random() < 0.5:
        pieces.insert(0, Piece(_fluff(0.0, low - high - 0.1, 0.2, rng), "pompom", folds=1.6, rim=1.8))
    else:
        pieces.append(Piece(ellipse(wide * 0.5, top + 0.09, 0.07, 0.045), "leather", folds=0.1, rise=0.7))
    return pieces


def _fluff(x: float, y: float, radius: float, rng: np.random.Generator) -> Points:
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    reach = radius * (1 + 0.07 * rng.standard_normal(90))
    return np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)


def _brim_hat(rng: np.random.Generator) -> list[Piece]:
    wide, deep = float(rng.uniform(0.88, 0.96)), float(rng.uniform(0.27, 0.34))
    crown, high = float(rng.uniform(0.44, 0.5)), float(rng.uniform(0.5, 0.62))
    dent = float(rng.uniform(0.0, 0.1))
    base = 0.2
    dip = float(rng.uniform(-0.04, 0.06))
    brim = outline(
        [
            (-wide, base - dip),
            (-wide * 0.7, base + deep * 0.72),
            (0, base + deep),
            (wide * 0.7, base + deep * 0.72),
            (wide, base - dip),
        ],
        [
            (wide * 0.7, base - deep * 0.6),
            (0, base - deep * 0.8),
            (-wide * 0.7, base - deep * 0.6),
            (-wide, base - dip),
        ],
    )
    rings = tuple(ellipse(0, base, wide * k, deep * k) for k in (0.66, 0.82, 0.95))
    cone = outline(
        [
            (-crown, base + 0.04),
            (-crown * 0.93, base - high * 0.6),
            (-crown * 0.7, base - high * 0.97),
            (-0.12, base - high * (1 - dent)),
            (0.12, base - high * (1 - dent)),
            (crown * 0.7, base - high * 0.97),
            (crown * 0.93, base - high * 0.6),
            (crown, base + 0.04),
        ],
        [(crown * 0.6, base + 0.13), (0, base + 0.16), (-crown * 0.6, base + 0.13), (-crown, base + 0.04)],
    )
    tape = outline(
        [
            (-crown * 1.005, base - 0.1),
            (-crown * 0.6, base - 0.02),
            (0, base + 0.01),
            (crown * 0.6, base - 0.02),
            (crown * 1.005, base - 0.1),
        ],
        [(crown * 1.01, base + 0.05)],
        [(crown * 0.6, base + 0.14), (0, base + 0.17), (-crown * 0.6, base + 0.14), (-crown * 1.01, base + 0.05)],
        [(-crown * 1.005, base - 0.1)],
    )
    pieces = [
        Piece(brim, folds=0.4, rim=1.6, stitches=rings[2:], seams=rings[:1]),
        Piece(
            cone,
            folds=0.6,
            rim=2.0,
            rise=1.6,
            creases=(curve([(-0.1, base - high * 0.95), (0, base - high * 0.6), (0.03, base - high * 0.4)]),),
        ),
        Piece(tape, "band", folds=0.2, rim=1.2, rise=0.6),
    ]
    if rng.random() < 0.6:
        for dx in (-0.07, 0.07):
            bow = outline(
                [(crown * 0.7, base + 0.06), (crown * 0.7 + dx, base - 0.02)],
                [(crown * 0.7 + dx * 1.2, base + 0.13)],
                [(crown * 0.7, base + 0.06)],
            )
            pieces.append(Piece(bow, "band", folds=0.3, rise=0.8))
    return pieces


def _bucket_hat(rng: np.random.Generator) -> list[Piece]:
    top, high, flare = float(rng.uniform(0.42, 0.48)), float(rng.uniform(0.58, 0.68)), float(rng.uniform(0.8, 0.9))
    mid = top * 1.24
    crown = outline(
        [(-mid, 0.12), (-top * 1.06, 0.12 - high * 0.72), (-top * 0.9, 0.12 - high)],
        [(0, 0.12 - high - 0.09), (top * 0.9, 0.12 - high)],
        [(top * 1.06, 0.12 - high * 0.72), (mid, 0.12)],
        [(0, 0.22), (-mid, 0.12)],
    )
    brim = outline(
        [(-mid, 0.08), (0, 0.18), (mid, 0.08)],
        [(flare * 0.9, 0.3), (flare, 0.46)],
        [(flare * 0.5, 0.6), (0, 0.64), (-flare * 0.5, 0.6), (-flare, 0.46)],
        [(-flare * 0.9, 0.3), (-mid, 0.08)],
    )
    rows = tuple(
        curve(
            [
                (-mid - (flare - mid) * k, 0.1 + 0.36 * k),
                (0, 0.18 + 0.44 * k),
                (mid + (flare - mid) * k, 0.1 + 0.36 * k),
            ]
        )
        for k in (0.18, 0.36, 0.54, 0.72, 0.92)
    )
    seam = curve([(-top * 0.98, 0.12 - high + 0.06), (0, 0.12 - high + 0.13), (top * 0.98, 0.12 - high + 0.06)])
    eyelets = [Piece(ellipse(x, -0.02, 0.024, 0.024), "metal", folds=0, rise=0.3, gloss=1) for x in (-0.36, -0.26)]
    return [
        Piece(crown, folds=0.7, rim=1.5, seams=(seam, line((0.1, -0.6), (0.14, 0.3)))),
        *eyelets,
        Piece(brim, folds=0.5, rim=1.5, rise=1.3, stitches=rows),
    ]
