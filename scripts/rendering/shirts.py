"""T-shirts, shirts and hoodies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scripts.rendering.attributes import Product
from scripts.rendering.fastenings import patch_pocket, placket, zip_line
from scripts.rendering.outlines import Piece, box, curve, ellipse, flipped, line, outline, ribbon
from scripts.rendering.tops import (
    Cut,
    back_neck,
    neck_band,
    neck_depth,
    shirt_collar,
    sleeveless,
    sleeves,
    torso,
    turtleneck,
)


def t_shirt(product: Product, rng: np.random.Generator) -> list[Piece]:
    """A jersey top with a round, V or turtle neck."""
    wide = float(rng.uniform(0.46, 0.56))
    cut = Cut(
        top=-0.78,
        neck=float(rng.uniform(0.19, 0.24)),
        shoulder=wide + 0.06,
        slope=float(rng.uniform(0.11, 0.15)),
        armpit=(wide, -0.26),
        waist=(wide * float(rng.uniform(0.9, 0.98)), 0.15),
        hem=(wide * float(rng.uniform(0.96, 1.04)), float(rng.uniform(0.6, 0.78))),
        hem_curve=float(rng.choice([0.02, 0.03, 0.1])),
    )
    bare = product.sleeve == "sleeveless"
    cut = sleeveless(cut) if bare else cut
    depth = neck_depth(product.neckline, rng)
    trim = "contrast" if product.detail == "contrast trim" else "trim"
    pieces = back_neck(cut, depth) + sleeves(cut, product.sleeve, "ribbed" if trim == "contrast" else "hem", rng)
    if trim == "contrast":
        pieces = [replace(piece, material="contrast") if piece.material == "trim" else piece for piece in pieces]
    pieces.append(torso(cut, product.neckline, depth, bare, rng))
    if product.neckline == "turtleneck":
        pieces += turtleneck(cut, rng)
    else:
        pieces.append(neck_band(cut, product.neckline, depth, trim))
    if product.detail == "chest pocket":
        pieces.append(patch_pocket(0.1, -0.3, 0.22, 0.25))
    return pieces


def shirt(product: Product, rng: np.random.Generator) -> list[Piece]:
    """A woven shirt with collar and buttons."""
    wide = float(rng.uniform(0.47, 0.55))
    cut = Cut(
        top=-0.8,
        neck=float(rng.uniform(0.18, 0.21)),
        shoulder=wide + 0.05,
        slope=float(rng.uniform(0.12, 0.16)),
        armpit=(wide, -0.3),
        waist=(wide * float(rng.uniform(0.88, 0.97)), 0.15),
        hem=(wide * 1.01, float(rng.uniform(0.62, 0.76))),
        hem_curve=float(rng.choice([0.03, 0.12, 0.15])),
    )
    bare = product.sleeve == "sleeveless"
    cut = sleeveless(cut) if bare else cut
    depth = 0.14
    pieces = back_neck(cut, depth) + sleeves(cut, product.sleeve, "buttoned", rng)
    pieces.append(torso(cut, "collar", depth, bare, rng))
    pieces += placket(cut, depth, cut.hem[1] + cut.hem_curve - 0.005, int(rng.integers(6, 8)))
    if product.detail in ("chest pocket", "two chest pockets"):
        pocket = patch_pocket(0.11, -0.3, 0.23, 0.26)
        pieces.append(pocket)
        if product.detail == "two chest pockets":
            pieces.append(flipped(pocket))
    return pieces + shirt_collar(cut, depth, rng)


def hoodie(product: Product, rng: np.random.Generator) -> list[Piece]:
    """A sweatshirt with hood, ribbed cuffs and hem, and drawstrings."""
    wide = float(rng.uniform(0.52, 0.58))
    cut = Cut(
        top=-0.6,
        neck=0.27,
        shoulder=wide + 0.03,
        slope=0.13,
        armpit=(wide, -0.12),
        waist=(wide * 1.0, 0.3),
        hem=(wide * 0.95, 0.72),
        hem_curve=0.03,
    )
    depth = 0.16
    high = float(rng.uniform(0.42, 0.5))
    body = torso(cut, "round", depth, False, rng)
    hem = outline(
        [(-wide * 0.97, 0.68), (0, 0.71), (wide * 0.97, 0.68)], [(wide * 0.93, 0.8)], [(0, 0.83), (-wide * 0.93, 0.8)]
    )
    pieces = sleeves(cut, product.sleeve, "ribbed", rng, length=1.15)
    pieces.append(body)
    pieces.append(Piece(hem, "trim", folds=0.4, ribs=0.03, rise=0.5))
    if product.detail == "zip":
        for sign in (1, -1):
            slit = Piece(ribbon(line((0.22, 0.28), (0.36, 0.52)), 0.05), "fabric", grain=0.5, folds=0.2, rise=0.8)
            pieces.append(slit if sign == 1 else flipped(slit))
    else:
        w, top = 0.3, 0.2
        pocket = outline(
            [(-w * 0.62, top), (w * 0.62, top)],
            [(w * 0.95, top + 0.2), (w * 1.1, top + 0.28)],
            [(w * 1.1, 0.67)],
            [(-w * 1.1, 0.67)],
            [(-w * 1.1, top + 0.28)],
            [(-w * 0.95, top + 0.2), (-w * 0.62, top)],
        )
        edge = (pocket - [0, 0.45]) * 0.93 + [0, 0.45]
        pieces.append(Piece(pocket, folds=0.5, rise=1.0, stitches=(edge,)))
    if product.detail == "zip":
        pieces += zip_line(cut.top + depth, 0.8)
    return pieces + _hood(cut, depth, high, rng)


def _hood(cut: Cut, depth: float, high: float, rng: np.random.Generator) -> list[Piece]:
    n, top = cut.neck, cut.top
    peak = top - high
    out = outline(
        [
            (0, top + depth + 0.05),
            (n * 0.75, top + depth * 0.7),
            (n * 1.22, top + 0.02),
            (n * 1.3, top - high * 0.45),
            (n * 0.9, peak + 0.06),
            (0, peak),
            (-n * 0.9, peak + 0.06),
            (-n * 1.3, top - high * 0.45),
            (-n * 1.22, top + 0.02),
            (-n * 0.75, top + depth * 0.7),
            (0, top + depth + 0.05),
        ],
    )
    mouth = outline(
        [
            (0, top + depth - 0.03),
            (n * 0.55, top + 0.02),
            (n * 0.78, top - high * 0.4),
            (n * 0.5, peak + 0.14),
            (0, peak + 0.1),
            (-n * 0.5, peak + 0.14),
            (-n * 0.78, top - high * 0.4),
            (-n * 0.55, top + 0.02),
            (0, top + depth - 0.03),
        ],
    )
    rim = (mouth - [0, top - high * 0.3]) * 1.14 + [0, top - high * 0.3]
    folds = (
        curve([(n * 1.2, top), (n * 0.9, top + 0.06), (n * 0.5, top + 0.1)]),
        curve([(-n * 1.2, top), (-n * 0.9, top + 0.06), (-n * 0.5, top + 0.1)]),
    )
    pieces = [
        Piece(out, folds=0.7, rise=1.5, stitches=(rim,), creases=folds),
        Piece(mouth, "lining", folds=0.5, rim=2.2, rise=0.0, seams=(line((0, peak), (0, top + depth)),)),
    ]
    pieces.append(Piece(box(-0.05, top - 0.06, 0.05, top, 0.005), "label", folds=0.2, rise=0.3, tone=0.9))
    length = float(rng.uniform(0.3, 0.45))
    for sign in (-1, 1):
        x = sign * n * 0.5
        sway = float(rng.uniform(-0.04, 0.05)) * sign
        cord = curve(
            [
                (x * 0.8, top + depth * 0.55),
                (x + sway, top + depth + length * 0.5),
                (x + sway * 2, top + depth + length),
            ]
        )
        pieces.append(Piece(ribbon(cord, 0.026), "cord", folds=0.1, rise=1.0))
        pieces.append(Piece(ellipse(x * 0.82, top + depth * 0.55, 0.02, 0.02), "metal", folds=0, rise=0.4, gloss=1))
    return pieces
