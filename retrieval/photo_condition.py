"""What keeps a photo from being searched well: too dark, over-exposed, blurred, tiny, or of one colour.

Each limit is where searches measurably suffer and no ordinary photo lies; `docs/exact_matches.md` has the
figures, `python -m scripts.evaluate corruptions` the measuring. Pure.
"""

from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MIN_SIDE = 64
"""Pixels of the longer side."""
DIM = 80.0
"""Brightness, 0 to 255, that nine tenths of a photo stay below which is searched with more light; see `lit`."""
DARK = 16.0
"""The same of a photo in which, even so, too little is left to see."""
BRIGHT = 160.0
"""Grey value that nine tenths of an over-exposed photo exceed."""
PLAIN = 3.0
"""Difference of values, in each of the three channels, within which nearly all of a photo of one colour lies."""
BLURRED = 0.06
"""Steepest steps between neighbours, against the photo's contrast, of a blurred photo."""
_ORDINARY = 199.0
"""Brightness that a tenth of the median ordinary photo exceeds."""
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
    small = _small(photo)
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


def lit(photo: Image.Image) -> Image.Image:
    """A dark RGB photo with as much light as ordinary ones have; any other as it is."""
    brightest = exposure(_small(photo))[1]
    if brightest >= DIM:
        return photo
    gain = _ORDINARY / max(brightest, 1.0)
    return photo.point([min(255, round(gain * value)) for value in range(256)] * 3)


def exposure(photo: Image.Image) -> tuple[float, float]:
    """The grey that a tenth of the pixels stay below, and the brightness (largest channel) that a tenth exceed."""
    darkest = np.percentile(np.asarray(photo.convert("L")), 10)
    return float(darkest), float(np.percentile(np.asarray(photo).max(axis=2), 90))


def sharpness(photo: Image.Image) -> float:
    """The steepest steps (99th percentile) between neighbouring pixels, as a share of the contrast; 0 to about 1."""
    grey: NDArray[np.float32] = np.asarray(photo.convert("L"), np.float32)
    if min(grey.shape) < 2:
        return 0.0
    steps = np.concatenate([np.abs(np.diff(grey, axis=axis)).ravel() for axis in (0, 1)])
    low, high = np.percentile(grey, (2, 98))
    return float(np.percentile(steps, 99) / max(high - low, 1.0))


def _small(photo: Image.Image) -> Image.Image:
    small = photo.copy()
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    return small
