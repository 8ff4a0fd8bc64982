"""Local features of a picture: points that are found again after cropping, turning, scaling, and in other light.

SIFT (Lowe, IJCV 2004, as OpenCV has it) with the square roots of L1-normalised descriptors (RootSIFT; Arandjelović and
Zisserman, CVPR 2012). Grey values are stretched first, so that a dark photo has as many points as a bright one.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

ITEM_SIDE = 256
"""Pixels; the longer side of a collection's pictures when their points are looked for."""
ITEM_POINTS = 200
PHOTO_SIDE = 480
"""Of a photo that somebody sends: larger, because the picture of the collection may fill only a part of it."""
PHOTO_POINTS = 500
WIDTH = 128
"""Of a descriptor."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_CONTRAST = 0.01
"""SIFT's contrast threshold; its usual 0.04 leaves plain cloth without points."""
_ENDS = (0.5, 99.5)
"""Percentiles of grey that are stretched to black and white."""

Grey = NDArray[np.uint8]
Colours = NDArray[np.uint8]
Points = NDArray[np.float32]
Descriptors = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """Points of one picture, the most distinct first.

    Attributes:
        points: [n, 2], x and y in pixels of the grey view they were found in.
        descriptors: [n, 128] RootSIFT, scaled to 0 … 255; two of the same patch are near in Euclidean distance.
        shape: h and w of that grey view.
    """

    points: Points
    descriptors: Descriptors
    shape: tuple[int, int]

    def __len__(self) -> int:
        """N."""
        return len(self.points)


def no_points(shape: tuple[int, int] = (1, 1)) -> LocalFeatures:
    """Of a picture in which there is nothing to see."""
    return LocalFeatures(np.empty((0, 2), np.float32), np.empty((0, WIDTH), np.uint8), shape)


def colour_view(picture: Image.Image, side: int) -> Colours:
    """An RGB picture -> uint8 [h, w, 3] with a longer side of at most `side`."""
    if max(picture.size) > side:
        factor = side / max(picture.size)
        size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(picture)


def grey_view(colours: Colours) -> Grey:
    """[h, w, 3] -> [h, w], contrast stretched."""
    values: NDArray[np.float32] = colours.astype(np.float32) @ _LUMA
    low, high = np.percentile(values, _ENDS)
    if high > low:
        values = (values - np.float32(low)) * np.float32(255 / (high - low))
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def find_points(grey: Grey, count: int) -> LocalFeatures:
    """The `count` most distinct points of a grey view; fewer, or none, where there is little to see."""
    shape = (grey.shape[0], grey.shape[1])
    keypoints, found = cv2.SIFT.create(nfeatures=count, contrastThreshold=_CONTRAST).detectAndCompute(grey, None)
    if found is None or not len(keypoints):
        return no_points(shape)
    # nfeatures may be exceeded where several points share a place.
    best = np.argsort([-keypoint.response for keypoint in keypoints], kind="stable")[:count]
    points = np.array([keypoints[place].pt for place in best.tolist()], np.float32)
    sums = np.maximum(found[best].sum(axis=1, keepdims=True), 1e-6)
    return LocalFeatures(points, np.rint(255 * np.sqrt(found[best] / sums)).astype(np.uint8), shape)
