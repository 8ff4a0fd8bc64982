"""How training pictures are kept: small square canvases, so that a random crop is one affine map.

A canvas is uint8 [200, 200, channels]: the whole picture, its short side padded with zeros, as tiny-clip's own
preprocessing (TargetPad with the ratio 1) shows it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 200
Canvas = NDArray[np.uint8]


def to_canvas(picture: NDArray[np.uint8]) -> Canvas:
    """uint8 [h, w, channels] -> [200, 200, channels], padded with zeros."""
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    padded = cv2.copyMakeBorder(
        small, top, SIDE - size[1] - top, left, SIDE - size[0] - left, cv2.BORDER_CONSTANT, value=0
    )
    return padded.astype(np.uint8)
