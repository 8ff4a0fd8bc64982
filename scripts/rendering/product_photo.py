"""A product as a photograph: cut, sew, light, and lay it on a surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scripts.rendering.attributes import Product
from scripts.rendering.bags import bag
from scripts.rendering.cloth import Field
from scripts.rendering.colours import Rgb
from scripts.rendering.fabric import palette_of
from scripts.rendering.gowns import coat, dress
from scripts.rendering.hats import hat
from scripts.rendering.legwear import shorts, trousers
from scripts.rendering.outlines import Piece
from scripts.rendering.scene import camera_for, developed, surface, with_shadow
from scripts.rendering.sewing import Canvas
from scripts.rendering.shirts import hoodie, shirt, t_shirt
from scripts.rendering.shoes import shoe
from scripts.rendering.skirts import skirt

RENDERER_VERSION = 1
"""Raised whenever the same product renders differently."""

_CUTTERS: Mapping[str, Callable[[Product, np.random.Generator], list[Piece]]] = {
    "dress": dress,
    "T-shirt": t_shirt,
    "shirt": shirt,
    "hoodie": hoodie,
    "skirt": skirt,
    "trousers": trousers,
    "shorts": shorts,
    "coat": coat,
    "hat": hat,
    "shoe": shoe,
    "bag": bag,
}


def render(product: Product) -> Image.Image:
    """The product photo, RGB, 360 x 480 pixels; the same product gives the same picture."""
    rgb, mask = _sewn(product)
    rng = _rng(product, 2)
    ground = with_shadow(surface(rng), mask, rng)
    return Image.fromarray(developed(rgb + ground * (1 - mask)[..., None], rng))


def render_cutout(product: Product) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The product alone: RGB uint8 [480, 360, 3] and its soft mask uint8 [480, 360], 255 inside.

    Lay it on any background by `rgb * m + background * (1 - m)` with m = mask / 255. Outside of the mask the RGB is
    grey. The product looks as in `render`, short of exposure and noise.
    """
    rgb, mask = _sewn(product)
    cover = mask[..., None]
    pure = np.where(cover > 1e-3, rgb / np.maximum(cover, 1e-3), np.float32(0.5))
    return np.clip(pure * 255 + 0.5, 0, 255).astype(np.uint8), (mask * 255 + 0.5).astype(np.uint8)


def _sewn(product: Product) -> tuple[Rgb, Field]:
    cut, photo = np.random.default_rng(product.seed >> 32), _rng(product, 1)
    pieces = _CUTTERS[product.category](product, cut)
    palette = palette_of(
        product.category, product.colour, product.pattern, np.random.default_rng((product.seed >> 32, 7)), photo
    )
    canvas = Canvas(camera_for(product.category, pieces, photo), palette, photo)
    for piece in pieces:
        canvas.sew(piece)
    return canvas.rgb, canvas.mask


def _rng(product: Product, purpose: int) -> np.random.Generator:
    return np.random.default_rng((product.seed, purpose))
