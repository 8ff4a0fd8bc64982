"""Smooth noise that looks like cloth: folds, wrinkles, weave. Made once per process, then only sampled.

Every field is periodic, so that a sample may start anywhere and be turned.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""float32 [h, w]."""

_SIDE = 512


@lru_cache(maxsize=1)
def relief() -> Mapping[str, Field]:
    """Light on four kinds of relief, float32 [512, 512], about mean 0 and deviation 1, lit from the upper left.

    `drape`: long folds along y; `crumple`: creases in all directions; `swell`: broad soft hills;
    `fibre`: long thin threads along y, as in wood or brushed wool.
    """
    rng = np.random.default_rng(20240)
    drape = _noise(rng, 13, 85) + 0.45 * _noise(rng, 6, 46)
    ridged = -np.abs(_noise(rng, 26, 30)) - 0.5 * np.abs(_noise(rng, 13, 15))
    return {
        "drape": _lit(drape),
        "crumple": _lit(np.asarray(cv2.GaussianBlur(ridged.astype(np.float32), (0, 0), 1.6), np.float32)),
        "swell": _lit(_noise(rng, 48, 60)),
        "fibre": _scaled(_noise(rng, 0.9, 60) + 0.8 * _noise(rng, 2.6, 140)),
    }


@lru_cache(maxsize=1)
def weaves() -> Mapping[str, Field]:
    """Fine textures, float32 [1024, 1024], deviation 1: `woven`, `jersey`, `twill`, `grain` (leather), `wool`.

    Each is one tile of 512 repeated, so that a window of up to 512 can be cut anywhere.
    """
    rng = np.random.default_rng(77)
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32)
    turn = np.float32(2 * np.pi / _SIDE)
    speckle = rng.standard_normal((_SIDE, _SIDE)).astype(np.float32)
    fine = {
        "woven": _scaled(_noise(rng, 0.5, 3.5) + _noise(rng, 3.5, 0.5) + 0.3 * speckle),
        "jersey": _scaled(np.sin(turn * 171 * x) * 0.8 + _noise(rng, 0.6, 1.2) + 0.3 * speckle),
        "twill": _scaled(np.sin(turn * (128 * x + 128 * y)) + _noise(rng, 0.7, 0.7)),
        "grain": _scaled(-np.abs(_noise(rng, 1.6, 1.6)) + 0.3 * _noise(rng, 5, 5)),
        "wool": _scaled(_noise(rng, 1.0, 1.4) + 0.8 * _noise(rng, 2.4, 2.4) + 0.2 * speckle),
    }
    return {name: np.tile(field, (2, 2)) for name, field in fine.items()}


def sampled(field: Field, offset: tuple[float, float], angle: float, size: tuple[int, int], zoom: float = 1.0) -> Field:
    """A window of a `relief` field, float32 [h, w] for `size` = (h, w), turned by `angle` radians."""
    c, s = 2 * np.cos(angle) / zoom, 2 * np.sin(angle) / zoom
    matrix = np.array([[c, s, offset[0]], [-s, c, offset[1]]], np.float64)
    # Smooth fields lose nothing at half the size. The map goes from window to field as it stands, hence no
    # inversion; wrapping makes the field endless.
    half = cv2.warpAffine(
        field,
        matrix,
        ((size[1] + 1) // 2, (size[0] + 1) // 2),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_WRAP,
    )
    return cv2.resize(half, size[::-1], interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def cut_out(field: Field, offset: tuple[float, float], size: tuple[int, int]) -> Field:
    """A window of a `weaves` field, float32 [h, w] for `size` = (h, w) up to 512 each, at full sharpness."""
    x, y = int(offset[0]) % _SIDE, int(offset[1]) % _SIDE
    return field[y : y + size[0], x : x + size[1]]


def _noise(rng: np.random.Generator, along_x: float, along_y: float) -> Field:
    """Periodic Gaussian noise, blurred by the given deviations in pixels, of deviation 1."""
    white = np.fft.rfft2(rng.standard_normal((_SIDE, _SIDE)))
    fy = np.fft.fftfreq(_SIDE)[:, None]
    fx = np.fft.rfftfreq(_SIDE)[None, :]
    white *= np.exp(-2 * np.pi**2 * ((fx * along_x) ** 2 + (fy * along_y) ** 2))
    white[0, 0] = 0
    return _scaled(np.fft.irfft2(white, s=(_SIDE, _SIDE)))


def _lit(height: NDArray[np.floating]) -> Field:
    slope_x = np.roll(height, -1, 1) - np.roll(height, 1, 1)
    slope_y = np.roll(height, -1, 0) - np.roll(height, 1, 0)
    light = _scaled(0.75 * slope_x + 0.65 * slope_y)
    # A soft limit: single steep places would otherwise turn into black or white blots.
    return _scaled(np.tanh(light * 0.8))


def _scaled(values: NDArray[np.floating]) -> Field:
    centred = values - values.mean()
    return np.asarray(centred / max(float(centred.std()), 1e-9), np.float32)
