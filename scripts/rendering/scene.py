"""What surrounds the product: the surface it lies on, its shadow, the light, and the camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.rendering.cloth import Field, cut_out, relief, sampled, weaves
from scripts.rendering.colours import Rgb, lab_to_rgb
from scripts.rendering.outlines import Piece, Points

WIDTH, HEIGHT = 360, 480
_LARGEST = {"dress": 190.0, "coat": 195.0, "skirt": 240.0, "trousers": 205.0, "shorts": 265.0}
_LARGEST_ELSE = 225.0
"""Pixels per product unit at most: a short dress must not fill the frame as a long one does."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Maps product units to pixels: scale, turn, shift, and a slight bend that breaks the symmetry."""

    scale: float
    turn: float
    shift: tuple[float, float]
    centre: tuple[float, float]
    bend: NDArray[np.float64]

    def project(self, points: Points) -> Points:
        """Pixels, float64 [n, 2], x right and y down."""
        x, y = points[:, 0] - self.centre[0], points[:, 1] - self.centre[1]
        for axis_x, axis_y, phase, dx, dy in self.bend:
            wave = np.sin(axis_x * points[:, 0] + axis_y * points[:, 1] + phase)
            x, y = x + dx * wave, y + dy * wave
        c, s = np.cos(self.turn) * self.scale, np.sin(self.turn) * self.scale
        return np.stack([c * x - s * y + self.shift[0], s * x + c * y + self.shift[1]], axis=1)


def camera_for(category: str, pieces: Sequence[Piece], rng: np.random.Generator) -> Camera:
    """A camera that shows the whole product, a little turned and off centre."""
    points = np.vstack([piece.outline for piece in pieces])
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum(high - low, 0.1)
    turn = float(np.radians(np.clip(rng.normal(0, 2.6), -7, 7)))
    # The frame that a turned box needs.
    wide = size[0] * np.cos(turn) + size[1] * abs(np.sin(turn))
    tall = size[1] * np.cos(turn) + size[0] * abs(np.sin(turn))
    scale = min(_LARGEST.get(category, _LARGEST_ELSE), 0.93 * WIDTH / wide, 0.92 * HEIGHT / tall) * float(
        rng.uniform(0.93, 1.0)
    )
    room = (max(0.0, WIDTH * 0.97 - wide * scale) / 2, max(0.0, HEIGHT * 0.97 - tall * scale) / 2)
    shift = (
        WIDTH / 2 + float(np.clip(rng.normal(0, 5), -room[0], room[0])),
        HEIGHT / 2 + float(np.clip(rng.normal(0, 7), -room[1], room[1])),
    )
    middle = (low + high) / 2
    bend = np.array(
        [
            [rng.uniform(-k, k), rng.uniform(-k, k), rng.uniform(0, 6.28), rng.normal(0, a), rng.normal(0, a)]
            for k, a in ((2.2, 0.012), (4.0, 0.007), (9.0, 0.0028), (16.0, 0.0014))
        ]
    )
    return Camera(scale, turn, shift, (float(middle[0]), float(middle[1])), bend)


def surface(rng: np.random.Generator) -> Rgb:
    """A background, sRGB float32 [480, 360, 3]: studio backdrop, paper, cloth or wood, always muted."""
    kind = rng.random()
    if kind < 0.34:
        lit = _studio(rng)
    elif kind < 0.54:
        lit = _paper(rng)
    elif kind < 0.8:
        lit = _sheet(rng)
    else:
        lit = _wood(rng)
    return lit * _falloff(rng)[..., None]


def _muted(rng: np.random.Generator, low: float, high: float, chroma: float) -> Rgb:
    hue = rng.uniform(0, 2 * np.pi)
    strength = chroma * np.sqrt(rng.uniform())
    return lab_to_rgb((float(rng.uniform(low, high)), float(strength * np.cos(hue)), float(strength * np.sin(hue))))


def _offset(rng: np.random.Generator) -> tuple[float, float]:
    return float(rng.uniform(0, 512)), float(rng.uniform(0, 512))


def _studio(rng: np.random.Generator) -> Rgb:
    tone = _muted(rng, 86, 95, 2)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    away = ((x / WIDTH - 0.5) ** 2 + (y / HEIGHT - rng.uniform(0.3, 0.55)) ** 2) * np.float32(rng.uniform(0.1, 0.4))
    return np.asarray(tone * (1.03 - away)[..., None], np.float32)


def _paper(rng: np.random.Generator) -> Rgb:
    tone = _muted(rng, 66, 90, 9)
    fine = cut_out(weaves()["grain"], _offset(rng), (HEIGHT, WIDTH))
    return (tone * (1 + 0.008 * fine)[..., None]).astype(np.float32)


def _sheet(rng: np.random.Generator) -> Rgb:
    tone = _muted(rng, 68, 92, 6)
    angle = float(rng.uniform(0, 6.28))
    strong = float(rng.uniform(0.25, 1.0))
    size = (HEIGHT, WIDTH)
    shade = 0.05 * sampled(relief()["drape"], _offset(rng), angle, size, 1.6)
    shade += 0.035 * sampled(relief()["crumple"], _offset(rng), angle, size, 1.5)
    weave = cut_out(weaves()["woven"], _offset(rng), size)
    return (tone * (1 + strong * shade + 0.014 * weave)[..., None]).astype(np.float32)


def _wood(rng: np.random.Generator) -> Rgb:
    light = float(rng.uniform(50, 84))
    tone = lab_to_rgb((light, float(rng.uniform(0.5, 5)), float(rng.uniform(4, 15))))
    plank = int(rng.integers(62, 120))
    upright = rng.random() < 0.5
    length, across = (HEIGHT, WIDTH) if upright else (WIDTH, HEIGHT)
    shade: Field = np.empty((length, across), np.float32)
    start = -int(rng.integers(0, plank))
    while start < across:
        left, right = max(start, 0), min(start + plank, across)
        board = sampled(relief()["fibre"], _offset(rng), 0.0, (length, right - left), 1.3)
        shade[:, left:right] = 1 + 0.035 * board + float(rng.normal(0, 0.025))
        if start > 0:
            shade[:, left : left + 2] *= np.float32(0.72)
            shade[:, left + 2 : left + 3] *= np.float32(1.06)
        start += plank
    return (tone * (shade if upright else shade.T)[..., None]).astype(np.float32)


def _falloff(rng: np.random.Generator) -> Field:
    """Light that fades gently across the picture."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    along = (x / WIDTH - 0.5) * np.float32(np.cos(angle)) + (y / HEIGHT - 0.5) * np.float32(np.sin(angle))
    return np.asarray(0.985 + np.float32(rng.uniform(0.02, 0.12)) * along, np.float32)


def with_shadow(background: Rgb, mask: Field, rng: np.random.Generator) -> Rgb:
    """The background under the soft and the close shadow of the product; `mask` float32 [h, w] in 0..1."""
    angle = rng.uniform(0.25, 1.3) if rng.random() < 0.8 else rng.uniform(1.8, 2.8)
    way = (float(np.cos(angle)), float(np.sin(angle)))
    quarter = np.asarray(cv2.resize(mask, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA), np.float32)
    far = float(rng.uniform(7, 14))
    wide = cv2.GaussianBlur(_moved(quarter, way[0] * far / 4, way[1] * far / 4), (0, 0), float(rng.uniform(2.0, 3.6)))
    wide = cv2.resize(wide, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    close = cv2.GaussianBlur(_moved(mask, way[0] * 3, way[1] * 3), (0, 0), 2.4)
    dark = 1 - float(rng.uniform(0.2, 0.36)) * wide - float(rng.uniform(0.2, 0.32)) * close
    # Shadows are a little cooler than the light.
    tint = np.array([1.0, 0.99, 0.97], np.float32)
    return (background * (1 - (1 - dark)[..., None] * tint)).astype(np.float32)


def _moved(field: Field, dx: float, dy: float) -> Field:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float64)
    return cv2.warpAffine(field, matrix, (field.shape[1], field.shape[0]))  # type: ignore[return-value]


def developed(picture: Rgb, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The exposed photograph, uint8 [h, w, 3]: white balance, exposure and sensor noise."""
    balance = 1 + rng.normal(0, 0.008, 3).astype(np.float32)
    speckle = cut_out(weaves()["wool"], _offset(rng), (HEIGHT, WIDTH))
    exposed = picture * (balance * np.float32(255 * rng.uniform(0.97, 1.02)))
    exposed += (np.float32(1.5) * speckle + np.float32(0.5))[..., None]
    return np.clip(exposed, 0, 255, out=exposed).astype(np.uint8)
