"""One random look at a canvas: another crop, turn, background and light, the same garment of the same colour."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.training.backgrounds import draw_background
from scripts.training.canvases import SIDE


@dataclass(frozen=True, slots=True)
class Staging:
    """How garments are put before the camera.

    Attributes:
        swaps: share of the pictures with a mask that get another background.
        spread: standard deviation of the turn in degrees, for most pictures.
        textures: real backgrounds, uint8 [m, t, t, 3], beside the invented ones.
    """

    swaps: float = 0.3
    spread: float = 4.0
    textures: NDArray[np.uint8] | None = None


PLAIN = Staging()


def augment(
    canvas: NDArray[np.uint8],
    size: int,
    rng: np.random.Generator,
    close_up: bool = False,
    staging: Staging = PLAIN,
) -> NDArray[np.uint8]:
    """Canvas uint8 [200, 200, 4] -> RGB uint8 [size, size, 3]; a close-up shows a part of the cloth, magnified."""
    turn = rng.normal(0, staging.spread) if rng.random() < 0.85 else rng.uniform(-25, 25)
    swap = rng.random() < staging.swaps and canvas[0, 0, 3] == 0
    # On another background a garment may be far away, or come near.
    scale = size / SIDE * float(np.exp(rng.uniform(-0.35, 0.25) if swap else rng.uniform(-0.14, 0.2)))
    if close_up:
        scale *= float(rng.uniform(1.2, 2.2))
    stretch = float(np.exp(rng.uniform(-0.06, 0.06)))
    c, s = np.cos(np.radians(turn)) * scale, np.sin(np.radians(turn)) * scale
    matrix = np.array([[c * stretch, -s, 0.0], [s * stretch, c, 0.0]])
    if rng.random() < 0.5:
        matrix[:, 0] *= -1
    middle = matrix[:, :2] @ np.array([SIDE / 2, SIDE / 2])
    matrix[:, 2] = size / 2 - middle + rng.normal(0, 0.12 if close_up else 0.035, 2) * size
    border = cv2.BORDER_REPLICATE if swap or rng.random() < 0.2 else cv2.BORDER_CONSTANT
    view = cv2.warpAffine(canvas, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=border)
    picture: NDArray[np.float32] = view[..., :3].astype(np.float32)
    if swap:
        cover = view[..., 3:].astype(np.float32) / np.float32(255)
        picture = picture * cover + draw_background(size, rng, staging.textures) * (1 - cover)
    return _photographed(_lit(picture, rng), rng)


def centre_view(canvas: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Canvas uint8 [200, 200, c] -> RGB uint8 [size, size, 3], as retrieval's preprocessing shows it."""
    whole = np.ascontiguousarray(canvas[..., :3])
    return cv2.resize(whole, (size, size), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _lit(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Brightness, contrast and white balance, each within what leaves the name of a colour as it is."""
    gain = (rng.uniform(0.88, 1.08) * (1 + rng.normal(0, 0.018, 3))).astype(np.float32)
    contrast = np.float32(rng.uniform(0.9, 1.1))
    shift = np.float32(rng.normal(0, 3))
    lit: NDArray[np.float32] = np.clip((picture * gain - 120) * contrast + 120 + shift, 0, 255)
    return lit


def _photographed(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Blur, noise and JPEG, each on some pictures only."""
    draw = rng.random()
    if draw < 0.15:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 0.9))).astype(np.float32)
    elif draw < 0.3:
        picture = picture + rng.normal(0, rng.uniform(1, 5), picture.shape).astype(np.float32)
    result: NDArray[np.uint8] = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
    if rng.random() < 0.12:
        quality = int(rng.integers(45, 92))
        packed = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        result = result if decoded is None else decoded.astype(np.uint8)
    return np.asarray(result, np.uint8)
