"""What keeps a photo from being searched well: too dark, over-exposed, blurred, tiny, or of one colour.

Each limit is where searches measurably suffer and hardly an ordinary photo lies; `docs/exact_matches.md` has the
figures, `python -m scripts.evaluate corruptions` the measuring. Pure.
"""

from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MIN_SIDE = 64
"""Pixels of the longer side."""
DARK = 60.0
"""Grey value, 0 to 255, that nine tenths of a very dark photo stay below."""
BRIGHT = 190.0
"""Grey value that nine tenths of an over-exposed photo exceed."""
PLAIN = 3.0
"""Difference of grey values, in each of the three channels, within which nearly all of a photo of one colour lies."""
BLURRED = 0.04
"""Steepest steps between neighbours, against the photo's contrast, of a blurred photo."""
_SIDE = 256


class Condition(Enum):
    """The worst thing about a photo."""

    TINY = auto()
    PLAIN = auto()
    DARK = auto()
    BRIGHT = auto()
    BLURRED = auto()


def condition_of(photo: Image.Image) -> Condition | None:
    """The worst thing about an RGB photo of any size; None where nothing hurts."""
    if max(photo.size) < MIN_SIDE:
        return Condition.TINY
    small = photo.copy()
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    pixels = np.asarray(small, np.float32)
    low, high = np.percentile(pixels.reshape(-1, 3), (2, 98), axis=0)
    if (high - low).max() <= PLAIN:
        return Condition.PLAIN
    darkest, brightest = exposure(small)
    if brightest < DARK:
        return Condition.DARK
    if darkest > BRIGHT:
        return Condition.BRIGHT
    return Condition.BLURRED if sharpness(small) < BLURRED else None


def exposure(photo: Image.Image) -> tuple[float, float]:
    """The grey values, 0 to 255, that a tenth of the pixels stay below, and that a tenth exceed."""
    darkest, brightest = np.percentile(np.asarray(photo.convert("L")), (10, 90))
    return float(darkest), float(brightest)


def sharpness(photo: Image.Image) -> float:
    """The steepest steps (99th percentile) between neighbouring pixels, as a share of the contrast; 0 to about 1."""
    grey: NDArray[np.float32] = np.asarray(photo.convert("L"), np.float32)
    if min(grey.shape) < 2:
        return 0.0
    steps = np.concatenate([np.abs(np.diff(grey, axis=axis)).ravel() for axis in (0, 1)])
    low, high = np.percentile(grey, (2, 98))
    return float(np.percentile(steps, 99) / max(high - low, 1.0))
