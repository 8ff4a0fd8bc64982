"""What taps make of a dialog: pictures, pages, cards and filters. Pure; the rest of `dialog.step`."""

from dataclasses import replace

from bot.ledger import Entry
from bot.next_turns import following, widening
from bot.notices import Notice
from bot.requests import AcceptItem, CloseCard, ExplainItem, NextPage, Refuse, Request, Search, SendOriginal, ShowCard
from bot.turns import Chosen, Dialog, Turn
from retrieval.query import ImageQuery, ItemReference, Reference


def searched(made: tuple[Dialog, Turn]) -> tuple[Dialog, Request]:
    """The dialog, and the search for the turn that was made for it."""
    dialog, turn = made
    return dialog, Search(turn)


def choose(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    """A picture is chosen: its card is shown, and the next words refine it."""
    if (found := dialog.shown(number, position)) is None:
        return dialog, Refuse(Notice.EXPIRED)
    turn, item_id = found
    reference, before = ItemReference(item_id), dialog.chosen
    card = before.card if before else None
    # There is nothing to change about the card that is open, and it may be far above.
    again = before is not None and card is not None and (before.reference, before.base) == (reference, number)
    shown = ShowCard(turn, position, item_id, card, dialog.marks, again=again)
    return replace(dialog, chosen=Chosen(reference, number, card=card)), shown


def similar(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    """Pictures like one of a turn are asked for."""
    if (found := dialog.shown(number, position)) is None:
        return dialog, Refuse(Notice.EXPIRED)
    turn, item_id = found
    return like(dialog, ItemReference(item_id), turn)


def like(dialog: Dialog, reference: Reference, turn: Turn | None) -> tuple[Dialog, Request]:
    """A search for pictures like `reference`, chosen from `turn`."""
    similar = following(dialog, Entry(ImageQuery(reference), ""), reference, turn)
    # Asked for pictures like this one, not for what the words before said: they no longer count.
    similar = replace(similar, ledger=similar.ledger[-1:])
    return replace(dialog, chosen=Chosen(reference, similar.number, by_hand=False)), Search(similar)


def accept(dialog: Dialog, number: int, position: int, message: int | None) -> tuple[Dialog, Request]:
    """A picture is the one: the search ends; `message` is the card it was said on."""
    if (found := dialog.shown(number, position)) is None:
        return dialog, Refuse(Notice.EXPIRED)
    turn, item_id = found
    return replace(dialog, chosen=None), AcceptItem(item_id, message, turn)


def why(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    """Why a picture was found is asked for."""
    if (found := dialog.shown(number, position)) is None:
        return dialog, Refuse(Notice.EXPIRED)
    turn, item_id = found
    return dialog, ExplainItem(turn, item_id)


def original(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    """The file of a picture is asked for."""
    if (found := dialog.shown(number, position)) is None:
        return dialog, Refuse(Notice.EXPIRED)
    return dialog, SendOriginal(found[1])


def close_card(dialog: Dialog, message: int | None) -> tuple[Dialog, Request]:
    """The card `message` (or the open one) is closed; its picture is not refined any further."""
    chosen = dialog.chosen
    card = message or (chosen.card if chosen else None)
    if card is None:
        return dialog, Refuse(Notice.ALREADY_DONE)
    if chosen is not None and chosen.card in (card, None):
        # A card that was refined from is closed: its picture is not to be refined any further.
        dialog = replace(dialog, chosen=None)
    return dialog, CloseCard(card)


def more(dialog: Dialog, number: int | None, page: int | None) -> tuple[Dialog, Request]:
    """The next page of a turn; `number` None is the turn on screen, `page` the one that the button stood under."""
    if number is None:
        number = dialog.current
        if number is None:
            return dialog, Refuse(Notice.NOTHING_TO_CONTINUE)
    turn = dialog.turn(number)
    if turn is None:
        return dialog, Refuse(Notice.EXPIRED)
    if page is not None and page != len(turn.pages) - 1:
        return dialog, Refuse(Notice.ALREADY_DONE)
    return _go_on(dialog, turn)


def show_weak(dialog: Dialog, number: int, pages: int) -> tuple[Dialog, Request]:
    """What is not close is shown, too; `pages` is how many the turn had when the button was made."""
    turn = dialog.turn(number)
    if turn is None:
        return dialog, Refuse(Notice.EXPIRED)
    if turn.weak_wanted or pages != len(turn.pages):
        return dialog, Refuse(Notice.ALREADY_DONE)
    return _go_on(dialog, replace(turn, weak_wanted=True))


def _go_on(dialog: Dialog, turn: Turn) -> tuple[Dialog, Request]:
    if not turn.pages:  # nothing close was found, and nothing shown: "more" can only mean what there is
        turn = replace(turn, weak_wanted=True)
    if dialog.chosen is not None:
        # An open card stays where it is, above the new page; the next one is a new message.
        dialog = dialog.with_card(None)
    return dialog, NextPage(turn)


def widen(dialog: Dialog, number: int, condition: int) -> tuple[Dialog, Request]:
    """The same search without one condition of its filter."""
    turn, current = dialog.turn(number), dialog.turn(dialog.current)
    if turn is None or condition >= len(turn.within.conditions):
        return dialog, Refuse(Notice.EXPIRED)
    if current and current.ledger == turn.ledger and current.within == turn.within.without(condition):
        return dialog, Refuse(Notice.ALREADY_DONE)
    return searched(widening(dialog, turn, condition))
