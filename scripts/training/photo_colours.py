"""The colour of the garment on a real photo, where it can be told reliably; and where on the photo the garment is.

The photos have no colour labels. The garment is cut out (GrabCut, Rother et al. 2004, seeded by a rectangle that leaves
the border to the background), each of its pixels gets a colour name by lightness, chroma and hue (CIE L*a*b*), and the
name that most pixels agree on is the garment's, if they agree clearly, if the cut-out is plausible, and if the
background is not of that colour too. Everything else stays unknown.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE = 112
_AGREEMENT = 0.62
"""Share of the garment's pixels that must have one name."""
_MARGIN = 0.06
NAMES = (
    "black", "white", "grey", "red", "orange", "yellow", "green", "blue", "navy", "purple", "pink", "brown", "beige",
    "turquoise",
)  # fmt: skip
_NEIGHBOURS = {
    "black": ("navy", "grey"), "navy": ("black", "blue"), "blue": ("navy",), "grey": (), "white": (), "beige": (),
    "brown": (), "red": (), "orange": (), "yellow": (), "green": (), "purple": (), "pink": (), "turquoise": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Garment:
    """What was found on a photo.

    Attributes:
        mask: uint8 [h, w], 255 on the garment; None where no plausible cut-out was found.
        colour: its name; None where it cannot be told.
    """

    mask: NDArray[np.uint8] | None
    colour: str | None


def find_garment(photo: NDArray[np.uint8]) -> Garment:
    """RGB uint8 [h, w, 3] -> the garment in its middle."""
    mask = _cut_out(photo)
    if mask is None:
        return Garment(None, None)
    return Garment(mask, _colour(photo, mask))


def name_pixels(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """RGB uint8 [n, 3] -> [n] positions in `NAMES`; -1 for what people call by several names."""
    lab = cv2.cvtColor((pixels.reshape(-1, 1, 3) / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2LAB)[:, 0]
    lightness, a, b = lab[:, 0], lab[:, 1], lab[:, 2]
    chroma = np.hypot(a, b)
    hue = np.degrees(np.arctan2(b, a)) % 360
    warm = (hue > 40) & (hue < 100)
    rules = (
        ("black", lightness < 13),
        ("navy", (hue > 235) & (hue < 310) & (lightness < 30) & (chroma > 7)),
        ("black", (lightness < 27) & (chroma < 9)),
        ("brown", (hue > 20) & (hue < 85) & (lightness < 27) & (chroma > 9)),
        ("white", (lightness > 74) & (chroma < 8)),
        ("beige", warm & (lightness > 58) & (chroma >= 9) & (chroma < 28)),
        ("grey", chroma < 8),
        ("brown", (hue > 35) & (hue < 85) & (lightness < 58) & (chroma < 42)),
        (None, (hue > 84) & (hue < 115) & (chroma < 32)),  # khaki, which people call by three names
        (None, ((hue > 345) | (hue < 32)) & (lightness > 46) & (lightness < 60) & (chroma > 38)),  # red or pink
        ("pink", ((hue > 325) | (hue < 30)) & (lightness > 52)),
        ("red", ((hue > 345) | (hue < 44)) & (chroma > 22)),
        ("pink", (hue > 325) & (hue <= 345)),
        ("brown", (hue < 60) & (lightness < 50)),
        ("orange", hue < 72),
        ("yellow", hue < 105),
        ("green", hue < 172),
        ("turquoise", hue < 225),
        ("blue", hue < 307),
        ("purple", hue < 335),
        ("pink", np.ones(len(lab), bool)),
    )
    named, open_ = np.full(len(lab), -1, np.int64), np.ones(len(lab), bool)
    for name, holds in rules:
        if name is not None:
            named[open_ & holds] = NAMES.index(name)
        open_ &= ~holds
    return named


def _cut_out(photo: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    height, width = photo.shape[:2]
    scale = _SIDE / max(height, width)
    small = cv2.resize(
        photo, (max(8, round(width * scale)), max(8, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    rows, columns = small.shape[:2]
    labels = np.full((rows, columns), cv2.GC_BGD, np.uint8)
    down, across = max(1, round(rows * _MARGIN)), max(1, round(columns * _MARGIN))
    labels[down : rows - down, across : columns - across] = cv2.GC_PR_FGD
    ring = np.zeros((rows, columns), bool)
    ring[round(rows * 0.42) : round(rows * 0.58), round(columns * 0.42) : round(columns * 0.58)] = True
    labels[ring] = cv2.GC_FGD
    cv2.setRNGSeed(0)
    whole = (0, 0, columns, rows)  # not used: the labels say where to begin
    cv2.grabCut(small, labels, whole, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    cover = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(cover)
    if count < 2:
        return None
    biggest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    cover = (parts == biggest).astype(np.uint8)
    share = cover.mean()
    if not 0.1 <= share <= 0.8:
        return None
    cover = cv2.morphologyEx(cover, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)).astype(np.uint8)
    mask: NDArray[np.uint8] = cv2.resize(cover * 255, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    return mask


def _colour(photo: NDArray[np.uint8], mask: NDArray[np.uint8]) -> str | None:
    inside = cv2.erode(mask, np.ones((7, 7), np.uint8)) > 200
    outside = cv2.dilate(mask, np.ones((9, 9), np.uint8)) < 50
    if inside.sum() < 200 or outside.sum() < 200:
        return None
    votes = _votes(photo[inside])
    first = int(np.argmax(votes))
    name = NAMES[first]
    if votes[first] < _AGREEMENT or votes[[NAMES.index(other) for other in _NEIGHBOURS[name]]].sum() > 0.22:
        return None
    # A cut-out that looks like what is around it may be a piece of the floor.
    return None if _votes(photo[outside])[first] > 0.4 else name


def _votes(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    named = name_pixels(pixels)
    return np.bincount(named[named >= 0], minlength=len(NAMES)) / len(named)
