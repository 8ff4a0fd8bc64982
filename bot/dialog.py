"""`step`: what an event makes of a dialog. Pure: nothing here waits or sends."""

from dataclasses import replace

from bot import phrases
from bot.events import (
    Accepted,
    CardClosed,
    Event,
    HitChosen,
    ModeSwitched,
    MoreAsked,
    PhotoSent,
    Restarted,
    SimilarAsked,
    TextSent,
    Undone,
    WeakAsked,
)
from bot.ledger import Entry, live
from bot.notices import Notice
from bot.requests import AcceptItem, CloseCard, NextPage, Refuse, Request, Search, ShowCard, ShowTurn, StartOver
from bot.slots import stands_alone
from bot.turns import MAX_SEEN, Chosen, Dialog, Turn
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Reference, TextQuery

MAX_TEXT = 300
"""Characters; longer texts are refused with a sentence, not cut silently."""


def step(dialog: Dialog, event: Event, kinds: frozenset[str] = frozenset()) -> tuple[Dialog, Request]:
    """What `event` makes of `dialog`, and what is to be done about it.

    `kinds` are the catalogue's categories in lower case: words that name a thing by themselves. Returns the new dialog,
    to be kept only if the request succeeds, and the request.
    """
    match event:
        case TextSent(text, reply_to):
            return _text(dialog, text, reply_to, kinds)
        case PhotoSent(photo, caption, exact):
            return _photo(dialog, photo, caption, exact)
        case HitChosen(number, position):
            return _choose(dialog, number, position)
        case SimilarAsked(number, position):
            return _similar(dialog, number, position)
        case Accepted(number, position, message):
            return _accept(dialog, number, position, message)
        case CardClosed(_, message):
            return _close_card(dialog, message)
        case MoreAsked(number, page):
            return _more(dialog, number, page)
        case WeakAsked(number, pages):
            return _show_weak(dialog, number, pages)
        case Undone(number):
            return _undo(dialog, number)
        case Restarted():
            return replace(dialog, current=None, chosen=None), StartOver()
        case ModeSwitched(number):
            return _switch_mode(dialog, number)


def _text(dialog: Dialog, text: str, reply_to: int | None, kinds: frozenset[str]) -> tuple[Dialog, Request]:
    text = " ".join(text.split())
    if len(text) > MAX_TEXT:
        return dialog, Refuse(Notice.TEXT_TOO_LONG)
    if not any(character.isalnum() for character in text):
        return dialog, Refuse(Notice.NO_WORDS)
    chosen = dialog.chosen
    if reply_to is not None:
        found = dialog.picture_of(reply_to)
        if found is None:
            return dialog, Refuse(Notice.PICTURE_FORGOTTEN)
        chosen = Chosen(ItemReference(found[1]), found[0].number, card=chosen.card if chosen else None)
    said = phrases.command(text)
    if said is not None:
        return _command(replace(dialog, chosen=chosen), said)
    if chosen is None or (not chosen.by_hand and stands_alone(text, kinds)):
        return _search_words(dialog, text)
    return _refine(dialog, chosen, text)


def _command(dialog: Dialog, said: phrases.Command) -> tuple[Dialog, Request]:
    current = dialog.turn(dialog.current)
    match said:
        case phrases.Undo():
            return _undo(dialog, None)
        case phrases.More():
            return _more(dialog, None, None)
        case phrases.New():
            return step(dialog, Restarted())
        case phrases.Take():
            if dialog.chosen is None or not isinstance(dialog.chosen.reference, ItemReference):
                return dialog, Refuse(Notice.NOTHING_CHOSEN)
            return replace(dialog, chosen=None), AcceptItem(dialog.chosen.reference.item_id, None)
        case phrases.Similar():
            if dialog.chosen is None:
                return dialog, Refuse(Notice.NOTHING_CHOSEN)
            return _like(dialog, dialog.chosen.reference, dialog.turn(dialog.chosen.base))
        case phrases.Greet():
            return dialog, Refuse(Notice.GREETED)
        case phrases.Thank():
            return dialog, Refuse(Notice.THANKED)
        case phrases.Pick(number, rest):
            on_screen = len(current.pages[-1].items) if current and current.pages else 0
            number = on_screen if number == phrases.LAST else number
            if current is None or not 1 <= number <= on_screen:
                return dialog, Refuse(Notice.NO_SUCH_PICTURE)
            position = len(current.shown) - on_screen + number - 1
            if not rest:
                return _choose(dialog, current.number, position)
            return _refine(dialog, Chosen(ItemReference(current.shown[position]), current.number), rest)


def _search_words(dialog: Dialog, text: str) -> tuple[Dialog, Request]:
    before = dialog.turn(dialog.current)
    turn = Turn(
        number=dialog.last_number + 1,
        ledger=(Entry(TextQuery(text), text),),
        # What these words would refine if they were meant so: the best picture on screen.
        reference=ItemReference(before.shown[0]) if before and before.shown else None,
        base=before.number if before else None,
    )
    return replace(dialog, chosen=None), Search(turn)


def _refine(dialog: Dialog, chosen: Chosen, text: str) -> tuple[Dialog, Request]:
    entry = Entry(ComposedQuery(chosen.reference, text), text)
    turn = _next_turn(dialog, entry, chosen.reference, dialog.turn(chosen.base))
    # The picture stays chosen, and what is said of it next goes on from this turn.
    return replace(dialog, chosen=Chosen(chosen.reference, turn.number, by_hand=False)), Search(turn)


def _next_turn(dialog: Dialog, entry: Entry, reference: Reference, base: Turn | None) -> Turn:
    seen = (*base.seen, *base.shown)[-MAX_SEEN:] if base else ()
    return Turn(
        number=dialog.last_number + 1,
        ledger=live(base.ledger if base else (), entry),
        seen=tuple(dict.fromkeys(seen)),
        reference=reference,
        base=base.number if base else None,
    )


def _photo(dialog: Dialog, photo: Reference, caption: str, exact: str | None) -> tuple[Dialog, Request]:
    text = " ".join(caption.split())
    if len(text) > MAX_TEXT:
        return dialog, Refuse(Notice.TEXT_TOO_LONG)
    if any(character.isalnum() for character in text):
        return _refine(dialog, Chosen(photo), text)
    turn = Turn(number=dialog.last_number + 1, ledger=(Entry(ImageQuery(photo), ""),), exact=exact)
    # The photo stays chosen: words sent after it refine it.
    return replace(dialog, chosen=Chosen(photo, turn.number)), Search(turn)


def _choose(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    turn = dialog.turn(number)
    if turn is None or position >= len(turn.shown):
        return dialog, Refuse(Notice.EXPIRED)
    item_id = turn.shown[position]
    card = dialog.chosen.card if dialog.chosen else None
    chosen = Chosen(ItemReference(item_id), number, card=card)
    return replace(dialog, chosen=chosen), ShowCard(turn, position, item_id, card)


def _similar(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    turn = dialog.turn(number)
    if turn is None or position >= len(turn.shown):
        return dialog, Refuse(Notice.EXPIRED)
    return _like(dialog, ItemReference(turn.shown[position]), turn)


def _like(dialog: Dialog, reference: Reference, turn: Turn | None) -> tuple[Dialog, Request]:
    similar = _next_turn(dialog, Entry(ImageQuery(reference), ""), reference, turn)
    # Asked for pictures like this one, not for what the words before said: they no longer count.
    similar = replace(similar, ledger=similar.ledger[-1:])
    return replace(dialog, chosen=Chosen(reference, similar.number, by_hand=False)), Search(similar)


def _accept(dialog: Dialog, number: int, position: int, message: int | None) -> tuple[Dialog, Request]:
    turn = dialog.turn(number)
    if turn is None or position >= len(turn.shown):
        return dialog, Refuse(Notice.EXPIRED)
    return replace(dialog, chosen=None), AcceptItem(turn.shown[position], message)


def _close_card(dialog: Dialog, message: int | None) -> tuple[Dialog, Request]:
    chosen = dialog.chosen
    card = message or (chosen.card if chosen else None)
    if card is None:
        return dialog, Refuse(Notice.ALREADY_DONE)
    if chosen is not None and chosen.card in (card, None):
        # A card that was refined from is closed: its picture is not to be refined any further.
        dialog = replace(dialog, chosen=None)
    return dialog, CloseCard(card)


def _more(dialog: Dialog, number: int | None, page: int | None) -> tuple[Dialog, Request]:
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


def _show_weak(dialog: Dialog, number: int, pages: int) -> tuple[Dialog, Request]:
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


def _undo(dialog: Dialog, number: int | None) -> tuple[Dialog, Request]:
    if number is not None and dialog.turn(number) is None:
        return dialog, Refuse(Notice.EXPIRED)
    if dialog.current is None and dialog.turns:
        # After "new" there is nothing on screen to take back: go back to the search before it.
        latest = dialog.turns[-1]
        return replace(dialog, current=latest.number, chosen=_chosen_after(latest)), ShowTurn(latest)
    if number is not None and number != dialog.current:
        return dialog, Refuse(Notice.NOT_THE_LATEST)
    if len(dialog.turns) < 2:
        return dialog, Refuse(Notice.NOTHING_TO_UNDO)
    undone, before = dialog.turns[-1], dialog.turns[-2]
    if isinstance(undone.request.query, ComposedQuery):
        # What was refined stays chosen, so that the person can say it differently at once.
        chosen: Chosen | None = Chosen(undone.request.query.reference, undone.base, by_hand=False)
    else:
        chosen = _chosen_after(before)
    return replace(dialog, turns=dialog.turns[:-1], current=before.number, chosen=chosen), ShowTurn(before)


def _chosen_after(turn: Turn) -> Chosen | None:
    """What was chosen when the turn was shown."""
    match turn.request.query:
        case ComposedQuery(reference) | ImageQuery(reference):
            return Chosen(reference, turn.number, by_hand=False)
        case _:
            return None


def _switch_mode(dialog: Dialog, number: int) -> tuple[Dialog, Request]:
    turn = dialog.turn(number)
    if turn is None:
        return dialog, Refuse(Notice.EXPIRED)
    text = turn.request.text
    if turn.reference is None or not text:
        return dialog, Refuse(Notice.ALREADY_DONE)
    if isinstance(turn.request.query, TextQuery):
        return _refine(dialog, Chosen(turn.reference, turn.base), text)
    alone = Turn(dialog.last_number + 1, (Entry(TextQuery(text), text),), reference=turn.reference, base=turn.base)
    return replace(dialog, chosen=None), Search(alone)
