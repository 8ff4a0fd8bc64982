"""The turns that words, photos and filters make of a dialog. Pure."""

from dataclasses import replace

from bot.filter_words import Said
from bot.ledger import Entry, after, live
from bot.turns import MAX_SEEN, Chosen, Dialog, Turn
from bot.vocabulary import Vocabulary
from retrieval.filter import NO_FILTER, Filter, InCategory
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Reference, TextQuery
from retrieval.slots import stands_alone

ANYTHING = "anything"
"""What is searched for where nothing was said but filters; people read it in their language."""


def searching(dialog: Dialog, said: Said, vocabulary: Vocabulary) -> tuple[Dialog, Turn]:
    """A new search for words. What names a thing by itself begins without the filters of the search before."""
    before = dialog.turn(dialog.current)
    kept = before.within.said() if before and not stands_alone(said.named, vocabulary.kinds) else NO_FILTER
    turn = Turn(
        number=dialog.last_number + 1,
        ledger=(_words_alone(said),),
        # What these words would refine if they were meant so: the best picture on screen.
        reference=ItemReference(before.shown[0]) if before and before.shown else None,
        base=before.number if before else None,
        weak_wanted=not said.named,
        within=kept.narrowed(said.wanted),
    )
    return replace(dialog, chosen=None), turn


def refining(dialog: Dialog, chosen: Chosen, said: Said) -> tuple[Dialog, Turn]:
    """The chosen picture, changed as the words say, or pictures like it within a filter."""
    if said.request:
        entry = Entry(ComposedQuery(chosen.reference, said.request), said.request)
    else:
        entry = Entry(ImageQuery(chosen.reference), "")
    turn = following(dialog, entry, chosen.reference, dialog.turn(chosen.base))
    ledger = (*_taken_back(turn.ledger[:-1], said), entry)
    turn = replace(turn, ledger=ledger, within=turn.within.narrowed(said.wanted))
    # The picture stays chosen, and what is said of it next goes on from this turn.
    return replace(dialog, chosen=Chosen(chosen.reference, turn.number, by_hand=False)), turn


def continuing(dialog: Dialog, turn: Turn, said: Said) -> tuple[Dialog, Turn]:
    """The turn, changed as the words say, where no picture of it was chosen."""
    made = following(dialog, _words_alone(said), ItemReference(turn.shown[0]), turn)
    ledger = (*_taken_back(made.ledger[:-1], said), made.ledger[-1])
    return dialog, replace(made, ledger=ledger, within=made.within.narrowed(said.wanted))


def following(dialog: Dialog, entry: Entry, reference: Reference | None, base: Turn | None) -> Turn:
    """A turn that goes on from `base`: its ledger, its filter, nothing that it has shown."""
    seen = (*base.seen, *base.covered)[-MAX_SEEN:] if base else ()
    return Turn(
        number=dialog.last_number + 1,
        ledger=live(base.ledger if base and not base.drawn else (), entry),
        seen=tuple(dict.fromkeys(seen)),
        reference=reference,
        base=base.number if base else None,
        within=base.within.said() if base else NO_FILTER,
        any_category=base.any_category if base else False,
        marks=dialog.marks,
    )


def narrowing(dialog: Dialog, turn: Turn, said: Said) -> tuple[Dialog, Turn]:
    """The same search within one more filter; what was shown may come again, if it fits."""
    changed = replace(turn, ledger=_taken_back(turn.ledger, said) or (_words_alone(said),))
    return _within(dialog, changed, turn.within.narrowed(said.wanted))


def widening(dialog: Dialog, turn: Turn, number: int) -> tuple[Dialog, Turn]:
    """The same search without one condition of its filter."""
    off = turn.within.conditions[number]
    lifted = turn.any_category or (isinstance(off, InCategory) and off.implied)
    return _within(dialog, replace(turn, any_category=lifted), turn.within.without(number))


def lessening(dialog: Dialog, turn: Turn, entry: int) -> Turn:
    """The same search without one entry of its ledger, of which there are others.

    Without its own request it becomes again what is left: that is asked afresh, and what was shown may come again.
    """
    ledger = turn.ledger[:entry] + turn.ledger[entry + 1 :]
    own = entry == len(turn.ledger) - 1
    query = ledger[-1].query
    left = None if isinstance(query, TextQuery) else query.reference
    return Turn(
        number=dialog.last_number + 1,
        ledger=ledger,
        seen=() if own else turn.seen,
        reference=left if own else turn.reference,
        base=turn.number,
        within=turn.within.said(),
        any_category=turn.any_category,
    )


def _within(dialog: Dialog, turn: Turn, within: Filter) -> tuple[Dialog, Turn]:
    marks = turn.marks.and_then(dialog.marks)
    changed = replace(turn, number=dialog.last_number + 1, within=within, pages=(), offered=(), marks=marks)
    chosen = dialog.chosen
    if chosen is not None:
        chosen = replace(chosen, base=changed.number, by_hand=False, card=None)
    return replace(dialog, chosen=chosen), changed


def _taken_back(ledger: tuple[Entry, ...], said: Said) -> tuple[Entry, ...]:
    """The ledger without the wishes for what a filter now leaves out."""
    return after(ledger, ", ".join(f"not {value}" for value in said.rejected)) if said.rejected else ledger


def _words_alone(said: Said) -> Entry:
    """The words as a search of their own; a filter without any lets the model choose."""
    text = said.request or said.named or ANYTHING
    return Entry(TextQuery(said.named or text), text)
