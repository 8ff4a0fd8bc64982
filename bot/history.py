"""The history and what can be taken away, rendered as messages of buttons. Pure."""

from bot import texts
from bot.direction import shortened
from bot.events import HistoryAsked, StartAsked, TurnChosen
from bot.filter_labels import labels
from bot.labels import plain_label, trail, turn_label
from bot.languages import apart, say
from bot.removals import removals
from bot.screens import Button, Offer
from bot.turns import Dialog, Turn

PER_PAGE = 6
"""Turns listed at once: more rows would fill a phone's screen."""
HERE = "▸"
MAX_LABEL = 46
"""Characters of one row; a phone shows about forty."""


def render_history(dialog: Dialog, page: int) -> Offer:
    """The list of turns, `PER_PAGE` of them, the latest ones on page 0; the newest stands nearest to the thumb."""
    turns = sorted(dialog.turns, key=lambda turn: turn.number)
    page = min(page, (len(turns) - 1) // PER_PAGE)
    end = len(turns) - page * PER_PAGE
    start = max(0, end - PER_PAGE)
    rows = [
        (Button(_label(place, turn, turn.number == dialog.current), TurnChosen(turn.number)),)
        for place, turn in enumerate(turns[start:end], start=start + 1)
    ]
    leafing = (
        *((Button(say(texts.BUTTON_EARLIER), HistoryAsked(page + 1)),) if start else ()),
        *((Button(say(texts.BUTTON_LATER), HistoryAsked(page - 1)),) if page else ()),
    )
    return Offer(say(texts.HISTORY), (*rows, *((leafing,) if leafing else ())))


def render_removals(turn: Turn) -> Offer:
    """Everything that the turn's search could be without, a row for each."""
    return Offer(f"{trail(turn)}\n{say(texts.REMOVALS)}", tuple((button,) for button in removals(turn)))


def render_started_over() -> Offer:
    """The word after "new", with a way on for who does not know what to say."""
    return Offer(say(texts.STARTED_OVER), ((Button(say(texts.BUTTON_SURPRISE), StartAsked()),),))


def _label(place: int, turn: Turn, current: bool) -> str:
    """The words that count in a turn, the newest of them in any case, and what it is kept to."""
    said = [turn_label(turn)] if turn.drawn else [plain_label(entry) for entry in turn.ledger]
    head = f"{HERE} {place}. " if current else f"{place}. "
    words = " · ".join([" › ".join(said), *labels(turn.within.said())])
    if len(words) > MAX_LABEL:
        newest = " · ".join([said[-1], *labels(turn.within.said())])
        words = f"… › {newest}" if len(said) > 1 else newest
    return head + apart(shortened(words, MAX_LABEL))
