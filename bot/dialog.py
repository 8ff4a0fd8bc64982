"""`step`: what an event makes of a dialog. Pure: nothing here waits or sends."""

from dataclasses import replace

from bot import phrases
from bot.events import (
    Accepted,
    CardClosed,
    Event,
    FilterRemoved,
    HitChosen,
    ModeSwitched,
    MoreAsked,
    OriginalAsked,
    PhotoSent,
    Restarted,
    SharedOpened,
    SimilarAsked,
    TextSent,
    Undone,
    WeakAsked,
)
from bot.filter_words import Said, read
from bot.ledger import Entry
from bot.next_turns import following, narrowing, refining, searching, widening
from bot.notices import Notice
from bot.requests import (
    AcceptItem,
    CloseCard,
    NextPage,
    Refuse,
    Request,
    Search,
    SendOriginal,
    ShowCard,
    ShowTurn,
    StartOver,
)
from bot.slots import stands_alone
from bot.turns import Chosen, Dialog, Turn
from bot.vocabulary import NO_VOCABULARY, Vocabulary
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Reference, TextQuery

MAX_TEXT = 300
"""Characters; longer texts are refused with a sentence, not cut silently."""


def step(dialog: Dialog, event: Event, vocabulary: Vocabulary = NO_VOCABULARY) -> tuple[Dialog, Request]:
    """What `event` makes of `dialog`, and what is to be done about it.

    `vocabulary` is what words can name in the live catalogue. Returns the new dialog, to be kept only if the request
    succeeds, and the request.
    """
    match event:
        case TextSent(text, reply_to):
            return _text(dialog, text, reply_to, vocabulary)
        case PhotoSent():
            return _photo(dialog, event, vocabulary)
        case HitChosen(number, position):
            return _choose(dialog, number, position)
        case SimilarAsked(number, position):
            return _similar(dialog, number, position)
        case OriginalAsked(number, position):
            return _original(dialog, number, position)
        case SharedOpened(search):
            return replace(dialog, chosen=None), Search(replace(search, number=dialog.last_number + 1))
        case Accepted(number, position, message):
            return _accept(dialog, number, position, message)
        case CardClosed(_, message):
            return _close_card(dialog, message)
        case MoreAsked(number, page):
            return _more(dialog, number, page)
        case WeakAsked(number, pages):
            return _show_weak(dialog, number, pages)
        case FilterRemoved(number, condition):
            return _widen(dialog, number, condition)
        case Undone(number):
            return _undo(dialog, number)
        case Restarted():
            return replace(dialog, current=None, chosen=None), StartOver()
        case ModeSwitched(number):
            return _switch_mode(dialog, number)


def _text(dialog: Dialog, text: str, reply_to: int | None, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
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
        return _command(replace(dialog, chosen=chosen), said, vocabulary)
    return _words(dialog, chosen, text, vocabulary)


def _words(dialog: Dialog, chosen: Chosen | None, text: str, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    said = read(text, vocabulary)
    if said.nonsense is not None:
        return dialog, Refuse(said.nonsense)
    current = dialog.turn(dialog.current)
    by_hand = chosen is not None and chosen.by_hand
    if not said.request and current is not None and not by_hand:
        return _searched(narrowing(dialog, current, said))
    if chosen is None or not (by_hand or said.request):
        return _searched(searching(dialog, said, vocabulary))
    if not by_hand and stands_alone(said.request, vocabulary.kinds):
        return _searched(searching(dialog, said, vocabulary))
    return _searched(refining(dialog, chosen, said))


def _searched(made: tuple[Dialog, Turn]) -> tuple[Dialog, Request]:
    dialog, turn = made
    return dialog, Search(turn)


def _command(dialog: Dialog, said: phrases.Command, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
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
            return replace(dialog, chosen=None), AcceptItem(
                dialog.chosen.reference.item_id, None, dialog.turn(dialog.chosen.base)
            )
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
            return _words(dialog, Chosen(ItemReference(current.shown[position]), current.number), rest, vocabulary)


def _photo(dialog: Dialog, event: PhotoSent, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    text = " ".join(event.caption.split())
    if len(text) > MAX_TEXT:
        return dialog, Refuse(Notice.TEXT_TOO_LONG)
    if any(character.isalnum() for character in text):
        return _words(dialog, Chosen(event.photo), text, vocabulary)
    turn = Turn(number=dialog.last_number + 1, ledger=(Entry(ImageQuery(event.photo), ""),), exact=event.exact)
    # The photo stays chosen: words sent after it refine it.
    return replace(dialog, chosen=Chosen(event.photo, turn.number)), Search(turn)


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
    similar = following(dialog, Entry(ImageQuery(reference), ""), reference, turn)
    # Asked for pictures like this one, not for what the words before said: they no longer count.
    similar = replace(similar, ledger=similar.ledger[-1:])
    return replace(dialog, chosen=Chosen(reference, similar.number, by_hand=False)), Search(similar)


def _accept(dialog: Dialog, number: int, position: int, message: int | None) -> tuple[Dialog, Request]:
    turn = dialog.turn(number)
    if turn is None or position >= len(turn.shown):
        return dialog, Refuse(Notice.EXPIRED)
    return replace(dialog, chosen=None), AcceptItem(turn.shown[position], message, turn)


def _original(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    turn = dialog.turn(number)
    if turn is None or position >= len(turn.shown):
        return dialog, Refuse(Notice.EXPIRED)
    return dialog, SendOriginal(turn.shown[position])


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


def _widen(dialog: Dialog, number: int, condition: int) -> tuple[Dialog, Request]:
    turn, current = dialog.turn(number), dialog.turn(dialog.current)
    if turn is None or condition >= len(turn.within.conditions):
        return dialog, Refuse(Notice.EXPIRED)
    if current and current.ledger == turn.ledger and current.within == turn.within.without(condition):
        return dialog, Refuse(Notice.ALREADY_DONE)
    return _searched(widening(dialog, turn, condition))


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
        dialog, other = refining(dialog, Chosen(turn.reference, turn.base), Said(text, text))
    else:
        other = Turn(dialog.last_number + 1, (Entry(TextQuery(text), text),), reference=turn.reference, base=turn.base)
        dialog = replace(dialog, chosen=None)
    return dialog, Search(replace(other, within=turn.within.said()))
