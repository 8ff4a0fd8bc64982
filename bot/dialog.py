"""`step`: what an event makes of a dialog. Pure: nothing here waits or sends."""

from dataclasses import replace

from bot import phrases
from bot.branching import go_to, history, removals, remove_entry, replied, undo
from bot.events import (
    Accepted,
    CardClosed,
    DialTurned,
    DuplicatesAsked,
    EntryRemoved,
    Event,
    FilterRemoved,
    HistoryAsked,
    HitChosen,
    InsideAsked,
    ItemChosen,
    KindChosen,
    KindsAsked,
    Marked,
    MarkedSearched,
    ModeSwitched,
    MoreAsked,
    OfferTaken,
    OriginalAsked,
    PhotoSent,
    RemovalsAsked,
    Restarted,
    SharedOpened,
    SimilarAsked,
    StartAsked,
    TextSent,
    TurnChosen,
    Undone,
    WeakAsked,
)
from bot.feedback import judge, mark, refine_marked, search_marked, show_duplicates, turn_dial
from bot.feedback_words import judgement
from bot.filter_words import Said, read
from bot.kinds import choose_kind, show_kinds
from bot.ledger import Entry
from bot.next_turns import narrowing, refining, searching
from bot.notices import Notice
from bot.pointing import choose_item, search_inside
from bot.requests import (
    AcceptItem,
    Refuse,
    Request,
    Search,
    StartOver,
)
from bot.slots import stands_alone
from bot.starting import start, take_offer
from bot.taps import accept, choose, close_card, like, more, original, searched, show_weak, similar, widen
from bot.turns import Chosen, Dialog, Turn
from bot.vocabulary import NO_VOCABULARY, Vocabulary
from retrieval.query import ImageQuery, ItemReference, TextQuery

MAX_TEXT = 300
"""Characters; longer texts are refused with a sentence, not cut silently."""


def step(dialog: Dialog, event: Event, vocabulary: Vocabulary = NO_VOCABULARY) -> tuple[Dialog, Request]:
    """What `event` makes of `dialog`, and what is to be done about it.

    `vocabulary` is what words can name in the live catalogue. Returns the new dialog, to be kept only if the request
    succeeds, and the request.
    """
    match event:
        case TextSent():
            return _text(dialog, event, vocabulary)
        case PhotoSent():
            return _photo(dialog, event, vocabulary)
        case HitChosen(number, position):
            return choose(dialog, number, position)
        case ItemChosen(item_id, of_turn):
            return choose_item(dialog, item_id, of_turn)
        case InsideAsked(item_ids):
            return search_inside(dialog, item_ids, vocabulary)
        case SimilarAsked(number, position):
            return similar(dialog, number, position)
        case OriginalAsked(number, position):
            return original(dialog, number, position)
        case SharedOpened(search):
            return replace(dialog, chosen=None), Search(replace(search, number=dialog.last_number + 1))
        case Accepted(number, position, message):
            return accept(dialog, number, position, message)
        case CardClosed(_, message):
            return close_card(dialog, message)
        case MoreAsked(number, page):
            return more(dialog, number, page)
        case WeakAsked(number, pages):
            return show_weak(dialog, number, pages)
        case Marked(number, position, liked, message):
            return mark(dialog, number, position, liked, message)
        case MarkedSearched(number):
            return search_marked(dialog, number)
        case DialTurned(number, position):
            return turn_dial(dialog, number, position)
        case DuplicatesAsked(number, position):
            return show_duplicates(dialog, number, position)
        case KindsAsked(number):
            return show_kinds(dialog, number)
        case KindChosen(number, group):
            return choose_kind(dialog, number, group)
        case FilterRemoved(number, condition):
            return widen(dialog, number, condition)
        case EntryRemoved(number, entry):
            return remove_entry(dialog, number, entry)
        case RemovalsAsked(number):
            return removals(dialog, number)
        case StartAsked():
            return start(dialog)
        case OfferTaken(number, offer, position):
            return take_offer(dialog, number, offer, position, vocabulary)
        case HistoryAsked(page, message):
            return history(dialog, page, message)
        case TurnChosen(number):
            return go_to(dialog, number)
        case Undone(number):
            return undo(dialog, number)
        case Restarted():
            return replace(dialog, current=None, chosen=None), StartOver()
        case ModeSwitched(number):
            return _switch_mode(dialog, number)


def _text(dialog: Dialog, sent: TextSent, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    text = " ".join(sent.text.split())
    if len(text) > MAX_TEXT:
        return dialog, Refuse(Notice.TEXT_TOO_LONG)
    if not any(character.isalnum() for character in text):
        return dialog, Refuse(Notice.NO_WORDS)
    there = replied(dialog, sent)
    if isinstance(there, Refuse):
        return dialog, there
    said, judged = phrases.command(text), judgement(text)
    if judged is not None and (said is None or not judged.one):
        return judge(there, judged, vocabulary)
    if said is not None:
        return _command(there if phrases.goes_on(said) else dialog, said, vocabulary)
    return _words(there, there.chosen, text, vocabulary)


def _words(dialog: Dialog, chosen: Chosen | None, text: str, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    said = read(text, vocabulary)
    if said.nonsense is not None:
        return dialog, Refuse(said.nonsense)
    current = dialog.turn(dialog.current)
    by_hand = chosen is not None and chosen.by_hand and not dialog.marks.dislikes(chosen.reference)
    if current is not None and dialog.marks and not by_hand and not stands_alone(said.request, vocabulary.kinds):
        return refine_marked(dialog, current, said)
    if not said.request and current is not None and not by_hand:
        return searched(narrowing(dialog, current, said))
    if chosen is None or not (by_hand or said.request):
        return searched(searching(dialog, said, vocabulary))
    if not by_hand and stands_alone(said.request, vocabulary.kinds):
        return searched(searching(dialog, said, vocabulary))
    return searched(refining(dialog, chosen, said))


def _command(dialog: Dialog, said: phrases.Command, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    current = dialog.turn(dialog.current)
    match said:
        case phrases.Undo():
            return undo(dialog, None)
        case phrases.More():
            return more(dialog, None, None)
        case phrases.New():
            return step(dialog, Restarted())
        case phrases.Surprise():
            return start(dialog)
        case phrases.Past():
            return history(dialog, 0, None)
        case phrases.Take():
            if dialog.chosen is None or not isinstance(dialog.chosen.reference, ItemReference):
                return dialog, Refuse(Notice.NOTHING_CHOSEN)
            return replace(dialog, chosen=None), AcceptItem(
                dialog.chosen.reference.item_id, None, dialog.turn(dialog.chosen.base)
            )
        case phrases.Similar():
            if dialog.chosen is None:
                return dialog, Refuse(Notice.NOTHING_CHOSEN)
            return like(dialog, dialog.chosen.reference, dialog.turn(dialog.chosen.base))
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
                return choose(dialog, current.number, position)
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
