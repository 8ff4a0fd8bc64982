"""Which hits are shown: the close ones, and the weak ones only to who wants them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.query import Hit, ImageQuery, ItemReference, Query
from retrieval.search_result import SearchResult

CLOSE = 0.5
"""Strength from which a hit is as likely what was asked for as not; no score is compared with anything."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a result makes a page.

    Attributes:
        shown: best first; empty when nothing is close and nobody has asked for more.
        withheld: how many weaker ones the page could have held.
        far: none of what is shown is close.
        similar: item id -> its near-duplicates, as in `SearchResult`.
    """

    shown: tuple[Hit, ...]
    withheld: int = 0
    far: bool = False
    similar: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def is_close(hit: Hit) -> bool:
    """Whether it is probably what was asked for; a hit whose strength nobody knows gets the benefit of the doubt."""
    return hit.strength is None or hit.strength >= CLOSE


def with_exact_first(result: SearchResult, exact: str) -> SearchResult:
    """The result led by the item whose very picture was asked about, which is certain.

    Where it was left out as a near-duplicate of a better hit, it changes places with that.
    """
    for better, twins in result.similar.items():
        if exact in twins:
            swapped = tuple(better if twin == exact else twin for twin in twins)
            similar = {**result.similar, exact: swapped}
            del similar[better]
            result = replace(result, hits=tuple(h for h in result.hits if h.item_id != better), similar=similar)
            break
    others = tuple(hit for hit in result.hits if hit.item_id != exact)
    best = max((hit.score for hit in result.hits), default=1.0)
    return replace(result, hits=(Hit(exact, best, strength=1.0), *others))


def select(query: Query, hits: Sequence[Hit], size: int, weak_wanted: bool, asked_for_more: bool) -> Selection:
    """The hits of one page.

    Args:
        query: what was asked last. A picture alone names nothing that half of a page could miss: of a photo it is worth
            saying that nothing at all is close, and whoever taps "Similar" wants the nearest there are.
        hits: best first; those beyond `size` only take the places of pictures that cannot be sent.
        size: pictures on a page.
        weak_wanted: the person has said "show anyway".
        asked_for_more: a page of this turn is on screen already; whoever goes on from it is never sent away empty.
    """
    close = tuple(hit for hit in hits if is_close(hit))
    weak = sum(not is_close(hit) for hit in hits[:size])
    if isinstance(query, ImageQuery) and (close or isinstance(query.reference, ItemReference)):
        return Selection(tuple(hits))
    if weak_wanted or (asked_for_more and not close):
        return Selection(tuple(hits), far=bool(hits) and weak == len(hits[:size]))
    return Selection(close, withheld=weak) if weak else Selection(tuple(hits))
