"""Every kind of pixel that Pillow decodes -> 8-bit RGB as a person would see it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_WITH_ALPHA = frozenset(("RGBA", "LA", "PA", "RGBa", "La"))


def to_rgb(picture: Image.Image) -> Image.Image:
    """A decoded picture of any mode -> RGB of its own, transparency on white. Raises what Pillow's converters raise."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return Image.fromarray(_eight_bits(picture)).convert("RGB")
    if picture.mode in _WITH_ALPHA or "transparency" in picture.info:
        opaque = picture.convert("RGBA")
        white = Image.new("RGB", opaque.size, "white")
        white.paste(opaque, mask=opaque.getchannel("A"))
        return white
    if picture.mode == "RGB":
        return picture.copy()
    # Pillow has turned Adobe's inverted CMYK around when it decoded the JPEG; this is the plain formula.
    return picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> NDArray[np.uint8]:
    """Grey values of 16 or 32 bits or floating point -> 0 to 255. Pillow's own conversion clips at 255 instead.

    16 bits are scaled by their full range, and so are 32-bit integers that fit into it, because that is how 16-bit
    PNG and PGM arrive; floating point counts from 0 to 1 or else from 0 to 255. Any wider range is stretched.
    """
    if picture.mode.startswith("I;16"):
        return _from_16_bits(np.asarray(picture))
    values = np.asarray(picture)
    lowest, highest = float(np.nanmin(values)), float(np.nanmax(values))
    if picture.mode == "I" and lowest >= 0 and highest <= 65535:
        return _from_16_bits(values)
    grey = np.nan_to_num(values.astype(np.float32))
    if picture.mode == "F" and lowest >= 0 and highest <= 1:
        grey *= 255
    elif picture.mode != "F" or lowest < 0 or highest > 255:
        grey = (grey - lowest) / max(highest - lowest, 1e-12) * 255
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def _from_16_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
