"""Trousers and shorts."""

from __future__ import annotations

import numpy as np

from scripts.rendering.attributes import Product
from scripts.rendering.outlines import (
    Piece,
    Points,
    box,
    button,
    curve,
    ellipse,
    flipped,
    line,
    outline,
    ribbon,
    shifted,
)
from scripts.rendering.skirts import belt


def trousers(product: Product, rng: np.random.Generator) -> list[Piece]:
    """Long trousers; the detail decides how wide they are."""
    wide = product.detail == "wide leg"
    hem = float(rng.uniform(0.24, 0.3)) if wide else float(rng.uniform(0.11, 0.15))
    knee = 0.22 if wide else float(rng.uniform(0.16, 0.19))
    return _legs(product, rng, top=-1.08, rise=0.52, bottom=float(rng.uniform(1.0, 1.12)), knee=knee, hem=hem)


def shorts(product: Product, rng: np.random.Generator) -> list[Piece]:
    """Short trousers that end above the knee."""
    hem = float(rng.uniform(0.225, 0.265))
    return _legs(product, rng, top=-0.62, rise=0.48, bottom=float(rng.uniform(0.32, 0.58)), knee=0.23, hem=hem)


def _legs(
    product: Product, rng: np.random.Generator, *, top: float, rise: float, bottom: float, knee: float, hem: float
) -> list[Piece]:
    waist = float(rng.uniform(0.33, 0.37))
    hip = waist + float(rng.uniform(0.07, 0.1))
    short = bottom < 0.7
    crotch = top + rise + 0.06
    spread = hem + 0.045 if short else 0.12 + hem * 0.75
    middle = (crotch + bottom) / 2
    centre = spread * 0.92 + 0.03
    outer = [
        (waist, top + 0.09),
        (hip, top + rise * 0.62),
        (max(centre + knee, hip * (1.0 if short else 0.85)), middle),
        (spread + hem, bottom),
    ]
    inner = [(centre - knee + 0.02, middle), (0.035, crotch + 0.05), (0.0, crotch)]
    leg = outline(
        [(-0.02, top + 0.1), (waist, top + 0.09)],
        outer[1:],
        [(spread, bottom + 0.015), (spread - hem, bottom)],
        inner,
        [(-0.02, top + 0.1)],
    )
    stitch = curve(
        [(spread - hem - 0.05, bottom - 0.045), (spread, bottom - 0.03), (spread + hem + 0.05, bottom - 0.045)]
    )
    side = curve([(x - 0.025, y) for x, y in outer])
    pieces: list[Piece] = []
    for sign in (-1, 1):
        made = Piece(
            leg, creases=_creases(crotch, bottom, spread, hem, rng), stitches=(stitch,), seams=(side,), folds=0.9
        )
        pieces.append(made if sign == 1 else flipped(made))
    if product.detail == "turn-ups":
        cuff = outline(
            [(spread - hem - 0.012, bottom - 0.1), (spread, bottom - 0.085), (spread + hem + 0.012, bottom - 0.1)],
            [(spread + hem + 0.015, bottom + 0.01)],
            [(spread, bottom + 0.025), (spread - hem - 0.012, bottom + 0.01)],
            [(spread - hem - 0.012, bottom - 0.1)],
        )
        pieces += [Piece(cuff, folds=0.4, rise=1.1), flipped(Piece(cuff, folds=0.4, rise=1.1))]
    pieces += _pockets(product, waist, curve(outer), top, crotch, short, spread, hem)
    fly = curve([(0.075, top + 0.1), (0.07, top + 0.3), (0.0, crotch - 0.05)])
    front = outline(
        [(-0.02, top + 0.1), (0.075, top + 0.1)], [(0.07, top + 0.3), (0.0, crotch - 0.06)], [(-0.015, top + 0.1)]
    )
    pieces.append(Piece(front, folds=0.4, rise=0.25, rim=0.3, stitches=(fly - [0.012, 0],)))
    return pieces + _waistband(product, waist, top, rng)


def _creases(crotch: float, bottom: float, spread: float, hem: float, rng: np.random.Generator) -> tuple[Points, ...]:
    folds = []
    for lift in (-0.16, 0.02, 0.16):
        y = crotch + rng.uniform(-0.03, 0.03) + lift * 0.3
        folds.append(
            curve([(0.02, y), (0.12, y + lift * 0.4), (rng.uniform(0.16, 0.26), y + lift + rng.uniform(-0.05, 0.05))])
        )
    if bottom > 0.5:
        for _ in range(int(rng.integers(2, 5))):
            y = (crotch + bottom) / 2 + rng.uniform(-0.2, 0.25)
            folds.append(
                curve(
                    [
                        (spread - hem - 0.05, y),
                        (spread, y + rng.uniform(-0.05, 0.05)),
                        (spread + hem * 0.5, y + rng.uniform(-0.08, 0.08)),
                    ]
                )
            )
        for _ in range(2):
            y = bottom - rng.uniform(0.05, 0.16)
            folds.append(curve([(spread - hem, y), (spread + 0.02, y + 0.03), (spread + hem, y - 0.02)]))
    if rng.random() < 0.35:
        folds.append(line((spread * 0.75, crotch - 0.15), (spread, bottom)))
    return tuple(folds)


def _pockets(
    product: Product, waist: float, side: Points, top: float, crotch: float, short: bool, spread: float, hem: float
) -> list[Piece]:
    flank = side[side[:, 1] < top + 0.3] - [0.004, 0.0]
    slant = curve([(waist * 0.62, top + 0.1), (waist * 0.74, top + 0.2), (float(flank[-1, 0]), float(flank[-1, 1]))])
    opening = np.vstack([slant, flank[::-1]])
    made = [Piece(opening, folds=0.4, rise=0.0, rim=0.4, seams=(slant,), stitches=(shifted(slant, 0.02, -0.012),))]
    if product.detail == "cargo pockets":
        y = crotch + (0.02 if short else 0.16)
        x = max(spread + hem * 0.1, 0.2) + (0.04 if short else 0.03)
        bag = box(x, y, x + 0.19, y + 0.26, 0.02)
        flap = box(x - 0.01, y - 0.02, x + 0.2, y + 0.07, 0.015)
        made.append(
            Piece(bag, folds=0.3, rise=1.1, stitches=((bag - [x + 0.095, y + 0.13]) * 0.88 + [x + 0.095, y + 0.13],))
        )
        made.append(Piece(flap, folds=0.2, rise=1.1, stitches=(line((x, y + 0.055), (x + 0.19, y + 0.055)),)))
        made.append(Piece(ellipse(x + 0.095, y + 0.045, 0.014, 0.014), "metal", folds=0, rise=0.5, gloss=1))
    return made + [flipped(piece) for piece in made]


def _waistband(product: Product, waist: float, top: float, rng: np.random.Generator) -> list[Piece]:
    elastic = product.detail == "drawstring"
    back = outline([(-waist, top), (0, top - 0.035), (waist, top)], [(0, top + 0.05), (-waist, top)])
    band = outline(
        [(-waist, top), (0, top + 0.025), (waist, top)],
        [(waist + 0.008, top + 0.1)],
        [(0, top + 0.125), (-waist - 0.008, top + 0.1)],
    )
    edges = (curve([(-waist, top + 0.085), (0, top + 0.11), (waist, top + 0.085)]),)
    pieces = [Piece(back, "lining", folds=0.2)]
    pieces.append(
        Piece(band, "trim" if elastic else "fabric", folds=0.3, rise=0.8, ribs=0.028 if elastic else 0, stitches=edges)
    )
    if elastic:
        for sign in (-1, 1):
            x = 0.03 * sign
            cord = curve(
                [(x, top + 0.07), (x + sign * 0.03, top + 0.2), (x + sign * float(rng.uniform(0.02, 0.08)), top + 0.36)]
            )
            pieces.append(Piece(ribbon(cord, 0.026), "cord", folds=0.1, rise=1.1))
        return pieces
    if product.detail == "belt":
        pieces += belt(waist + 0.002, top + 0.05, rng)
    else:
        pieces += button(0.02, top + 0.072, 0.026, "metal" if rng.random() < 0.5 else "button")
    for x in (-waist * 0.55, waist * 0.55):
        pieces.append(Piece(box(x - 0.014, top + 0.0, x + 0.014, top + 0.125, 0.006), folds=0.2, rise=0.9))
    return pieces
