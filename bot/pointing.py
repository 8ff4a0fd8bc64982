"""What pointing at pictures on a page makes of a dialog: one of them chosen, or a search among them. Pure."""

from dataclasses import replace

from bot.filter_words import Said
from bot.ledger import Entry
from bot.next_turns import narrowing, searching
from bot.notices import Notice
from bot.requests import Refuse, Request, Search, ShowTurn
from bot.taps import choose
from bot.turns import MAX_SEEN, Chosen, Dialog, Page, Turn
from bot.vocabulary import Vocabulary
from retrieval.filter import AmongItems, Filter
from retrieval.query import ImageQuery, ItemReference


def choose_item(dialog: Dialog, item_id: str, number: int | None) -> tuple[Dialog, Request]:
    """A picture is chosen that the turn may or may not have shown; the next words refine it.

    One that it has not shown gets a turn of its own with the same ledger and filter, so that its buttons work as any
    other's: "more" goes on with that search, "undo" back to it.
    """
    turn = dialog.turn(number if number is not None else dialog.current)
    if turn is None and number is not None:
        return dialog, Refuse(Notice.EXPIRED)
    if turn is not None and item_id in turn.shown:
        return choose(dialog, turn.number, turn.shown.index(item_id))
    page = Page((item_id,))
    if turn is None:
        alone = Turn(dialog.last_number + 1, (Entry(ImageQuery(ItemReference(item_id)), ""),), pages=(page,))
    else:
        seen = tuple(dict.fromkeys((*turn.seen, *turn.shown)))[-MAX_SEEN:]
        alone = replace(
            turn, number=dialog.last_number + 1, seen=seen, pages=(page,), reference=None, base=turn.number, exact=None
        )
    return replace(dialog, chosen=Chosen(ItemReference(item_id), alone.number)), ShowTurn(alone)


def search_inside(dialog: Dialog, item_ids: tuple[str, ...], vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    """The search on screen, or one for anything, among these items; whoever points at them wants to see them."""
    said = Said("", "", Filter((AmongItems(item_ids),)))
    current = dialog.turn(dialog.current)
    dialog, turn = narrowing(dialog, current, said) if current else searching(dialog, said, vocabulary)
    return dialog, Search(replace(turn, weak_wanted=True))
