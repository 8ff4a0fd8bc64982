"""Dresses and coats: upper garments that go on below the waist."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scripts.rendering.attributes import Product
from scripts.rendering.fastenings import placket, zip_line
from scripts.rendering.outlines import Piece, Points, button, curve, flipped, line, outline
from scripts.rendering.skirts import belt, hanging_folds, pleat_folds, ruffle
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

Lines = tuple[Points, ...]

_DRESS_HEMS = {"short": 0.34, "knee-length": 0.84, "long": 1.36}
_COAT_HEMS = {"short": 0.36, "knee-length": 0.9, "long": 1.42}


def dress(product: Product, rng: np.random.Generator) -> list[Piece]:
    """A dress: a bodice and a skirt in one, with a seam at the waist."""
    wide = float(rng.uniform(0.37, 0.42))
    waist = wide * float(rng.uniform(0.78, 0.9))
    bottom = _DRESS_HEMS[product.length or "knee-length"] + float(rng.uniform(-0.05, 0.05))
    flare = {"short": 0.5, "knee-length": 0.56, "long": 0.62}[product.length or "knee-length"] * float(
        rng.uniform(0.85, 1.15)
    )
    waist_y = float(rng.uniform(-0.36, -0.24))
    cut = Cut(
        top=-1.02,
        neck=float(rng.uniform(0.16, 0.2)),
        shoulder=wide + 0.03,
        slope=0.1,
        armpit=(wide, -0.64),
        waist=(waist, waist_y),
        hem=(flare, bottom),
        hem_curve=float(rng.uniform(0.05, 0.1)),
    )
    bare = product.sleeve == "sleeveless"
    cut = sleeveless(cut) if bare else cut
    depth = neck_depth(product.neckline, rng) * 0.9
    front = _with_folds(
        torso(cut, product.neckline, depth, bare, rng),
        pleat_folds(waist, waist_y, flare, bottom, rng)
        if product.detail == "pleats"
        else hanging_folds(waist, waist_y, flare, bottom, rng),
        (curve([(-waist - 0.02, waist_y), (0, waist_y + 0.02), (waist + 0.02, waist_y)]),),
    )
    pieces = back_neck(cut, depth) + sleeves(cut, product.sleeve, "hem", rng, length=1.05)
    if product.detail == "ruffle hem":
        pieces.append(ruffle(flare, bottom, cut.hem_curve, rng))
    pieces.append(front)
    if product.detail == "belt":
        pieces += belt(waist + 0.005, waist_y, rng)
    if product.neckline == "turtleneck":
        pieces += turtleneck(cut, rng)
    elif product.neckline == "collar":
        pieces += shirt_collar(cut, depth, rng, 0.17)
    else:
        pieces.append(neck_band(cut, product.neckline, depth, "trim"))
    if product.detail == "buttons":
        pieces += placket(cut, depth + 0.02, bottom - 0.1, max(6, int((bottom + 1) * 5)), 0.075)
    return pieces


def coat(product: Product, rng: np.random.Generator) -> list[Piece]:
    """A coat: open collar or collarless V, overlapping fronts, pockets."""
    wide = float(rng.uniform(0.44, 0.5))
    bottom = _COAT_HEMS[product.length or "knee-length"] + float(rng.uniform(-0.05, 0.05))
    cut = Cut(
        top=-1.0,
        neck=0.21,
        shoulder=wide + 0.06,
        slope=0.12,
        armpit=(wide + 0.01, -0.5),
        waist=(wide * float(rng.uniform(0.88, 0.97)), -0.05),
        hem=(wide * float(rng.uniform(1.02, 1.2)), bottom),
        hem_curve=0.03,
    )
    depth = float(rng.uniform(0.42, 0.52))
    quilts = 0.16 if product.detail == "quilted" else 0.0
    body = torso(cut, "V-neck", depth, False, rng)
    folds = hanging_folds(cut.waist[0], 0.0, cut.hem[0], bottom, rng) if not quilts else ()
    body = _with_folds(body, folds, (), quilts)
    pieces = back_neck(cut, depth)
    arms = sleeves(cut, "long", "buttoned" if rng.random() < 0.4 else "hem", rng, length=1.2)
    pieces += [_with_folds(arm, (), (), quilts) if arm.material == "fabric" else arm for arm in arms]
    pieces.append(body)
    pieces += _front(product, cut, depth, bottom, rng)
    pockets_y = 0.14 + float(rng.uniform(-0.05, 0.05))
    flap = Piece(
        outline(
            [(0.14, pockets_y + 0.02), (0.37, pockets_y - 0.02)],
            [(0.38, pockets_y + 0.08)],
            [(0.15, pockets_y + 0.12)],
            [(0.14, pockets_y + 0.02)],
        ),
        folds=0.2,
        rise=1.0,
        stitches=(line((0.14, pockets_y + 0.1), (0.38, pockets_y + 0.06)),),
    )
    pieces += [flap, flipped(flap)]
    if product.detail == "belt":
        pieces += belt(cut.waist[0] + 0.01, -0.04, rng, "fabric")
    if product.neckline == "collar":
        pieces += _lapels(cut, depth)
    else:
        pieces.append(neck_band(cut, "V-neck", depth, "trim"))
    return pieces


def _front(product: Product, cut: Cut, depth: float, bottom: float, rng: np.random.Generator) -> list[Piece]:
    start = cut.top + depth
    if product.detail in ("zip", "quilted"):
        return zip_line(start, bottom + 0.02)
    twin = product.detail == "double-breasted"
    over = 0.2 if twin else 0.07
    flap = outline(
        [(-0.0, start), (over, start + 0.1)], [(over + 0.01, bottom + 0.025)], [(-0.06, bottom + 0.03)], [(-0.0, start)]
    )
    edge = line((over - 0.02, start + 0.1), (over - 0.01, bottom + 0.02))
    pieces = [Piece(flap, folds=0.8, rise=1.1, rim=0.6, stitches=(edge,))]
    for y in np.linspace(start + 0.16, min(bottom - 0.25, start + 0.95), 3 if twin else 4):
        for x in (-0.13, 0.13) if twin else (0.0,):
            pieces += button(x, float(y), 0.034)
    return pieces


def _lapels(cut: Cut, depth: float) -> list[Piece]:
    n, top = cut.neck, cut.top
    lapel = outline(
        [(0.0, top + depth + 0.02), (n * 0.55, top + depth * 0.5), (n * 0.97, top + 0.0)],
        [(n * 1.35, top + 0.2)],
        [(n * 1.55, top + 0.17)],
        [(n * 1.2, top + depth * 0.75), (0.0, top + depth + 0.02)],
    )
    collar = outline(
        [(n * 0.78, top + 0.08), (n * 0.95, top - 0.02), (n * 0.72, top - 0.09)],
        [(n * 1.1, top - 0.05), (n * 1.35, top + 0.05)],
        [(n * 1.5, top + 0.14)],
        [(n * 1.28, top + 0.22)],
        [(n * 0.78, top + 0.08)],
    )
    roll = outline(
        [
            (-n * 0.95, top + 0.03),
            (-n * 0.75, top - 0.085),
            (0, top - 0.11),
            (n * 0.75, top - 0.085),
            (n * 0.95, top + 0.03),
        ],
        [(0, top - 0.0), (-n * 0.95, top + 0.03)],
    )
    pair = [Piece(lapel, grain=0.4, folds=0.3, rise=1.2, rim=0.8), Piece(collar, grain=-0.5, folds=0.3, rise=1.2)]
    return [Piece(roll, folds=0.2, rise=0.7), *[flipped(piece) for piece in pair], *pair]


def _with_folds(piece: Piece, creases: Lines, seams: Lines, quilts: float = 0.0) -> Piece:
    return replace(piece, quilts=quilts, seams=piece.seams + seams, creases=piece.creases + creases)
