"""A heat map laid over its picture, for people."""

import io

import cv2
import numpy as np
from PIL import Image

from retrieval.heat_map import Heat
from retrieval.preprocess import Preprocess

SIDE = 1024
"""Longest side of what is drawn, pixels."""
_QUALITY = 88
_COLOURLESS = 0.55
"""How far the picture is turned to grey, so that the colours of the map are not taken for its own."""
_COVER = 0.7


def heat_picture(picture: Image.Image, heat: Heat, preprocess: Preprocess) -> bytes:
    """A JPEG of the picture, grey where nothing speaks for the words, from violet to yellow where something does.

    Args:
        picture: RGB, as it was encoded.
        heat: of what the model saw of it.
        preprocess: what made that of the picture.
    """
    over = preprocess.spread(heat, picture)
    factor = min(SIDE / max(picture.size), 1.0)
    size = (max(round(picture.width * factor), 1), max(round(picture.height * factor), 1))
    shown = np.asarray(picture.resize(size, Image.Resampling.LANCZOS), dtype=np.float32)
    warmth = cv2.resize(over, size, interpolation=cv2.INTER_LINEAR).clip(0, 1)
    grey = shown.mean(axis=2, keepdims=True)
    base = shown + (grey - shown) * _COLOURLESS
    colours = cv2.applyColorMap((255 * warmth).astype(np.uint8), cv2.COLORMAP_PLASMA)[..., ::-1].astype(np.float32)
    cover = _COVER * np.sqrt(warmth)[..., None]
    written = io.BytesIO()
    blended = base * (1 - cover) + colours * cover
    Image.fromarray(blended.clip(0, 255).astype(np.uint8)).save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
