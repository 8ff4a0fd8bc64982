"""Where somebody begins who does not know what to say: pictures of this collection, and words on buttons. Pure."""

from dataclasses import replace

from bot.filter_words import Said
from bot.ledger import Entry
from bot.next_turns import ANYTHING, refining, searching
from bot.notices import Notice
from bot.requests import Refuse, Request, Search
from bot.turns import Chosen, Dialog, Turn
from bot.vocabulary import Vocabulary
from retrieval.query import ComposedQuery, ItemReference, TextQuery


def start(dialog: Dialog) -> tuple[Dialog, Request]:
    """Pictures to begin with, as a turn like any other: a tap on one opens its card, and words refine it."""
    # Everybody's first draw is the same one, so that Telegram knows its pictures already.
    latest = max((turn.drawn for turn in dialog.turns), default=0)
    drawn = Turn(dialog.last_number + 1, (Entry(TextQuery(ANYTHING), ""),), drawn=latest + 1)
    return replace(dialog, chosen=None), Search(drawn)


def take_offer(
    dialog: Dialog, number: int, offer: int, position: int | None, vocabulary: Vocabulary
) -> tuple[Dialog, Request]:
    """Words on a button are said: a search of their own, or a change of the picture of that position."""
    turn, current = dialog.turn(number), dialog.turn(dialog.current)
    offers = turn.offers(position) if turn else ()
    if turn is None or offer >= len(offers) or (position is not None and position >= len(turn.shown)):
        return dialog, Refuse(Notice.EXPIRED)
    said = Said(offers[offer], offers[offer])
    if position is None:
        if current and [entry.text for entry in current.ledger] == [said.request]:
            return dialog, Refuse(Notice.ALREADY_DONE)
        dialog, made = searching(dialog, said, vocabulary)
        return dialog, Search(made)
    reference = ItemReference(turn.shown[position])
    if current and current.base == number and current.request.query == ComposedQuery(reference, said.request):
        return dialog, Refuse(Notice.ALREADY_DONE)
    card = dialog.chosen.card if dialog.chosen else None
    dialog, made = refining(dialog, Chosen(reference, number, card=card), said)
    return dialog, Search(made)
