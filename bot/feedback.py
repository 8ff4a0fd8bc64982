"""The turns that likes, dislikes and the dial make of a dialog, said by number or tapped. Pure."""

from dataclasses import replace

from bot.feedback_words import LAST, Judgement
from bot.filter_words import Said, read
from bot.ledger import Entry
from bot.marks import Marks
from bot.next_turns import following, refining
from bot.notices import Notice
from bot.requests import Refuse, Request, Search, ShowCard, ShowItems
from bot.turns import MAX_SEEN, Chosen, Dialog, Turn
from bot.vocabulary import Vocabulary
from retrieval.query import ComposedQuery, ItemReference, TextQuery


def judge(dialog: Dialog, said: Judgement, vocabulary: Vocabulary) -> tuple[Dialog, Request]:
    """What "more like 1 and 4, not 3, but red" makes of the pictures on screen."""
    current = dialog.turn(dialog.current)
    items = current.pages[-1].items if current and current.pages else ()
    numbers = [len(items) if number == LAST else number for number in (*said.liked, *said.disliked)]
    if current is None or not items or not all(1 <= number <= len(items) for number in numbers):
        return dialog, Refuse(Notice.NO_SUCH_PICTURE)
    named = [items[number - 1] for number in numbers]
    marks = Marks(tuple(named[: len(said.liked)])).and_then(Marks((), tuple(named[len(said.liked) :])))
    dialog = replace(dialog, marks=dialog.marks.and_then(marks))
    if not said.rest:
        return _like_the_marked(dialog, current)
    wanted = read(said.rest, vocabulary)
    return (dialog, Refuse(wanted.nonsense)) if wanted.nonsense is not None else refine_marked(dialog, current, wanted)


def refine_marked(dialog: Dialog, current: Turn, wanted: Said) -> tuple[Dialog, Request]:
    """Words after likes and dislikes: they change the first liked picture, or what was refined before."""
    if dialog.marks.liked:
        chosen = Chosen(ItemReference(dialog.marks.liked[0]), current.number)
    elif isinstance(current.request.query, ComposedQuery):
        chosen = Chosen(current.request.query.reference, current.number)
    elif wanted.request:
        entry = Entry(TextQuery(wanted.request), wanted.request)
        turn = following(dialog, entry, None, current)
        return dialog, Search(replace(turn, within=turn.within.narrowed(wanted.wanted)))
    else:
        return _like_the_marked(dialog, replace(current, within=current.within.narrowed(wanted.wanted)))
    dialog, turn = refining(dialog, chosen, wanted)
    return dialog, Search(turn)


def mark(dialog: Dialog, number: int, position: int, liked: bool, message: int | None) -> tuple[Dialog, Request]:
    """A tap on 👍 or 👎 of the card `message`: its picture is marked, or no longer; the card says so."""
    if (found := dialog.shown(number, position)) is None:
        return dialog, Refuse(Notice.EXPIRED)
    turn, item_id = found
    dialog = replace(dialog, marks=dialog.marks.toggled(item_id, liked))
    card = message or (dialog.chosen.card if dialog.chosen else None)
    dialog = replace(dialog, chosen=Chosen(ItemReference(item_id), number, card=card))
    return dialog, ShowCard(turn, position, item_id, card, dialog.marks, marked=True)


def search_marked(dialog: Dialog, number: int) -> tuple[Dialog, Request]:
    """A tap on "more like the marked ones"."""
    turn = dialog.turn(number)
    if turn is None:
        return dialog, Refuse(Notice.EXPIRED)
    if not dialog.marks:
        return dialog, Refuse(Notice.ALREADY_DONE)
    return _like_the_marked(dialog, turn)


def turn_dial(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    """The same refinement with more of its picture, or more of its words; what was shown may come again."""
    turn, current = dialog.turn(number), dialog.turn(dialog.current)
    if turn is None or not isinstance(turn.request.query, ComposedQuery):
        return dialog, Refuse(Notice.EXPIRED)
    turned = replace(turn, number=dialog.last_number + 1, pages=(), weak_wanted=True, dial=position)
    if current is not None and replace(current, number=turned.number, pages=(), weak_wanted=True) == turned:
        return dialog, Refuse(Notice.ALREADY_DONE)
    chosen = Chosen(turn.request.query.reference, turned.number, by_hand=False)
    return replace(dialog, chosen=chosen), Search(turned)


def show_duplicates(dialog: Dialog, number: int, position: int) -> tuple[Dialog, Request]:
    """The near-duplicates of a picture as one more page of its turn; those for which it has no room by the next tap."""
    if (found := dialog.shown(number, position)) is None:
        return dialog, Refuse(Notice.EXPIRED)
    turn, _ = found
    twins = turn.similar(position)
    if not twins:
        return dialog, Refuse(Notice.ALREADY_DONE)
    return dialog.with_card(None), ShowItems(turn, twins)


def _like_the_marked(dialog: Dialog, turn: Turn) -> tuple[Dialog, Request]:
    """The same request, nearer to what is liked and further from what is not, with nothing that was shown."""
    again = replace(
        turn,
        number=dialog.last_number + 1,
        seen=tuple(dict.fromkeys((*turn.seen, *turn.covered)))[-MAX_SEEN:],
        pages=(),
        base=turn.number,
        weak_wanted=True,
        exact=None,
        marks=turn.marks.and_then(dialog.marks),
    )
    return replace(dialog, chosen=None), Search(again)
