"""Which earlier turns still count, and how much.

Composing against the last picture alone is a known failure, so a search ranks by the weighted mean of the query
vectors of all live turns ("A Sanity Check on CIR", arXiv 2604.12904: mean rank at round 3 is 1.79 with history, 2.93
without). A later turn takes back what it contradicts: "red" is dead after "no, blue". The picture an earlier turn was
composed with still shows what has been replaced, so from then on only that turn's words count, not its picture.
"""

from dataclasses import dataclass

from bot.slots import contradicts, slots
from retrieval.query import ComposedQuery, ImageQuery, Query, TextQuery, WeightedQuery

DECAY = 0.3
"""Weight of an entry relative to the next younger one; `docs/quality.md` has what other values give."""
MAX_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One turn's request.

    Attributes:
        text: the person's words; empty for a picture alone.
    """

    query: Query
    text: str


def live(earlier: tuple[Entry, ...], newest: Entry) -> tuple[Entry, ...]:
    """The ledger after `newest` was said: what it contradicts is dropped or reduced to its words."""
    kept = (_after(entry, newest.text) for entry in earlier)
    return (*[entry for entry in kept if entry is not None][-(MAX_ENTRIES - 1) :], newest)


def _after(entry: Entry, said: str) -> Entry | None:
    if contradicts(said, entry.text):
        return None
    if not slots(said):
        return entry
    return _words_alone(entry)


def without_older_pictures(ledger: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The ledger with the words alone of all but the newest entry: for pictures that have left the collection."""
    reduced = (_words_alone(entry) for entry in ledger[:-1])
    return (*(entry for entry in reduced if entry is not None), ledger[-1])


def _words_alone(entry: Entry) -> Entry | None:
    match entry.query:
        case ComposedQuery():
            return Entry(TextQuery(entry.text), entry.text)
        case ImageQuery():
            return None
        case _:
            return entry


def weighted(ledger: tuple[Entry, ...]) -> tuple[WeightedQuery, ...]:
    """The queries of a ledger with their weights, 1 for the newest."""
    return tuple(
        WeightedQuery(entry.query, DECAY**age)
        for age, entry in zip(range(len(ledger) - 1, -1, -1), ledger, strict=True)
    )
