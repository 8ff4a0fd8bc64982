"""Where in its photo an attribute of a product shows: where the photo changes when nothing but the attribute does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scripts.rendering.attributes import Product
from scripts.rendering.product_photo import render_cutout

_CHANGED = 24
"""Of 255, in any channel: less is the shade of a fold that moved a little."""
_INSIDE = 127


def region_of(product: Product, key: str, other: str | None) -> NDArray[np.bool_]:
    """Pixels [480, 360] of `render(product)` that are others when `key` has the value `other` instead.

    Both photos are of the same cut and seed, so that folds, light and place agree.
    """
    before, mask_before = render_cutout(product)
    after, mask_after = render_cutout(replace(product, **{key: other}))  # type: ignore[arg-type]  # only keys of text
    inside, inside_after = mask_before > _INSIDE, mask_after > _INSIDE
    changed = np.abs(before.astype(np.int16) - after.astype(np.int16)).max(axis=-1) > _CHANGED
    region: NDArray[np.bool_] = (changed & (inside | inside_after)) | (inside ^ inside_after)
    return region
