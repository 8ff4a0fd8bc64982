"""Is this photo a photo of that very picture? Local features, a robust homography, and a look at what it lays over.

Points are matched mutually and by Lowe's ratio, a homography is fitted with MAGSAC++ (Barath et al., CVPR 2020, as
OpenCV's USAC_MAGSAC), and refused where no camera could have made it. Two photos of different garments on the same
floor still agree, in the floor: so the photo is laid over the picture, and the two have to look alike nearly everywhere
there is something to see. What the limits give, and on whose photos they were chosen, is in `docs/exact_matches.md`.
Pure.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from retrieval.local_features import Colours, LocalFeatures, grey_view

MIN_INLIERS = 8
MIN_SPREAD = 0.02
"""Share of the picture that the hull of its matched points covers."""
MIN_AGREEMENT = 0.75
"""See `Overlay`; halfway between the worst right pair and the best wrong one among training senders."""
MAX_COLOUR_DIFFERENCE = 12.0
"""See `Overlay`; above what darkening and strong JPEG do, below what another colour of the garment does."""
MIN_OVERLAY = 0.1
"""Share of the picture that the photo must show."""
_RATIO = 0.9
"""Of the best to the second best distance (Lowe 2004, 7.1)."""
_REPROJECTION_PX = 3.0
_SCALES = (0.1, 8.0)
"""Length of a side of the picture in the photo, over its own."""
_MAX_UNEVENNESS = 4.0
"""Of the longest to the shortest of these scales, and of the farthest corner to the nearest."""
_BLOCK = 16
_SMOOTHING_PX = 2.5
"""Standard deviation of the blur on both before they are compared: noise, JPEG and small shifts do not count."""
_DISAGREEING = 0.3
"""Share of what there is to see that may differ: a hand, a sticker, a reflection."""
_ALIKE = 0.5
"""Correlation from which a block shows the same, whatever its colour; the borders around a turned photo do not."""
_RECOLOURED = 0.2
"""Share of the overlay that may be off in colour."""
_MAX_OFFSET = 80.0
_CONTRAST = (1.5, 24.0)
"""Standard deviations of grey: blocks with less do not count, blocks with more count no more than this."""

Homography = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a picture would have to lie in a photo.

    Attributes:
        homography: from pixels of the picture's grey view to those of the photo's, [3, 3].
        inliers: matches that agree with it.
        spread: share of the picture that their hull covers.
    """

    homography: Homography
    inliers: int
    spread: float


@dataclass(frozen=True, slots=True)
class Overlay:
    """How alike a photo and a picture are where they overlay.

    Attributes:
        agreement: the correlation that `_DISAGREEING` of the blocks stay below, weighed by the contrast in either,
            -1 to 1; 0 where less than `MIN_OVERLAY` of the picture is seen, or nothing but one grey.
        colour_difference: how far the colours of blocks that show the same differ, 0 to 255, beyond what one
            curve (a parabola) for all three channels explains: exposure, contrast and gamma. A fifth of the blocks are
            off by more. A curve that no exposure makes (black becomes grey) counts as a difference. The same garment in
            another colour has the same points and the same folds; this tells them apart.
    """

    agreement: float = 0.0
    colour_difference: float = 255.0

    @property
    def same(self) -> bool:
        """Whether the photo shows that very picture."""
        return self.agreement >= MIN_AGREEMENT and self.colour_difference <= MAX_COLOUR_DIFFERENCE


def fit(photo: LocalFeatures, picture: LocalFeatures) -> Fit | None:
    """The homography that the matches agree on; None where it is not borne out or no camera could have made it."""
    pairs = match(photo, picture)
    if len(pairs) < MIN_INLIERS:
        return None
    there, here = picture.points[pairs[:, 1]], photo.points[pairs[:, 0]]
    found, mask = cv2.findHomography(there, here, cv2.USAC_MAGSAC, _REPROJECTION_PX, maxIters=2000, confidence=0.999)
    if found is None or mask is None:
        return None
    homography = np.asarray(found, np.float64)
    if not is_sane(homography, picture.shape):
        return None
    inliers = there[mask.ravel().astype(bool)]
    if len(inliers) < MIN_INLIERS:
        return None
    spread = float(cv2.contourArea(cv2.convexHull(inliers))) / (picture.shape[0] * picture.shape[1])
    return Fit(homography, len(inliers), spread) if spread >= MIN_SPREAD else None


def match(photo: LocalFeatures, picture: LocalFeatures) -> NDArray[np.int64]:
    """Mutual nearest neighbours that are clearly nearer than the second, [m, 2]: point of the photo, of the picture."""
    if len(photo) < 2 or len(picture) < 2:
        return np.empty((0, 2), np.int64)
    ours, theirs = photo.descriptors.astype(np.float32), picture.descriptors.astype(np.float32)
    squared = (ours**2).sum(axis=1)[:, None] + (theirs**2).sum(axis=1)[None] - 2 * ours @ theirs.T
    nearest, columns = squared.argmin(axis=0), np.arange(len(picture))
    mutual = squared.argmin(axis=1)[nearest] == columns
    best = np.maximum(squared[nearest, columns], 0)
    squared[nearest, columns] = np.inf
    kept = np.flatnonzero(mutual & (best <= _RATIO**2 * squared.min(axis=0)))
    return np.stack([nearest[kept], kept], axis=1)


def is_sane(homography: Homography, shape: tuple[int, int]) -> bool:
    """Whether a camera could see a picture of `shape` (h, w) so: not mirrored, not folded, neither a speck nor huge."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    depths = corners @ homography[2, :2] + homography[2, 2]
    if not np.isfinite(homography).all() or depths.min() <= 0 or depths.max() > _MAX_UNEVENNESS * depths.min():
        return False
    seen = (np.c_[corners, np.ones(4)] @ homography[:2].T) / depths[:, None]
    sides = np.roll(seen, -1, axis=0) - seen
    after = np.roll(sides, -1, axis=0)
    if (sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0] <= 0).any():  # mirrored, or not convex
        return False
    scales = np.linalg.norm(sides, axis=1) / np.array([width, height, width, height])
    even = scales.max() <= _MAX_UNEVENNESS * scales.min()
    return bool(even and scales.min() >= _SCALES[0] and scales.max() <= _SCALES[1])


def compare(photo: Colours, picture: Colours, homography: Homography) -> Overlay:
    """Lay the photo over the picture and look at both, in blocks of 16 x 16 pixels of the picture.

    Args:
        photo: RGB, [h, w, 3], of the size in which its points were found.
        picture: likewise, [h', w', 3].
        homography: from the picture's pixels to the photo's, [3, 3].
    """
    covered = _covered(photo.shape[:2], picture.shape[:2], homography)
    if covered.sum() < max(1.0, MIN_OVERLAY * len(covered)):
        return Overlay()
    greys = (_laid(grey_view(photo), picture.shape, homography), grey_view(picture))
    theirs, ours = (
        _blocks(np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _SMOOTHING_PX), np.float32))[covered, :, 0]
        for grey in greys
    )
    theirs, ours = theirs - theirs.mean(axis=1, keepdims=True), ours - ours.mean(axis=1, keepdims=True)
    contrasts = np.stack([theirs.std(axis=1), ours.std(axis=1)])
    correlations = (ours * theirs).mean(axis=1) / np.maximum(contrasts.prod(axis=0), 1e-6)
    there_is = contrasts.max(axis=0)
    weights = np.where(there_is > _CONTRAST[0], np.minimum(there_is, _CONTRAST[1]), 0)
    alike = (correlations > _ALIKE) & (weights > 0)
    if not alike.any():
        return Overlay()
    order = np.argsort(correlations)
    summed = np.cumsum(weights[order])
    agreement = float(correlations[order][np.searchsorted(summed, _DISAGREEING * summed[-1])])
    means = [
        _blocks(colours)[covered].mean(axis=1)[alike] for colours in (_laid(photo, picture.shape, homography), picture)
    ]
    return Overlay(agreement, _colour_difference(*means))


def _colour_difference(theirs: NDArray[np.float32], ours: NDArray[np.float32]) -> float:
    """[n, 3] mean colours of blocks that show the same."""
    degree = min(2, len(np.unique(np.rint(theirs))) - 1)
    tones = np.polynomial.Polynomial.fit(theirs.ravel(), ours.ravel(), degree)
    off = np.abs(tones(theirs) - ours).max(axis=1)
    return float(np.quantile(off, 1 - _RECOLOURED) + max(0.0, abs(tones(0.0)) - _MAX_OFFSET))


def _covered(photo: tuple[int, ...], picture: tuple[int, ...], homography: Homography) -> NDArray[np.bool_]:
    """Which blocks of the picture the photo shows all of."""
    darkest = _blocks(_laid(np.full(photo, 255, np.uint8), picture, homography)).min(axis=(1, 2), initial=255)
    return np.asarray(darkest == 255)


def _laid(photo: NDArray[np.uint8], picture: tuple[int, ...], homography: Homography) -> NDArray[np.uint8]:
    """The photo as it lies over a picture of shape (h, w, …)."""
    back = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    return np.asarray(cv2.warpPerspective(photo, homography, (picture[1], picture[0]), flags=back), np.uint8)


def _blocks(values: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    """[h, w] or [h, w, c] -> [blocks, pixels of a block, c]; what does not fill a block is left out."""
    rows, columns = values.shape[0] // _BLOCK, values.shape[1] // _BLOCK
    channels = values.shape[2] if values.ndim > 2 else 1
    cut = values[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK, channels)
    return cut.swapaxes(1, 2).reshape(rows * columns, _BLOCK * _BLOCK, channels).astype(np.float32)
