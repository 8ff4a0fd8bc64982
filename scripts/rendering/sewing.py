"""Puts pieces on a canvas: fills them with material, shades folds, rims and seams, casts shadows on what lies below."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.rendering.cloth import Field, cut_out, relief, sampled
from scripts.rendering.colours import Rgb
from scripts.rendering.fabric import Palette, printed
from scripts.rendering.outlines import Piece, Points, ribbon
from scripts.rendering.scene import HEIGHT, WIDTH, Camera

_MARGIN = 14
_SHIFT = 4
"""Fractional bits of the coordinates handed to OpenCV."""

_SOFT = frozenset({"fabric", "trim", "contrast", "lining", "pompom", "band"})


class Canvas:
    """The product without surroundings: `rgb` float32 [480, 360, 3] weighted by `mask` float32 [480, 360]."""

    def __init__(self, camera: Camera, palette: Palette, rng: np.random.Generator) -> None:
        self.rgb: Rgb = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        self.mask: Field = np.zeros((HEIGHT, WIDTH), np.float32)
        self._camera = camera
        self._palette = palette
        self._rng = rng
        self._drape = float(rng.uniform(0.5, 1.25))
        self._crumple = float(rng.uniform(0.25, 1.2))
        self._offset = (float(rng.uniform(0, 512)), float(rng.uniform(0, 512)))

    def sew(self, piece: Piece) -> None:
        """Lay one piece on top of the others."""
        points = self._camera.project(piece.outline)
        left, top = np.maximum(np.floor(points.min(axis=0)).astype(int) - _MARGIN, 0)
        right, bottom = np.minimum(np.ceil(points.max(axis=0)).astype(int) + _MARGIN, (WIDTH, HEIGHT))
        if right - left < 2 or bottom - top < 2:
            return
        corner = np.array([left, top], np.float64)
        size = (int(bottom - top), int(right - left))
        window = (slice(int(top), int(bottom)), slice(int(left), int(right)))
        mask = _filled(points - corner, size)
        self._cast(piece, mask, window)
        rgb = self._shaded(piece, mask, corner, size)
        cover = mask[..., None]
        self.rgb[window] += (rgb - self.rgb[window]) * cover
        self.mask[window] += (1 - self.mask[window]) * mask

    def _cast(self, piece: Piece, mask: Field, window: tuple[slice, slice]) -> None:
        if piece.rise <= 0:
            return
        reach = 2.2 + 1.6 * piece.rise
        moved = cv2.warpAffine(mask, np.array([[1, 0, reach * 0.35], [0, 1, reach * 0.6]]), mask.shape[::-1])
        shadow = cv2.GaussianBlur(moved, (0, 0), reach * 0.8)
        self.rgb[window] *= (1 - min(0.5, 0.34 * piece.rise) * shadow)[..., None]

    def _shaded(self, piece: Piece, mask: Field, corner: NDArray[np.float64], size: tuple[int, int]) -> Rgb:
        grain = piece.grain + self._camera.turn
        folds = self._folds(piece, corner, size, grain)
        shade = 1 + np.float32(0.075) * folds
        if piece.creases:
            shade += self._creases(piece, corner, size)
        shade += self._volume(piece, mask)
        if piece.ribs or piece.quilts:
            shade += self._ribs(piece, corner, size, grain)
        soft = piece.material in _SOFT
        weave = cut_out(self._palette.weave, (float(corner[0]), float(corner[1])), size)
        shade += np.float32(self._palette.texture * (1.0 if soft else 0.35)) * weave
        if piece.seams or piece.stitches:
            shade += self._sewn_lines(piece, corner, size)
        rgb = self._cloth(piece, folds, corner, size, grain)
        lit = rgb * (shade * np.float32(piece.tone))[..., None]
        # Dark cloth shows its relief by sheen, because there is little to multiply.
        sheen = np.maximum(shade - 1, 0) * np.float32(0.16) + (shade - 1) * np.float32(0.05)
        lit += sheen[..., None]
        if piece.gloss:
            lit += (np.float32(0.5 * piece.gloss) * np.maximum(shade - 1.03, 0))[..., None]
        return np.clip(lit, 0, 1, out=lit)

    def _cloth(
        self, piece: Piece, folds: Field, corner: NDArray[np.float64], size: tuple[int, int], grain: float
    ) -> Rgb:
        if piece.material != "fabric" or self._palette.motif.pattern == "plain":
            colour = self._palette.materials[piece.material]
            return np.broadcast_to(colour, (*size, 3)).astype(np.float32)
        x = np.arange(size[1], dtype=np.float32)[None, :] + np.float32(corner[0] - self._camera.shift[0])
        y = np.arange(size[0], dtype=np.float32)[:, None] + np.float32(corner[1] - self._camera.shift[1])
        c, s = np.float32(np.cos(grain)), np.float32(np.sin(grain))
        # Folds push the print aside, as they do on cloth.
        at = (float(corner[0] + self._offset[1]), float(corner[1] + self._offset[0]))
        sway = sampled(relief()["swell"], at, 0.7, size)
        u = x * c + y * s + np.float32(2.4) * sway + np.float32(0.5) * folds
        v = y * c - x * s - np.float32(2.4) * sway + np.float32(0.5) * folds
        return printed(self._palette, u, v)

    def _folds(self, piece: Piece, corner: NDArray[np.float64], size: tuple[int, int], grain: float) -> Field:
        if piece.folds <= 0 or max(size) < 2 * _MARGIN + 16:
            return np.zeros(size, np.float32)
        at = (float(corner[0] + self._offset[0]), float(corner[1] + self._offset[1]))
        # Its own place in the field for every piece: the cloth of a sleeve does not go on in the body.
        at = (at[0] + 97.0 * abs(piece.grain) + 31.0 * len(piece.outline), at[1] + 53.0 * piece.rim)
        folds = self._drape * sampled(relief()["drape"], at, grain, size)
        folds += self._crumple * sampled(relief()["crumple"], at[::-1], grain, size)
        folds += 0.6 * sampled(relief()["swell"], at, 0.0, size)
        folds *= np.float32(piece.folds * 0.7)
        return folds

    def _volume(self, piece: Piece, mask: Field) -> Field:
        """Roundness: the rim falls away from the light at the lower right and catches it at the upper left."""
        if piece.rim <= 0:
            return np.zeros_like(mask)
        small = min(mask.shape) - 2 * _MARGIN
        width = float(np.clip(small * 0.09, 1.0, 9.0))
        blurred = _blurred(mask, width)
        rim = np.clip((blurred - 0.5) * 2, 0, 1) - 1
        slope_x = cv2.Sobel(blurred, cv2.CV_32F, 1, 0, ksize=3)
        slope_y = cv2.Sobel(blurred, cv2.CV_32F, 0, 1, ksize=3)
        strength = np.float32(piece.rim * 0.12)
        tilt = np.float32(0.13 * piece.rim * width / 4) * (slope_x * 0.6 + slope_y * 0.8)
        return np.asarray(-strength * rim * rim + tilt, np.float32)

    def _creases(self, piece: Piece, corner: NDArray[np.float64], size: tuple[int, int]) -> Field:
        layer = np.zeros(size, np.uint8)
        reach = self._camera.scale / 165
        for number, crease in enumerate(piece.creases):
            swell = reach * (8 + 3 * (number % 3))
            band = ribbon(self._camera.project(crease) - corner, (0.5, swell, swell * 0.8))
            cv2.fillPoly(layer, [_fixed(band)], 190 + 20 * (number % 3), cv2.LINE_AA, _SHIFT)
        height = cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 3.4 * reach)
        slope = (
            cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) * 0.75 + cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) * 0.65
        )
        return slope * np.float32(0.3 * reach)

    def _ribs(self, piece: Piece, corner: NDArray[np.float64], size: tuple[int, int], grain: float) -> Field:
        x = np.arange(size[1], dtype=np.float32)[None, :] + np.float32(corner[0] - self._camera.shift[0])
        y = np.arange(size[0], dtype=np.float32)[:, None] + np.float32(corner[1] - self._camera.shift[1])
        c, s = np.float32(np.cos(grain)), np.float32(np.sin(grain))
        if piece.ribs:
            step = np.float32(2 * np.pi / (piece.ribs * self._camera.scale))
            return np.float32(0.085) * np.sin((x * c + y * s) * step)
        step = np.float32(np.pi / (piece.quilts * self._camera.scale))
        # Padded tubes across: bright above, dark in the seam below each.
        wave = np.abs(np.sin((y * c - x * s) * step))
        light = np.float32(0.5) * np.sqrt(wave) - np.float32(0.42)
        return np.asarray(light + np.float32(0.08) * np.cos((y * c - x * s) * step * 2), np.float32)

    def _sewn_lines(self, piece: Piece, corner: NDArray[np.float64], size: tuple[int, int]) -> Field:
        layer = np.zeros(size, np.uint8)
        if piece.seams:
            lines = [_fixed(self._camera.project(seam) - corner) for seam in piece.seams]
            cv2.polylines(layer, lines, False, 255, 1, cv2.LINE_AA, _SHIFT)
        dashes = [dash for line in piece.stitches for dash in _dashes(self._camera.project(line) - corner)]
        if dashes:
            cv2.polylines(layer, dashes, False, 165, 1, cv2.LINE_AA, _SHIFT)
        drawn = cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 0.7)
        dip = cv2.GaussianBlur(drawn, (0, 0), 2.0)
        light = np.roll(drawn, (1, 1), (0, 1))
        return np.asarray(np.float32(-0.4) * drawn + np.float32(0.22) * light - np.float32(0.2) * dip, np.float32)


def _fixed(points: Points) -> NDArray[np.int32]:
    return np.round(points * (1 << _SHIFT)).astype(np.int32)


def _filled(points: Points, size: tuple[int, int]) -> Field:
    """Anti-aliased inside of an outline, float32 [h, w] in 0..1; drawn at double size and averaged."""
    large = np.zeros((size[0] * 2, size[1] * 2), np.uint8)
    cv2.fillPoly(large, [_fixed(points * 2 + 0.5)], 255, cv2.LINE_AA, _SHIFT)
    small = cv2.resize(large, size[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(small.astype(np.float32) / 255, np.float32)


def _blurred(field: Field, sigma: float) -> Field:
    """Gaussian blur; a wide one at half the size, which nobody sees and which takes a quarter of the time."""
    if sigma < 3:
        return cv2.GaussianBlur(field, (0, 0), sigma)  # type: ignore[return-value]
    half = cv2.resize(field, (max(field.shape[1] // 2, 1), max(field.shape[0] // 2, 1)), interpolation=cv2.INTER_AREA)
    half = cv2.GaussianBlur(half, (0, 0), sigma / 2)
    return cv2.resize(half, field.shape[::-1], interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _dashes(points: Points, dash: float = 3.4, gap: float = 2.2) -> list[NDArray[np.int32]]:
    """A line in pixels cut into stitches."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    starts = np.arange(0, along[-1], dash + gap)
    places = np.stack([starts, starts + dash], axis=1)
    xs, ys = np.interp(places, along, points[:, 0]), np.interp(places, along, points[:, 1])
    return list(_fixed(np.stack([xs, ys], axis=-1)))
