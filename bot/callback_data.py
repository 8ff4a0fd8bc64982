"""Typed buttons <-> Telegram's `callback_data` of at most 64 bytes.

Format, version 1, fields separated by colons:

    1:<owner>:<operation>[:<turn>[:<n>[:<m>]]]

`owner` is the Telegram user id whose dialog the button belongs to (base 36), `operation` a short word below, `turn` the
turn's number, `n` a position or page and `m` a second one, all decimal. Data of another version, of another form or
from another bot is a value (`None`), never an error: old keyboards live in chats for years.
"""

import re
import string
from dataclasses import dataclass

from bot.dial import MOST
from bot.events import (
    Accepted,
    CardClosed,
    EntryRemoved,
    Event,
    FilterRemoved,
    HistoryAsked,
    HitChosen,
    ModeSwitched,
    MoreAsked,
    OfferTaken,
    OriginalAsked,
    RemovalsAsked,
    Restarted,
    SimilarAsked,
    StartAsked,
    TurnChosen,
    Undone,
    WeakAsked,
    WhyAsked,
)
from bot.judgements import DialTurned, DuplicatesAsked, KindChosen, KindsAsked, Marked, MarkedSearched
from bot.languages import NAMES

MAX_BYTES = 64
VERSION = "1"
_FORM = re.compile(r"1:([0-9a-z]{1,13}):([a-z]{1,8})(?::(\d{1,9}))?(?::(\d{1,6}))?(?::(\d{1,6}))?", re.ASCII)
_SPEAK = "speak"
"""Followed by the code of a language."""
_DIGITS = string.digits + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class ReindexConfirmed:
    """An admin pressed the button that starts the reindexing.

    Attributes:
        asked: which path was named with /reindex; 0: none, the settings say what is read.
    """

    asked: int = 0


@dataclass(frozen=True, slots=True)
class ReindexCancelled:
    """An admin pressed the button that stops (or does not start) the reindexing."""


@dataclass(frozen=True, slots=True)
class Forked:
    """Somebody in a group wants to go on from another's turn: that of the button's owner."""

    turn: int


@dataclass(frozen=True, slots=True)
class Voted:
    """Somebody in a group wants a picture of a turn; `number` is the one it has there, from 1."""

    turn: int
    number: int


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """A language was tapped in /settings; without a code, whichever Telegram says."""

    code: str | None = None


ButtonPress = Event | ReindexConfirmed | ReindexCancelled | Forked | Voted | LanguageChosen


@dataclass(frozen=True, slots=True)
class Button:
    """What a button means, and to whom it belongs."""

    owner: int
    press: ButtonPress


def pack(owner: int, press: ButtonPress) -> str:
    """The `callback_data` of a button.

    Raises:
        ValueError: `press` has no button (words and photos are sent, not pressed), or a number is out of range.
    """
    match press:
        case HitChosen(turn, position):
            fields: tuple[str | int, ...] = ("pick", turn, position)
        case SimilarAsked(turn, position):
            fields = ("like", turn, position)
        case WhyAsked(turn, position):
            fields = ("why", turn, position)
        case OriginalAsked(turn, position):
            fields = ("file", turn, position)
        case Accepted(turn, position, None):
            fields = ("take", turn, position)
        case CardClosed(turn, None):
            fields = ("back", turn)
        case MoreAsked(int() as turn, int() as page):
            fields = ("more", turn, page)
        case WeakAsked(turn, pages):
            fields = ("weak", turn, pages)
        case Marked(turn, position, liked, None):
            fields = ("good" if liked else "bad", turn, position)
        case MarkedSearched(turn):
            fields = ("alike", turn)
        case DialTurned(turn, position):
            fields = ("dial", turn, position + MOST)
        case DuplicatesAsked(turn, position):
            fields = ("twins", turn, position)
        case KindsAsked(turn):
            fields = ("kinds", turn)
        case KindChosen(turn, group):
            fields = ("kind", turn, group)
        case FilterRemoved(turn, number):
            fields = ("drop", turn, number)
        case EntryRemoved(turn, entry):
            fields = ("wish", turn, entry)
        case RemovalsAsked(turn):
            fields = ("less", turn)
        case StartAsked():
            fields = ("start",)
        case OfferTaken(turn, offer, None):
            fields = ("say", turn, offer)
        case OfferTaken(turn, offer, int() as position):
            fields = ("say", turn, offer, position)
        case HistoryAsked(page, None):
            fields = ("past", page)
        case TurnChosen(turn):
            fields = ("goto", turn)
        case Undone(int() as turn):
            fields = ("undo", turn)
        case Restarted():
            fields = ("new",)
        case ModeSwitched(turn):
            fields = ("mode", turn)
        case ReindexConfirmed(asked):
            fields = ("index", asked)
        case ReindexCancelled():
            fields = ("halt",)
        case Forked(turn):
            fields = ("fork", turn)
        case Voted(turn, number):
            fields = ("vote", turn, number)
        case LanguageChosen(code):
            fields = (f"{_SPEAK}{code or ''}",)
        case _:
            raise ValueError(f"{type(press).__name__} cannot be put on a button")
    data = ":".join([VERSION, _base36(owner), *map(str, fields)])
    if unpack(data) is None or len(data.encode()) > MAX_BYTES:
        raise ValueError(f"{press} does not fit into {MAX_BYTES} bytes of callback data")
    return data


def unpack(data: str) -> Button | None:
    """What a pressed button means, or None for data that this version of the bot never made."""
    form = _FORM.fullmatch(data)
    if form is None:
        return None
    owner, operation = int(form[1], 36), form[2]
    numbers = tuple(int(number) for number in form.groups()[2:] if number is not None)
    press: ButtonPress
    match operation, numbers:
        case "pick", (turn, position):
            press = HitChosen(turn, position)
        case "like", (turn, position):
            press = SimilarAsked(turn, position)
        case "why", (turn, position):
            press = WhyAsked(turn, position)
        case "file", (turn, position):
            press = OriginalAsked(turn, position)
        case "take", (turn, position):
            press = Accepted(turn, position)
        case "back", (turn,):
            press = CardClosed(turn)
        case "more", (turn, page):
            press = MoreAsked(turn, page)
        case "weak", (turn, pages):
            press = WeakAsked(turn, pages)
        case "good" | "bad", (turn, position):
            press = Marked(turn, position, liked=operation == "good")
        case "alike", (turn,):
            press = MarkedSearched(turn)
        case "dial", (turn, position) if position <= 2 * MOST:
            press = DialTurned(turn, position - MOST)
        case "twins", (turn, position):
            press = DuplicatesAsked(turn, position)
        case "kinds", (turn,):
            press = KindsAsked(turn)
        case "kind", (turn, group):
            press = KindChosen(turn, group)
        case "drop", (turn, number):
            press = FilterRemoved(turn, number)
        case "wish", (turn, entry):
            press = EntryRemoved(turn, entry)
        case "less", (turn,):
            press = RemovalsAsked(turn)
        case "start", ():
            press = StartAsked()
        case "say", (turn, offer):
            press = OfferTaken(turn, offer)
        case "say", (turn, offer, position):
            press = OfferTaken(turn, offer, position)
        case "past", (page,):
            press = HistoryAsked(page)
        case "goto", (turn,):
            press = TurnChosen(turn)
        case "undo", (turn,):
            press = Undone(turn)
        case "new", ():
            press = Restarted()
        case "mode", (turn,):
            press = ModeSwitched(turn)
        case "index", (asked,):
            press = ReindexConfirmed(asked)
        case "halt", ():
            press = ReindexCancelled()
        case "fork", (turn,):
            press = Forked(turn)
        case "vote", (turn, number):
            press = Voted(turn, number)
        case "speak", ():
            press = LanguageChosen()
        case _, () if operation.startswith(_SPEAK) and operation.removeprefix(_SPEAK) in NAMES:
            press = LanguageChosen(operation.removeprefix(_SPEAK))
        case _:
            return None
    return Button(owner, press)


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError(f"a Telegram user id is not negative, got {number}")
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
