"""What upper garments share: torso, sleeves, and the ways a neck is finished."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.rendering.outlines import (
    Piece,
    Points,
    box,
    button,
    curve,
    flip,
    flipped,
    line,
    mirrored,
    outline,
    ribbon,
    shifted,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """The proportions of an upper garment, right half, in product units; `top` is the y of the neck points."""

    top: float
    neck: float
    shoulder: float
    slope: float
    armpit: tuple[float, float]
    waist: tuple[float, float]
    hem: tuple[float, float]
    hem_curve: float = 0.03

    @property
    def tip(self) -> tuple[float, float]:
        """Where the shoulder ends and a sleeve is set in."""
        return self.shoulder, self.top + self.slope


def sleeveless(cut: Cut) -> Cut:
    """The cut with narrow shoulders, as sleeveless things have."""
    shoulder = cut.neck + 0.42 * (cut.shoulder - cut.neck)
    return Cut(cut.top, cut.neck, shoulder, cut.slope * 0.4, cut.armpit, cut.waist, cut.hem, cut.hem_curve)


def neck_depth(neckline: str | None, rng: np.random.Generator) -> float:
    """How far the front neckline drops below the neck points."""
    if neckline == "V-neck":
        return float(rng.uniform(0.36, 0.46))
    if neckline == "turtleneck":
        return 0.07
    if neckline == "collar":
        return 0.14
    return float(rng.uniform(0.15, 0.24))


def neck_line(cut: Cut, neckline: str | None, depth: float) -> Points:
    """The right half of the front neckline, from the axis up to the neck point."""
    if neckline == "V-neck":
        return curve([(0, cut.top + depth), (cut.neck * 0.55, cut.top + depth * 0.5), (cut.neck, cut.top)])
    points = [
        (0.0, cut.top + depth),
        (cut.neck * 0.5, cut.top + depth * 0.86),
        (cut.neck * 0.88, cut.top + depth * 0.42),
    ]
    return curve([*points, (cut.neck, cut.top)])


def armhole(cut: Cut) -> Points:
    """The right armhole from the shoulder tip down to the armpit."""
    (sx, sy), (ax, ay) = cut.tip, cut.armpit
    middle = (min(sx, ax) - 0.05, (sy + ay) / 2 + 0.03)
    return curve([(sx, sy), middle, (ax, ay)])


def torso(cut: Cut, neckline: str | None, depth: float, bare: bool, rng: np.random.Generator) -> Piece:
    """Front of the garment, with drag lines from the armpits and a stitched hem."""
    side = outline(
        [
            cut.armpit,
            ((cut.armpit[0] + cut.waist[0]) / 2 - 0.012, (cut.armpit[1] + cut.waist[1]) / 2),
            cut.waist,
            ((cut.waist[0] * 0.45 + cut.hem[0] * 0.55), (cut.waist[1] + cut.hem[1]) / 2),
            cut.hem,
        ],
        [(cut.hem[0] * 0.5, cut.hem[1] + cut.hem_curve * 0.8), (0, cut.hem[1] + cut.hem_curve)],
    )
    half = np.vstack([neck_line(cut, neckline, depth), line((cut.neck, cut.top), cut.tip), armhole(cut), side])
    hem = curve(
        [(-cut.hem[0], cut.hem[1] - 0.04), (0, cut.hem[1] + cut.hem_curve - 0.04), (cut.hem[0], cut.hem[1] - 0.04)]
    )
    folds = []
    ax, ay = cut.armpit
    for sign in (-1, 1):
        for _ in range(int(rng.integers(2, 4))):
            start = (sign * (ax - 0.02), ay + float(rng.uniform(-0.08, 0.12)))
            end = (sign * float(rng.uniform(0.05, 0.3)), ay + float(rng.uniform(0.1, 0.42)))
            bend = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - float(rng.uniform(0, 0.05)))
            folds.append(curve([start, bend, end]))
    inner = flip(armhole(cut)) if bare else None
    stitches = [hem] if inner is None else [hem, shifted(armhole(cut), -0.03, 0), shifted(inner, 0.03, 0)]
    return Piece(
        mirrored(half),
        seams=() if bare else (armhole(cut), flip(armhole(cut))),
        stitches=tuple(stitches),
        creases=tuple(folds),
    )


def back_neck(cut: Cut, depth: float, label: bool = True) -> list[Piece]:
    """The inside of the back, seen through the neck opening, with the label."""
    width = cut.neck + 0.01
    inside = np.vstack(
        [
            curve([(-width, cut.top), (0, cut.top + 0.035), (width, cut.top)]),
            curve(
                [
                    (width, cut.top + 0.02),
                    (width * 0.7, cut.top + depth + 0.03),
                    (0, cut.top + depth + 0.06),
                    (-width * 0.7, cut.top + depth + 0.03),
                    (-width, cut.top + 0.02),
                ]
            ),
        ]
    )
    pieces = [
        Piece(
            inside,
            "lining",
            folds=0.4,
            rim=1.6,
            stitches=(curve([(-width, cut.top + 0.04), (0, cut.top + 0.08), (width, cut.top + 0.04)]),),
        )
    ]
    if label and depth > 0.12:
        pieces.append(Piece(box(-0.05, cut.top + 0.045, 0.05, cut.top + 0.105, 0.005), "label", folds=0.2, rise=0.4))
    return pieces


def sleeves(cut: Cut, kind: str | None, cuff: str, rng: np.random.Generator, length: float = 1.22) -> list[Piece]:
    """Both sleeves, each hanging a little differently. `cuff`: "hem", "ribbed" or "buttoned"."""
    pieces: list[Piece] = []
    if kind not in ("short", "long"):
        return pieces
    spread = rng.uniform(10, 18) if kind == "long" else rng.uniform(34, 50)
    half = float(np.hypot(*np.subtract(cut.tip, cut.armpit))) / 2
    width = half * (rng.uniform(0.48, 0.58) if kind == "long" else rng.uniform(0.82, 0.98))
    reach = length * rng.uniform(0.95, 1.05) if kind == "long" else half * rng.uniform(1.7, 2.2)
    for side in (1, -1):
        made = _sleeve(cut, kind, cuff, np.radians(spread + rng.uniform(-3, 3)), width, reach, rng)
        pieces += made if side == 1 else [flipped(piece) for piece in made]
    return pieces


def _sleeve(
    cut: Cut, kind: str, cuff: str, angle: float, width: float, reach: float, rng: np.random.Generator
) -> list[Piece]:
    tip, pit = np.array(cut.tip), np.array(cut.armpit)
    down = np.array([np.sin(angle), np.cos(angle)])
    out = np.array([np.cos(angle), -np.sin(angle)])
    end = (tip + pit) / 2 + down * reach
    bend = rng.uniform(-0.02, 0.03)
    bulge = 0.05 if kind == "long" else 0.025

    def at(share: float, side: float) -> tuple[float, float]:
        """A point of the sleeve: share of the way down, side -1 (body) … 1 (outside)."""
        start = tip * (1 + side) / 2 + pit * (1 - side) / 2
        wide = start + (end + out * width * side - start) * share
        # The head of the sleeve bulges outwards, the elbow bends a little.
        wide = wide + out * (bulge * np.sin(np.pi * share) * max(side, 0) + bend * np.sin(np.pi * share))
        return float(wide[0]), float(wide[1])

    outer = [cut.tip, at(0.25, 1), at(0.6, 1), at(1, 1)]
    inner = [at(0.6, -1), at(0.25, -1), cut.armpit]
    inside = (cut.shoulder - 0.18, cut.armpit[1] - 0.1)
    body = outline(outer, [at(1, -1)], inner, [inside], [cut.tip])
    elbow = []
    for _ in range(int(rng.integers(2, 5)) if kind == "long" else 1):
        share = rng.uniform(0.25, 0.75)
        elbow.append(curve([at(share, -0.9), at(share - 0.03, 0), at(share - 0.1 + rng.uniform(-0.03, 0.03), 0.6)]))
    hem = 1 - (0.035 if kind == "long" else 0.11)
    stitches = (curve([at(hem, -1.2), at(hem, 1.2)]),)
    pieces = [Piece(body, grain=-angle * 0.9, creases=tuple(elbow), stitches=stitches if cuff == "hem" else ())]
    if cuff != "hem":
        top = 1 - (0.1 if kind == "long" else 0.14)
        grip = 0.88 if cuff == "ribbed" else 1.0
        band = outline([at(top, 1.06), at(1.01, 1.03 * grip)], [at(1.01, -1.03 * grip)], [at(top, -1.06)])
        edge = () if cuff == "ribbed" else (curve([at(top + 0.02, -1.1), at(top + 0.02, 1.1)]),)
        pieces.append(
            Piece(
                band,
                "fabric" if cuff == "buttoned" else "trim",
                grain=-angle,
                folds=0.3,
                ribs=0.028 if cuff == "ribbed" else 0,
                stitches=edge,
                rise=0.7,
            )
        )
        if cuff == "buttoned" and kind == "long":
            x, y = at((top + 1) / 2, 0.55)
            pieces += button(x, y, 0.02)
    return pieces


def neck_band(cut: Cut, neckline: str | None, depth: float, material: str = "trim") -> Piece:
    """The binding sewn along a round or V neckline."""
    half = neck_line(cut, neckline, depth)
    whole = np.vstack([flip(half[::-1]), half[1:]])
    whole = whole + np.array([0, 0.012])
    return Piece(ribbon(whole, 0.05), material, folds=0.1, rim=0.6, rise=0.5, ribs=0.0)


def turtleneck(cut: Cut, rng: np.random.Generator) -> list[Piece]:
    """A high folded neck."""
    n, top, high = cut.neck * 0.92, cut.top, float(rng.uniform(0.17, 0.23))
    tube = outline(
        [(-n * 1.04, top + 0.05), (-n * 0.9, top - high * 0.6), (-n * 0.92, top - high)],
        [(0, top - high + 0.03), (n * 0.92, top - high)],
        [(n * 0.9, top - high * 0.6), (n * 1.04, top + 0.05)],
        [(0, top + 0.12), (-n * 1.04, top + 0.05)],
    )
    fold = outline(
        [(-n * 0.97, top - high - 0.005), (0, top - high + 0.03), (n * 0.97, top - high - 0.005)],
        [(n * 1.03, top - high * 0.3)],
        [(0, top - high * 0.3 + 0.06), (-n * 1.03, top - high * 0.3)],
    )
    rib = 0.03 if rng.random() < 0.6 else 0.0
    back = outline(
        [(-n * 0.95, top - high), (0, top - high - 0.035), (n * 0.95, top - high)],
        [(0, top - high + 0.06), (-n * 0.95, top - high)],
    )
    return [
        Piece(back, "lining", folds=0.2),
        Piece(tube, "fabric", folds=0.5, ribs=rib, rise=0.8),
        Piece(fold, "fabric", folds=0.4, ribs=rib, rise=1.2),
    ]


def shirt_collar(cut: Cut, depth: float, rng: np.random.Generator, spread: float = 0.2) -> list[Piece]:
    """A stand and two collar leaves."""
    n, top = cut.neck, cut.top
    stand = outline(
        [
            (-n * 0.98, top + 0.03),
            (-n * 0.8, top - 0.075),
            (0, top - 0.1),
            (n * 0.8, top - 0.075),
            (n * 0.98, top + 0.03),
        ],
        [(n * 0.5, top + 0.02), (0, top - 0.02), (-n * 0.5, top + 0.02), (-n * 0.98, top + 0.03)],
    )
    point = (spread * float(rng.uniform(0.85, 1.15)), top + depth + float(rng.uniform(0.1, 0.17)))
    leaf = outline(
        [(0.0, top + depth + 0.01), (n * 0.5, top + depth * 0.55), (n * 0.86, top - 0.07)],
        [(n * 1.05, top - 0.01), (n * 1.12, top + 0.07)],
        [(n * 1.02, top + depth * 0.8), point],
        [(0.0, top + depth + 0.01)],
    )
    inset = leaf * 0.94 + np.array([0.006, 0.06 * (top + depth * 0.7)])
    right = Piece(leaf, "fabric", grain=0.6, folds=0.25, rise=1.3, stitches=(inset,))
    return [Piece(stand, "fabric", folds=0.2, rise=0.8), flipped(right), right]
