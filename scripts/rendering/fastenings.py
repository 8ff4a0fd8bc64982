"""What closes and what is sewn on: button plackets, zips, patch pockets."""

from __future__ import annotations

import numpy as np

from scripts.rendering.outlines import Piece, box, button, ellipse, line, outline
from scripts.rendering.tops import Cut


def placket(cut: Cut, depth: float, bottom: float, count: int, width: float = 0.1) -> list[Piece]:
    """A buttoned strip down the front."""
    top = cut.top + depth - 0.01
    left, right = -width / 2, width / 2
    strip = box(left, top, right, bottom, 0.01)
    edges = (line((left + 0.012, top), (left + 0.012, bottom)), line((right - 0.012, top), (right - 0.012, bottom)))
    pieces = [Piece(strip, "fabric", folds=0.5, rise=0.45, rim=0.5, stitches=edges)]
    for y in np.linspace(top + 0.06, bottom - 0.1, count):
        pieces += button(0.0, float(y), 0.023)
    return pieces


def patch_pocket(left: float, top: float, width: float, height: float) -> Piece:
    """A pocket sewn on, with a stitched edge."""
    right, bottom = left + width, top + height
    shape = outline(
        [(left, top), (right, top)],
        [(right, bottom - height * 0.2)],
        [(left + width / 2, bottom)],
        [(left, bottom - height * 0.2)],
        [(left, top)],
    )
    centre = np.array([left + width / 2, top + height / 2])
    inner = (shape - centre) * 0.9 + centre
    hem = line((left, top + height * 0.16), (right, top + height * 0.16))
    return Piece(shape, "fabric", folds=0.3, rise=0.55, rim=0.8, stitches=(inner, hem))


def zip_line(top: float, bottom: float, x: float = 0.0) -> list[Piece]:
    """A zip: tape, teeth and pull."""
    tape = Piece(box(x - 0.03, top, x + 0.03, bottom, 0.008), "trim", tone=0.72, folds=0.1, rise=0.4)
    teeth = Piece(
        box(x - 0.009, top, x + 0.009, bottom, 0.004), "metal", folds=0.1, rise=0.3, ribs=0.018, grain=np.pi / 2
    )
    pull = Piece(ellipse(x, top + 0.07, 0.016, 0.035), "metal", folds=0, rise=1, gloss=1)
    return [tape, teeth, pull]
