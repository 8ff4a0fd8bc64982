"""Outlines and the pieces a product is sewn from.

Coordinates are product units: x to the right, y down, the axis of symmetry at x = 0, and 1 unit about half the width
of a picture. The camera fits the finished product into the frame, so only proportions matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""float64 [n, 2], product units unless said otherwise."""

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """One flat piece of material with what is sewn on it; later pieces lie on top of earlier ones.

    `material` names an entry of the palette; `grain` turns pattern and folds (radians). `folds`, `rim` and `rise` are
    strengths around 1: fold shading, darkening towards the edge, and the shadow cast on the pieces below.
    `seams`, `stitches` and `creases` are lines clipped to the piece; `ribs` and `quilts` are spacings in
    units, 0 for none.
    """

    outline: Points
    material: str = "fabric"
    grain: float = 0.0
    folds: float = 1.0
    rim: float = 1.0
    rise: float = 1.0
    gloss: float = 0.0
    tone: float = 1.0
    ribs: float = 0.0
    quilts: float = 0.0
    seams: tuple[Points, ...] = ()
    stitches: tuple[Points, ...] = ()
    creases: tuple[Points, ...] = ()


def curve(points: Sequence[Corner], samples: int = 14) -> Points:
    """A smooth line through the points (a Catmull-Rom spline); two points give a straight line."""
    knots = np.asarray(points, np.float64)
    if len(knots) < 2:
        return knots
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = np.linspace(0, 1, samples, endpoint=False)[:, None]
    spans = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        spans.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*spans, knots[-1:]])


def outline(*runs: Sequence[Corner]) -> Points:
    """Smooth runs joined by corners; each run goes on where the one before it ended."""
    lines = [curve(runs[0])]
    for run in runs[1:]:
        start = (float(lines[-1][-1, 0]), float(lines[-1][-1, 1]))
        lines.append(curve([start, *run])[1:])
    return np.vstack(lines)


def shifted(points: Points, dx: float, dy: float) -> Points:
    """The same line elsewhere."""
    moved_points: Points = points + np.array([dx, dy])
    return moved_points


def flip(points: Points) -> Points:
    """The mirror image about the axis."""
    mirror: Points = points * np.array([-1.0, 1.0])
    return mirror


def mirrored(half: Points) -> Points:
    """A closed outline from its right half, which runs from the top of the axis to its bottom."""
    return np.vstack([half, flip(half[::-1])])


def ribbon(points: Points, width: float | Sequence[float]) -> Points:
    """The outline of a band along a line; `width` may change evenly from start to end."""
    widths = np.asarray(width, np.float64).reshape(-1)
    ends = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
    along = np.gradient(points, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    return np.vstack([points + normal * ends, (points - normal * ends)[::-1]])


def ellipse(cx: float, cy: float, rx: float, ry: float, start: float = 0.0, stop: float = 360.0) -> Points:
    """An arc of an ellipse, angles in degrees clockwise from the right."""
    angle = np.radians(np.linspace(start, stop, 48))
    return np.stack([cx + rx * np.cos(angle), cy + ry * np.sin(angle)], axis=1)


def box(left: float, top: float, right: float, bottom: float, corner: float = 0.03) -> Points:
    """A rectangle with rounded corners."""
    c = min(corner, (right - left) / 2, (bottom - top) / 2)
    arcs = [
        ellipse(right - c, top + c, c, c, -90, 0),
        ellipse(right - c, bottom - c, c, c, 0, 90),
        ellipse(left + c, bottom - c, c, c, 90, 180),
        ellipse(left + c, top + c, c, c, 180, 270),
    ]
    return np.vstack([dense(arc[::8]) for arc in arcs])


def dense(points: Points, step: float = 0.05) -> Points:
    """The same line with points at most `step` units apart, so that bending it stays smooth."""
    parts = []
    for a, b in pairwise(points):
        count = max(1, int(np.ceil(float(np.linalg.norm(b - a)) / step)))
        parts.append(a + (b - a) * np.linspace(0, 1, count, endpoint=False)[:, None])
    return np.vstack([*parts, points[-1:]])


def line(*points: Corner) -> Points:
    """A straight or broken line, dense enough to bend."""
    return dense(np.asarray(points, np.float64))


def moved(piece: Piece, dx: float, dy: float, scale: float = 1.0, tone: float = 1.0) -> Piece:
    """The piece scaled about the origin and shifted; `tone` darkens or lightens its material."""
    by = np.array([dx, dy])

    def move(lines: Iterable[Points]) -> tuple[Points, ...]:
        return tuple(one * scale + by for one in lines)

    return replace(
        piece,
        outline=piece.outline * scale + by,
        tone=piece.tone * tone,
        seams=move(piece.seams),
        stitches=move(piece.stitches),
        creases=move(piece.creases),
    )


def flipped(piece: Piece) -> Piece:
    """The mirror image of a piece about the axis."""
    return replace(
        piece,
        outline=flip(piece.outline),
        grain=-piece.grain,
        seams=tuple(flip(one) for one in piece.seams),
        stitches=tuple(flip(one) for one in piece.stitches),
        creases=tuple(flip(one) for one in piece.creases),
    )


def button(x: float, y: float, radius: float = 0.026, material: str = "button") -> list[Piece]:
    """A sewn-on button: the disc and its two holes."""
    holes = [
        Piece(ellipse(x + dx, y, radius * 0.16, radius * 0.16), "thread", rim=0, rise=0, folds=0)
        for dx in (-radius * 0.3, radius * 0.3)
    ]
    return [Piece(ellipse(x, y, radius, radius), material, folds=0, rim=1.2, rise=0.8, gloss=1), *holes]
