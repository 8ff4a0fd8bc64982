"""`step`: what an event makes of a dialog. Pure: nothing here waits or sends."""

from dataclasses import replace

from bot import phrases
from bot.branching import chosen_after, go_to, history, removals, remove_entry, replied, undo
from bot.events import (
    Accepted,
    Adopted,
    CardClosed,
    EntryRemoved,
    Event,
    FilterRemoved,
    HistoryAsked,
    HitChosen,
    InsideAsked,
    ItemChosen,
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
    WhyAsked,
    WordsOpened,
)
from bot.feedback import judge, mark, refine_marked, search_marked, show_duplicates, turn_dial
from bot.feedback_words import judgement
from bot.filter_words import Said, read
from bot.judgements import DialTurned, DuplicatesAsked, KindChosen, KindsAsked, Marked, MarkedSearched
from bot.kinds import choose_kind, show_kinds
from bot.ledger import Entry
from bot.next_turns import continuing, narrowing, refining, searching
from bot.notices import Notice
from bot.pointing import choose_item, search_inside
from bot.requests import (
    AcceptItem,
    Refuse,
    Request,
    Search,
    ShowTurn,
    StartOver,
)
from bot.starting import start, take_offer
from bot.taps import accept, choose, close_card, like, more, original, searched, show_weak, similar, why, widen
from bot.turns import Chosen, Dialog, Turn
from bot.vocabulary import NO_VOCABULARY, Vocabulary
from retrieval.query import ImageQuery, ItemReference, TextQuery
from retrieval.slots import stands_alone

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
        case WhyAsked(number, position):
            return why(dialog, number, position)
        case OriginalAsked(number, position):
            return original(dialog, number, position)
        case SharedOpened(search):
            return replace(dialog, chosen=None), Search(replace(search, number=dialog.last_number + 1))
        case WordsOpened(text):
            return _search_anew(dialog, text, vocabulary)
        case Adopted():
            return _adopt(dialog, event, vocabulary)
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
    if sent.reply_to is not None and dialog.picture_of(sent.reply_to) is None and dialog.turn_in(sent.reply_to):
        return _to_page(dialog, text, sent.reply_to, vocabulary)
    there = replied(dialog, sent)
    if isinstance(there, Refuse):
        return dialog, there
    said, judged = phrases.command(text), judgement(text)
    if judged is not None and (said is None or not judged.one):
        return judge(there, judged, vocabulary)
    if said is not None:
        return _command(there if phrases.goes_on(said) else dialog, said, vocabulary)
    return _words(there, there.chosen, text, vocabulary)


def _search_anew(dialog: Dialog, text: str, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    """A search of which nothing goes on from what was said before."""
    _, request = step(Dialog(), TextSent(text), vocabulary)
    if isinstance(request, Search):
        return replace(dialog, chosen=None), Search(replace(request.turn, number=dialog.last_number + 1))
    return dialog, request if isinstance(request, Refuse) else Refuse(Notice.LINK_UNKNOWN)


def _to_page(dialog: Dialog, text: str, message: int, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    """A reply to a whole page, as a collage is one: numbers mean its pictures, other words go on from its turn."""
    turn = dialog.turn_in(message)
    if turn is None:
        return dialog, Refuse(Notice.PICTURE_FORGOTTEN)
    dialog = replace(dialog.with_turn(turn), chosen=chosen_after(turn))
    match phrases.command(text):
        case None:
            said = read(text, vocabulary)
            goes_on = said.nonsense is None and said.request and not stands_alone(said.request, vocabulary.kinds)
            if dialog.chosen is None and goes_on:
                return searched(continuing(dialog, turn, said))
            return _words(dialog, dialog.chosen, text, vocabulary)
        case phrases.Pick(number, rest):
            return _pick(dialog, turn, turn.page_of(message) or 0, number, rest, vocabulary)
        case phrases.More():
            return more(dialog, turn.number, None)
        case command:
            return _command(dialog, command, vocabulary)


def _adopt(dialog: Dialog, adopted: Adopted, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    """Another's turn becomes the newest of one's own."""
    turn, position, said = replace(adopted.turn, number=dialog.last_number + 1), adopted.position, adopted.said
    dialog = replace(dialog, chosen=None).with_turn(turn)
    if said is None:
        return replace(dialog, chosen=chosen_after(turn)), ShowTurn(turn)
    if position is None:
        return _text(dialog, said, vocabulary)
    if position >= len(turn.shown):
        return dialog, Refuse(Notice.EXPIRED)
    dialog = replace(dialog, chosen=Chosen(ItemReference(turn.shown[position]), turn.number))
    return _text(dialog, TextSent(said.text), vocabulary)


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
            if current is None or not current.pages:
                return dialog, Refuse(Notice.NO_SUCH_PICTURE)
            return _pick(dialog, current, len(current.pages) - 1, number, rest, vocabulary)


def _pick(
    dialog: Dialog, turn: Turn, page: int, number: int, rest: str, vocabulary: Vocabulary
) -> tuple[Dialog, Request]:
    on_page = len(turn.pages[page].items)
    number = on_page if number == phrases.LAST else number
    if not 1 <= number <= on_page:
        return dialog, Refuse(Notice.NO_SUCH_PICTURE)
    position = sum(len(before.items) for before in turn.pages[:page]) + number - 1
    if not rest:
        return choose(dialog, turn.number, position)
    return _words(dialog, Chosen(ItemReference(turn.shown[position]), turn.number), rest, vocabulary)


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
