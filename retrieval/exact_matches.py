"""Finds the very picture that a photo was made from: candidates of two searches, each verified by its geometry."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from retrieval.errors import PictureUnreadable
from retrieval.geometric_verification import compare, fit
from retrieval.local_features import (
    ITEM_SIDE,
    PHOTO_POINTS,
    PHOTO_SIDE,
    Colours,
    LocalFeatures,
    colour_view,
    find_points,
    grey_view,
)
from retrieval.local_index import LocalIndex
from retrieval.preprocess import open_picture
from retrieval.snapshot import Snapshot

CANDIDATES = 50
FROM_POINTS = 25
"""So many of them share points with the photo; the others are the image search's first."""
_TWINS = 3
"""Further candidates that are looked at after the first right one: a thing may have been photographed twice."""


class ExactMatcher:
    """Over the local features of one snapshot. May be used from any thread."""

    def __init__(self, local: LocalIndex, picture: Callable[[int], Image.Image]) -> None:
        """`picture` opens that of a row, of `ITEM_SIDE` pixels or more; it may raise PictureUnreadable."""
        self._local = local
        self._picture = picture

    @classmethod
    def over(cls, snapshot: Snapshot) -> "ExactMatcher | None":
        """For a snapshot; None where it was made without local features. Raises SnapshotInvalid."""
        local = LocalIndex.open(snapshot.directory, len(snapshot))
        if local is None:
            return None
        return cls(local, lambda row: open_picture(Path(snapshot.item_at(row).path), enough=ITEM_SIDE))

    def find(self, photo: Image.Image, nearest: Sequence[int], left_out: frozenset[int] = frozenset()) -> int | None:
        """The row whose very picture the photo shows, or None.

        Args:
            photo: RGB, of any size.
            nearest: rows that the image search finds, best first.
            left_out: rows to be taken as not there, for measuring.
        """
        colours = colour_view(photo, PHOTO_SIDE)
        features = find_points(grey_view(colours), PHOTO_POINTS)
        sharing = self._local.nearest(features, FROM_POINTS + len(left_out)).tolist()
        candidates = [row for row in sharing if row not in left_out][:FROM_POINTS]
        candidates += [row for row in nearest if row not in left_out and row not in candidates]
        found: dict[int, float] = {}
        last = CANDIDATES
        for place, row in enumerate(candidates[:CANDIDATES]):
            if place > last:
                break
            confidence = self._confidence(colours, features, row)
            if confidence:
                found[row] = confidence
                last = min(last, place + _TWINS)
        return max(found, key=lambda row: found[row], default=None)

    def _confidence(self, photo: Colours, features: LocalFeatures, row: int) -> float:
        """Of a row's picture being the one; 0 where it is not. The picture is opened only where its points fit."""
        found = fit(features, self._local.features(row))
        if found is None:
            return 0.0
        try:
            picture = colour_view(self._picture(row), ITEM_SIDE)
        except PictureUnreadable:
            return 0.0
        overlay = compare(photo, picture, found.homography)
        return found.inliers * overlay.agreement if overlay.same else 0.0
