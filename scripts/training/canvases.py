"""How training pictures are kept: small upright canvases, so that a random crop is one affine map.

A canvas is uint8 [200, 160, channels]. Its middle 160 x 160 pixels are what retrieval's preprocessing (TargetPad 1.25,
short side resized, centre crop) would show of the picture; what lies above and below lets a crop move.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 200, 160
TARGET_RATIO = 1.25
Canvas = NDArray[np.uint8]


def to_canvas(picture: NDArray[np.uint8]) -> Canvas:
    """uint8 [h, w, channels] -> [200, 160, channels], padded with zeros as TargetPad does."""
    height, width = picture.shape[:2]
    long = max(height, width)
    if long / min(height, width) >= TARGET_RATIO:
        short = int(long / TARGET_RATIO)
        across, down = max(0, (short - width) // 2), max(0, (short - height) // 2)
        picture = cv2.copyMakeBorder(picture, down, down, across, across, cv2.BORDER_CONSTANT, value=0).astype(np.uint8)
        height, width = picture.shape[:2]
    scale = WIDTH / min(height, width)
    size = max(WIDTH, round(width * scale)), max(WIDTH, round(height * scale))
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC).astype(np.uint8)
    left = (size[0] - WIDTH) // 2
    picture = picture[:, left : left + WIDTH]
    missing = max(0, HEIGHT - picture.shape[0])
    if missing:
        above = missing // 2
        picture = cv2.copyMakeBorder(picture, above, missing - above, 0, 0, cv2.BORDER_REPLICATE).astype(np.uint8)
    top = (picture.shape[0] - HEIGHT) // 2
    return picture[top : top + HEIGHT]
