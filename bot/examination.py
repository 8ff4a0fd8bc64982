"""What a photo is beside what it is like: the very picture of an item, or one that is hard to search with."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.exact_matches import ExactMatcher
from retrieval.local_features import PHOTO_SIDE
from retrieval.photo_condition import Condition, condition_of
from retrieval.preprocess import open_picture
from retrieval.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Examined:
    """What a photo is beside what it is like.

    Attributes:
        exact: id of the item whose very picture it shows.
        condition: what keeps it from being searched well.
    """

    exact: str | None = None
    condition: Condition | None = None


def examined(data: bytes, snapshot: Snapshot, matcher: ExactMatcher | None, nearest: Sequence[int]) -> Examined:
    """Look at a photo's file; `nearest` are the rows that may show the very same. Raises PictureUnreadable."""
    picture = open_picture(data, enough=PHOTO_SIDE)
    row = None if matcher is None else matcher.find(picture, nearest)
    return Examined(None if row is None else snapshot.item_at(row).id, condition_of(picture))
