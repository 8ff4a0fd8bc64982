"""Which hits are shown: the close ones, and the weak ones only to who wants them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.query import Hit

CLOSE = 0.5
"""Strength from which a hit is as likely what was asked for as not; no score is compared with anything."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a result makes a page.

    Attributes:
        shown: best first; empty when nothing is close and nobody has asked for more.
        withheld: how many weaker ones the page could have held.
        far: none of what is shown is close.
    """

    shown: tuple[Hit, ...]
    withheld: int = 0
    far: bool = False


def is_close(hit: Hit) -> bool:
    """Whether it is probably what was asked for; a hit whose strength nobody knows gets the benefit of the doubt."""
    return hit.strength is None or hit.strength >= CLOSE


def select(hits: Sequence[Hit], size: int, weak_wanted: bool, asked_for_more: bool) -> Selection:
    """The hits of one page.

    Args:
        hits: best first; those beyond `size` only take the places of pictures that cannot be sent.
        size: pictures on a page.
        weak_wanted: the person has said "show anyway".
        asked_for_more: a page of this turn is on screen already; whoever goes on from it is never sent away empty.
    """
    close = tuple(hit for hit in hits if is_close(hit))
    on_page = hits[:size]
    if weak_wanted or (asked_for_more and not close):
        return Selection(tuple(hits), far=bool(hits) and not any(is_close(hit) for hit in on_page))
    if all(is_close(hit) for hit in on_page):
        return Selection(tuple(hits))
    return Selection(close, withheld=max(1, len(on_page) - len(close)))
