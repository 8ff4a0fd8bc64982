"""Tote bags, backpacks, handbags and shoulder bags."""

from __future__ import annotations

import numpy as np

from scripts.rendering.attributes import Product
from scripts.rendering.outlines import (
    Piece,
    Points,
    box,
    curve,
    ellipse,
    flip,
    line,
    mirrored,
    outline,
    ribbon,
    shifted,
)


def bag(product: Product, rng: np.random.Generator) -> list[Piece]:
    """The bag that the detail names."""
    kinds = {"tote bag": _tote, "backpack": _backpack, "handbag": _handbag}
    return kinds.get(product.detail or "", _shoulder_bag)(rng)


def _arch(wide: float, foot: float, high: float, sway: float = 0.0) -> Points:
    return curve(
        [
            (-wide, foot),
            (-wide * 0.9 + sway, foot - high * 0.6),
            (sway, foot - high),
            (wide * 0.9 + sway, foot - high * 0.6),
            (wide, foot),
        ]
    )


def _tote(rng: np.random.Generator) -> list[Piece]:
    top, low = float(rng.uniform(0.52, 0.66)), float(rng.uniform(0.5, 0.62))
    up, down = -0.25, 0.85
    handle = float(rng.uniform(0.5, 0.72))
    material = "leather" if rng.random() < 0.4 else "fabric"
    body = mirrored(
        outline(
            [(0, up + 0.02), (top, up)],
            [((top + low) / 2 + 0.01, (up + down) / 2), (low, down - 0.04), (low - 0.05, down)],
            [(0, down + 0.015)],
        )
    )
    mouth = outline([(-top, up), (0, up - 0.05), (top, up)], [(0, up + 0.05), (-top, up)])
    hem = curve([(-top, up + 0.09), (0, up + 0.11), (top, up + 0.09)])
    sags = tuple(
        curve([(s * top * 0.5, up + 0.1), (s * rng.uniform(0.2, 0.45), 0.3), (s * rng.uniform(0.1, 0.5), 0.8)])
        for s in (-1, 1, -0.4, 0.5)
    )
    x = top * 0.48
    pieces = [
        Piece(ribbon(_arch(x, up + 0.05, handle * 0.92, 0.04), 0.07), material, folds=0.3, tone=0.85),
        Piece(mouth, "lining", folds=0.2),
        Piece(body, folds=1.0, rim=1.3, creases=sags, stitches=(hem,)),
    ]
    front = _arch(x, up + 0.2, handle + 0.12, float(rng.uniform(-0.05, 0.05)))
    pieces.append(
        Piece(
            ribbon(front, 0.075),
            material,
            folds=0.3,
            rise=1.3,
            stitches=(shifted(front, 0.022, 0), shifted(front, -0.022, 0)),
        )
    )
    for side in (-x, x):
        cross = box(side - 0.04, up + 0.08, side + 0.04, up + 0.22, 0.005)
        pieces.append(
            Piece(
                cross,
                material,
                folds=0.2,
                rise=0.7,
                stitches=(
                    line((side - 0.04, up + 0.2), (side + 0.04, up + 0.1)),
                    line((side - 0.04, up + 0.1), (side + 0.04, up + 0.2)),
                ),
            )
        )
    return pieces


def _backpack(rng: np.random.Generator) -> list[Piece]:
    wide, up, down = float(rng.uniform(0.5, 0.58)), float(rng.uniform(-0.85, -0.7)), 0.72
    body = mirrored(
        outline(
            [
                (0, up),
                (wide * 0.62, up + 0.06),
                (wide * 0.96, up + 0.34),
                (wide * 1.04, 0.1),
                (wide * 1.02, down - 0.1),
                (wide * 0.86, down),
                (0, down + 0.03),
            ]
        )
    )
    strap = curve([(wide * 0.6, up + 0.12), (wide * 1.22, up + 0.45), (wide * 1.28, 0.2), (wide * 0.92, down - 0.12)])
    loop = _arch(0.13, up + 0.05, 0.2)
    seam = curve(
        [(-wide * 0.98, 0.0), (-wide * 0.8, up + 0.42), (0, up + 0.26), (wide * 0.8, up + 0.42), (wide * 0.98, 0.0)]
    )
    pocket = mirrored(
        outline(
            [
                (0, 0.1),
                (wide * 0.66, 0.11),
                (wide * 0.8, 0.22),
                (wide * 0.82, down - 0.12),
                (wide * 0.68, down - 0.05),
                (0, down - 0.03),
            ]
        )
    )
    pieces = [
        Piece(
            ribbon(strap, [0.15, 0.15, 0.06]),
            "trim",
            tone=0.85,
            folds=0.4,
            stitches=(shifted(strap, 0.04, 0), shifted(strap, -0.04, 0)),
        ),
        Piece(flip(ribbon(strap, [0.15, 0.15, 0.06])), "trim", tone=0.85, folds=0.4),
        Piece(ribbon(loop, 0.06), "trim", tone=0.8, folds=0.2),
        Piece(
            body,
            folds=0.8,
            rim=2.0,
            creases=(curve([(-0.4, -0.2), (-0.2, -0.05), (-0.3, 0.3)]), curve([(0.3, -0.4), (0.35, -0.1), (0.2, 0.1)])),
        ),
        Piece(ribbon(seam, 0.045), "trim", tone=0.62, folds=0.1, rise=0.5),
        Piece(ribbon(seam, 0.014), "metal", folds=0.1, rise=0.2),
        Piece(pocket, folds=0.5, rim=1.6, rise=1.5, stitches=((pocket - [0, 0.4]) * 0.93 + [0, 0.4],)),
    ]
    low = curve([(-wide * 0.7, 0.24), (0, 0.21), (wide * 0.7, 0.24)])
    pieces += [
        Piece(ribbon(low, 0.04), "trim", tone=0.62, folds=0.1, rise=0.4),
        Piece(ribbon(low, 0.013), "metal", folds=0.1, rise=0.2),
    ]
    pieces.append(Piece(ellipse(wide * 0.6, 0.28, 0.018, 0.045), "metal", folds=0, rise=1, gloss=1))
    if rng.random() < 0.5:
        pieces.append(
            Piece(
                box(-0.1, 0.38, 0.1, 0.5, 0.01),
                "leather",
                folds=0.1,
                rise=0.7,
                stitches=(box(-0.085, 0.395, 0.085, 0.485, 0.01),),
            )
        )
    return pieces


def _handbag(rng: np.random.Generator) -> list[Piece]:
    top, low = float(rng.uniform(0.52, 0.62)), float(rng.uniform(0.68, 0.78))
    up, down = -0.12, float(rng.uniform(0.6, 0.75))
    arch = _arch(top * 0.58, up + 0.1, float(rng.uniform(0.5, 0.62)))
    body = mirrored(
        outline(
            [(0, up - 0.02), (top * 0.9, up), (top, up + 0.04)],
            [((top + low) / 2 + 0.03, (up + down) / 2), (low, down - 0.06), (low - 0.05, down)],
            [(0, down + 0.02)],
        )
    )
    deep = float(rng.uniform(0.3, 0.42))
    flap = mirrored(
        outline(
            [(0, up - 0.04), (top * 0.9, up - 0.025), (top * 1.03, up + 0.02)],
            [(top * 1.1, up + deep * 0.7), (top * 0.7, up + deep * 0.98), (0, up + deep * 1.08)],
        )
    )
    pieces = [
        Piece(ribbon(shifted(arch, 0.03, -0.02), 0.06), "trim", tone=0.75, folds=0.2, gloss=0.5),
        Piece(body, folds=0.5, rim=1.9, gloss=0.4, stitches=((body - [0, 0.3]) * 0.95 + [0, 0.3],)),
        Piece(flap, folds=0.35, rim=1.6, rise=1.5, gloss=0.5, stitches=((flap - [0, 0.0]) * 0.94,)),
        Piece(
            ribbon(arch, 0.07),
            "trim",
            tone=0.88,
            folds=0.2,
            rise=1.3,
            gloss=0.6,
            stitches=(shifted(arch, 0, 0.018), shifted(arch, 0, -0.018)),
        ),
    ]
    for side in (-1, 1):
        pieces.append(Piece(ellipse(side * top * 0.58, up + 0.11, 0.05, 0.05), "metal", folds=0, rise=1, gloss=1))
        pieces.append(Piece(ellipse(side * top * 0.58, up + 0.11, 0.028, 0.028), "fabric", folds=0, rise=0, rim=1.4))
    y = up + deep * 1.02
    return [
        *pieces,
        Piece(box(-0.06, y - 0.05, 0.06, y + 0.05, 0.02), "metal", folds=0, rise=1.1, gloss=1),
        Piece(ellipse(0, y, 0.02, 0.02), "metal", tone=0.6, folds=0, rise=0.6),
    ]


def _shoulder_bag(rng: np.random.Generator) -> list[Piece]:
    wide, up, down = float(rng.uniform(0.5, 0.6)), 0.05, float(rng.uniform(0.72, 0.82))
    strap = curve(
        [
            (-wide * 0.96, up + 0.1),
            (-wide * 0.8, up - 0.5),
            (-0.1, up - 1.05),
            (wide * 0.55, up - 0.75),
            (wide * 0.8, up - 0.35),
            (wide * 0.96, up + 0.1),
        ]
    )
    body = mirrored(
        outline(
            [(0, up), (wide * 0.9, up + 0.01), (wide, up + 0.06)],
            [(wide * 1.04, (up + down) / 2), (wide * 0.9, down - 0.08), (wide * 0.55, down), (0, down + 0.015)],
        )
    )
    pieces = [
        Piece(ribbon(strap, 0.055), "trim", tone=0.82, folds=0.3, stitches=(shifted(strap, 0, 0.015),)),
        Piece(body, folds=0.6, rim=2.0, gloss=0.3),
    ]
    for side in (-1, 1):
        pieces.append(Piece(ellipse(side * wide * 0.96, up + 0.1, 0.045, 0.045), "metal", folds=0, rise=0.8, gloss=1))
    if rng.random() < 0.6:
        deep = float(rng.uniform(0.36, 0.5))
        flap = mirrored(
            outline(
                [(0, up - 0.03), (wide * 0.92, up - 0.015), (wide * 1.02, up + 0.05)],
                [(wide * 1.03, up + deep * 0.6), (wide * 0.8, up + deep * 0.92), (0, up + deep * 1.1)],
            )
        )
        pieces.append(
            Piece(flap, folds=0.4, rim=1.5, rise=1.5, gloss=0.4, stitches=((flap - [0, up]) * 0.94 + [0, up],))
        )
        pieces.append(Piece(ellipse(0, up + deep * 0.98, 0.045, 0.045), "metal", folds=0, rise=1, gloss=1))
    else:
        low = curve([(-wide * 0.85, up + 0.14), (0, up + 0.15), (wide * 0.85, up + 0.14)])
        pieces += [
            Piece(ribbon(low, 0.045), "trim", tone=0.6, folds=0.1, rise=0.4),
            Piece(ribbon(low, 0.014), "metal", folds=0, rise=0.2),
        ]
        tassel = [
            Piece(
                ribbon(curve([(x * 0.3, up + 0.16), (x, up + 0.3), (x * 1.4, up + 0.42)]), 0.02),
                "leather",
                folds=0.2,
                rise=0.7,
            )
            for x in (-0.03, 0.0, 0.03)
        ]
        pieces += [Piece(shifted(piece.outline, wide * 0.6, 0), "leather", folds=0.2, rise=0.7) for piece in tassel]
    return pieces
