"""Which turn a dialog goes on from: back, to any earlier turn, or to the one that was replied to. Pure.

Nothing is lost by going back: every turn stays in the history until twenty others were looked at since. `Dialog.path`
holds the turns as they came onto the screen. "Undo" takes back the last step of it, whatever that was: a new search, a
refinement, or the return to an earlier turn.
"""

from dataclasses import replace

from bot.events import TextSent
from bot.next_turns import lessening
from bot.notices import Notice
from bot.requests import Refuse, Request, Search, ShowHistory, ShowRemovals, ShowTurn
from bot.turns import Chosen, Dialog, Turn
from retrieval.query import ComposedQuery, ImageQuery, ItemReference


def undo(dialog: Dialog, number: int | None) -> tuple[Dialog, Request]:
    """Back to what was on screen before; `number` is the turn that a button wants undone."""
    if number is not None and dialog.turn(number) is None:
        return dialog, Refuse(Notice.EXPIRED)
    been = [turn for turn in map(dialog.turn, dialog.been()) if turn is not None]
    if dialog.current is None and been:
        # After "new" there is nothing on screen to take back: go back to the search before it.
        return replace(dialog, current=been[-1].number, chosen=chosen_after(been[-1])), ShowTurn(been[-1])
    if number is not None and number != dialog.current:
        return dialog, Refuse(Notice.NOT_THE_LATEST)
    if len(been) < 2:
        return dialog, Refuse(Notice.NOTHING_TO_UNDO)
    *earlier, before, undone = been
    path = tuple(turn.number for turn in (*earlier, before))
    if isinstance(undone.request.query, ComposedQuery) and undone.number not in path:
        # What was refined stays chosen, so that the person can say it differently at once.
        chosen: Chosen | None = Chosen(undone.request.query.reference, undone.base, by_hand=False)
    else:
        chosen = chosen_after(before)
    return replace(dialog, path=path, current=before.number, chosen=chosen), ShowTurn(before)


def go_to(dialog: Dialog, number: int) -> tuple[Dialog, Request]:
    """A turn of the history is shown again, and what is said next goes on from it; later turns are kept."""
    turn = dialog.turn(number)
    if turn is None:
        return dialog, Refuse(Notice.EXPIRED)
    return replace(dialog.with_turn(turn), chosen=chosen_after(turn)), ShowTurn(turn, jumped=True)


def history(dialog: Dialog, page: int, message: int | None) -> tuple[Dialog, Request]:
    """The turns so far are listed."""
    if not dialog.turns:
        return dialog, Refuse(Notice.NO_HISTORY)
    return dialog, ShowHistory(page, message)


def replied(dialog: Dialog, said: TextSent) -> Dialog | Refuse:
    """The dialog as it is when the words go on from the message that they reply to, a picture or an album's buttons."""
    if said.reply_to is not None:
        found = dialog.picture_of(said.reply_to)
        if found is None:
            return Refuse(Notice.PICTURE_FORGOTTEN)
        turn, item_id = found
        card = dialog.chosen.card if dialog.chosen else None
        return replace(dialog.with_turn(turn), chosen=Chosen(ItemReference(item_id), turn.number, card=card))
    if said.reply_to_turn is None or said.reply_to_turn == dialog.current:
        return dialog
    old = dialog.turn(said.reply_to_turn)
    return Refuse(Notice.EXPIRED) if old is None else replace(dialog.with_turn(old), chosen=chosen_after(old))


def remove_entry(dialog: Dialog, number: int, entry: int) -> tuple[Dialog, Request]:
    """The same search as if one of its wishes had never been said."""
    turn, current = dialog.turn(number), dialog.turn(dialog.current)
    if turn is None or len(turn.ledger) < 2 or entry >= len(turn.ledger):
        return dialog, Refuse(Notice.EXPIRED)
    lessened = lessening(dialog, turn, entry)
    if current and (current.ledger, current.within.said()) == (lessened.ledger, lessened.within):
        return dialog, Refuse(Notice.ALREADY_DONE)
    return replace(dialog, chosen=chosen_after(lessened)), Search(lessened)


def removals(dialog: Dialog, number: int) -> tuple[Dialog, Request]:
    """What of a turn can be taken away is listed."""
    turn = dialog.turn(number)
    return dialog, Refuse(Notice.EXPIRED) if turn is None else ShowRemovals(turn)


def chosen_after(turn: Turn) -> Chosen | None:
    """What was chosen when the turn was shown."""
    match turn.request.query:
        case ComposedQuery(reference) | ImageQuery(reference):
            return Chosen(reference, turn.number, by_hand=False)
        case _:
            return None
