"""What pictures of clothes are put on: colours that run into one another, and floors and carpets of real photos."""

import cv2
import numpy as np
from numpy.typing import NDArray

PATCH = 40
_TRIES = 40
_REAL = 0.6
"""Share of real textures, where there are any."""


def collect_textures(canvases: NDArray[np.uint8], seed: int = 0) -> NDArray[np.uint8]:
    """What lies beside the garments of photos with a mask: uint8 [m, 40, 40, 3], m may be 0.

    Args:
        canvases: uint8 [n, 200, 200, 4], see `photos.load_photos`.
        seed: the same seed gives the same patches.
    """
    rng = np.random.default_rng(seed)
    found = []
    for canvas in canvases:
        if canvas[0, 0, 3]:
            continue  # not cut out
        for top, left in rng.integers(0, canvas.shape[0] - PATCH, (_TRIES, 2)):
            patch = canvas[top : top + PATCH, left : left + PATCH]
            padded = (patch[..., :3] == 0).all(axis=2).mean()
            if not patch[..., 3].any() and padded < 0.01:
                found.append(patch[..., :3])
                break
    return np.stack(found) if found else np.zeros((0, PATCH, PATCH, 3), np.uint8)


def draw_background(
    size: int, rng: np.random.Generator, textures: NDArray[np.uint8] | None = None
) -> NDArray[np.float32]:
    """A background, float32 [size, size, 3] in 0..255, made of one of the textures or of two colours."""
    if textures is not None and len(textures) and rng.random() < _REAL:
        return _laid_out(textures[int(rng.integers(len(textures)))], size, rng)
    return _two_colours(size, rng)


def _laid_out(patch: NDArray[np.uint8], size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """The patch turned, cut and magnified, or repeated by reflection."""
    patch = np.rot90(patch, int(rng.integers(4)))
    if rng.random() < 0.5:
        patch = patch[:, ::-1]
    if rng.random() < 0.5:
        patch = np.concatenate([patch, patch[:, ::-1]], axis=1)
        patch = np.concatenate([patch, patch[::-1]], axis=0)
    cut = int(rng.uniform(0.6, 1.0) * len(patch))
    top, left = rng.integers(0, len(patch) - cut + 1, 2)
    part = np.ascontiguousarray(patch[top : top + cut, left : left + cut])
    whole = cv2.resize(part, (size, size), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    # The same floor in another room.
    return np.clip(whole * rng.uniform(0.6, 1.3) + rng.normal(0, 12, 3), 0, 255).astype(np.float32)


def _two_colours(size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    cells = int(rng.integers(2, 9)) if rng.random() < 0.6 else 2
    mix = cv2.resize(rng.random((cells, cells), np.float32), (size, size), interpolation=cv2.INTER_CUBIC)[..., None]
    first: NDArray[np.float32] = rng.uniform(0, 255, 3).astype(np.float32)
    if rng.random() < 0.5:
        # A muted one: most real backgrounds are.
        first = (first.mean() + (first - first.mean()) * np.float32(0.2)).astype(np.float32)
    second = np.clip(first + rng.normal(0, 40, 3), 0, 255).astype(np.float32)
    return np.asarray(first * mix + second * (1 - mix), np.float32)
