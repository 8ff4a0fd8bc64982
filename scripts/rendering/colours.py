"""The 14 colour names as regions of CIE Lab, and shades drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.float32]
"""float32 [3] or [h, w, 3], sRGB in 0..1."""

LAB_CENTRES: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "black": (14.0, 0.0, 0.0),
        "white": (95.0, 0.0, 1.0),
        "grey": (57.0, 0.0, 0.0),
        "red": (44.0, 61.0, 40.0),
        "orange": (67.0, 42.0, 66.0),
        "yellow": (86.0, 0.0, 72.0),
        "green": (48.0, -42.0, 30.0),
        "blue": (47.0, 12.0, -55.0),
        "navy": (19.0, 9.0, -27.0),
        "purple": (38.0, 40.0, -42.0),
        "pink": (72.0, 38.0, 0.0),
        "brown": (34.0, 16.0, 23.0),
        "beige": (81.0, 2.5, 16.0),
        "turquoise": (70.0, -38.0, -10.0),
    }
)
"""The middle of each named colour: L* in 0..100, a*, b*."""

_SPREADS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "black": (3.0, 1.0, 1.5),
        "white": (1.5, 0.8, 2.0),
        "grey": (8.0, 1.2, 2.0),
        "red": (4.5, 5.0, 6.0),
        "orange": (4.0, 5.0, 6.0),
        "yellow": (3.0, 3.0, 10.0),
        "green": (9.0, 7.0, 7.0),
        "blue": (7.0, 5.0, 7.0),
        "navy": (3.0, 2.5, 3.5),
        "purple": (6.0, 5.0, 5.0),
        "pink": (6.0, 8.0, 5.0),
        "brown": (5.0, 3.0, 4.0),
        "beige": (3.5, 1.5, 3.0),
        "turquoise": (5.0, 5.0, 4.0),
    }
)
_PARTNERS: Mapping[str, tuple[tuple[float, float, float], ...]] = MappingProxyType(
    {
        "black": ((92, 0, 1), (90, 1, 9), (68, 0, 0)),
        "white": ((20, 0, 0), (26, 6, -20), (50, 0, 0), (48, -8, -20)),
        "grey": ((95, 0, 0), (18, 0, 0), (92, 0, 5)),
        "red": ((95, 0, 1), (92, 1, 9), (14, 0, 0)),
        "orange": ((95, 0, 1), (94, 1, 9), (26, 14, 18)),
        "yellow": ((22, 1, 2), (98, 0, 1), (36, 6, 14)),
        "green": ((95, 0, 1), (92, 0, 10), (16, -6, 4)),
        "blue": ((95, 0, 1), (93, 1, 8), (16, 4, -14)),
        "navy": ((95, 0, 1), (92, 1, 9), (78, 0, -4)),
        "purple": ((95, 0, 1), (93, 1, 8), (84, 12, -14)),
        "pink": ((97, 1, 1), (95, 2, 8), (36, 28, 2)),
        "brown": ((93, 1, 9), (88, 2, 14), (14, 3, 4)),
        "beige": ((34, 8, 12), (22, 2, 3), (46, 14, 20)),
        "turquoise": ((96, 0, 1), (94, 0, 8), (22, -10, -8)),
    }
)
_FLOWER_HEARTS = ((84.0, 4.0, 66.0), (60.0, 50.0, 40.0), (30.0, 20.0, 10.0))
_LEAVES = ((46.0, -22.0, 22.0), (36.0, -16.0, 12.0))


def lab_to_rgb(lab: tuple[float, float, float]) -> Rgb:
    """SRGB of a Lab colour, clipped to what a screen shows."""
    pixel = np.array(lab, np.float32).reshape(1, 1, 3)
    return np.clip(cv2.cvtColor(pixel, cv2.COLOR_LAB2RGB), 0.0, 1.0).reshape(3).astype(np.float32)


def shade_of(colour: str, rng: np.random.Generator) -> Rgb:
    """A natural variation of the named colour that nobody would name otherwise."""
    # A triangular draw keeps most shades near the middle and none beyond the spread.
    lab = [c + s * float(rng.triangular(-1, 0, 1)) for c, s in zip(LAB_CENTRES[colour], _SPREADS[colour], strict=True)]
    return lab_to_rgb((lab[0], lab[1], lab[2]))


def partner_of(colour: str, rng: np.random.Generator) -> Rgb:
    """The second colour of a pattern on `colour`: lighter or darker by far, never a rival in hue."""
    options = _PARTNERS[colour]
    # The most usual ones come first.
    return lab_to_rgb(options[int(rng.choice(len(options), p=_weights(len(options))))])


def flower_colours(rng: np.random.Generator) -> tuple[Rgb, Rgb]:
    """Heart and leaf of a printed flower."""
    return lab_to_rgb(_FLOWER_HEARTS[int(rng.integers(3))]), lab_to_rgb(_LEAVES[int(rng.integers(2))])


def _weights(count: int) -> NDArray[np.float64]:
    weights = np.array([3.0, 2.0, 1.5, 1.0][:count])
    return np.asarray(weights / weights.sum(), np.float64)
