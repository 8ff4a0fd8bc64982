"""Which earlier turns still count, and how much.

Composing against the last picture alone is a known failure ("A Sanity Check on CIR", arXiv 2604.12904: mean rank at
round 3 is 1.79 with history, 2.93 without). So a search has two channels: the newest request, composed with its
picture, and one caption of all that is still wished for. Weighing by slot falls out of it: what the newest words leave
open comes from the earlier ones at full weight, and what they name, not at all ("red" is gone after "no, blue").

Pictures of earlier turns do not count: they still show what has been replaced since, and what was good about them is in
the picture refined now.
"""

from dataclasses import dataclass

from bot.dial import dialled
from bot.marks import NO_MARKS, Marks
from retrieval.query import ImageQuery, Query, TextQuery, WeightedQuery
from retrieval.wishes import caption, read

CAPTION_WEIGHT = 0.7
"""Of all wishes in one caption, next to 1 for the newest request; `docs/quality.md` has what other values give."""
MAX_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One turn's request, or what is left of it.

    Attributes:
        text: the person's words; empty for a picture alone.
    """

    query: Query
    text: str


def live(earlier: tuple[Entry, ...], newest: Entry) -> tuple[Entry, ...]:
    """The ledger after `newest` was said: what it replaces or takes back is left out of what was said before."""
    return (*after(earlier, newest.text)[-(MAX_ENTRIES - 1) :], newest)


def after(earlier: tuple[Entry, ...], said: str) -> tuple[Entry, ...]:
    """What is left of a ledger once `said` replaces or takes back some of it."""
    return tuple(left for entry in earlier if (left := _after(entry, said)) is not None)


def _after(entry: Entry, said: str) -> Entry | None:
    if isinstance(entry.query, ImageQuery):
        return None if read(said).wished else entry
    before = read(entry.text)
    left = before.after(read(said))
    if left == before:
        return entry
    return Entry(TextQuery(str(left)), str(left)) if left.wished else None


def weighted(ledger: tuple[Entry, ...], marks: Marks = NO_MARKS, dial: int = 0) -> tuple[WeightedQuery, ...]:
    """The queries of a ledger and of the pictures marked with their weights, the newest request last with weight 1.

    All wishes together are what is looked for beside the pictures, too: a maker named three turns ago still counts, and
    nothing that is rejected is looked for.
    """
    wishes = caption([entry.text for entry in ledger])
    newest = WeightedQuery(dialled(ledger[-1].query, dial), words=wishes)
    remembered = (WeightedQuery(TextQuery(wishes), CAPTION_WEIGHT),) if wishes and len(ledger) > 1 else ()
    return (*marks.queries(newest.query), *remembered, newest)
