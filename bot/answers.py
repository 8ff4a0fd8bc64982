"""What taps are answered with: a toast, or an alert with the reason of a refusal. Pure."""

from dataclasses import dataclass

from bot import texts
from bot.languages import say
from bot.requests import (
    AcceptItem,
    ExplainItem,
    NextPage,
    Refuse,
    Request,
    Search,
    SendOriginal,
    ShowCard,
    ShowTurn,
    StartOver,
)
from bot.turns import Turn


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tap is answered with.

    Attributes:
        alert: to be confirmed by the person, not just shown for a moment.
    """

    text: str = ""
    alert: bool = False


def answer_to(request: Request) -> Answer:
    """What is said at the button that asked for it, before it is done."""
    match request:
        case Refuse(notice):
            return Answer(say(texts.NOTICES[notice]), alert=True)
        case ShowCard(turn, position, marked=True):
            return Answer(_marked(request, _number(turn, position)))
        case ShowCard(turn, position):
            number = _number(turn, position)
            return Answer(say(texts.TOAST_CHOSEN, number=number) if number > 0 else "")
        case NextPage():
            return Answer(say(texts.TOAST_MORE))
        case ShowTurn(jumped=jumped):
            return Answer(say(texts.TOAST_JUMPED) if jumped else say(texts.TOAST_UNDONE))
        case StartOver():
            return Answer(say(texts.TOAST_NEW))
        case ExplainItem():
            return Answer(say(texts.TOAST_WHY))
        case SendOriginal():
            return Answer(say(texts.TOAST_ORIGINAL))
        case AcceptItem():
            return Answer(say(texts.TOAST_ACCEPTED))
        case Search():
            return Answer(say(texts.TOAST_SEARCHING))
        case _:
            return Answer()


def _number(turn: Turn, position: int) -> int:
    """The picture's number on the last page; not positive for those of earlier pages."""
    return position - (len(turn.shown) - len(turn.pages[-1].items)) + 1


def _marked(card: ShowCard, number: int) -> str:
    if number <= 0:
        return ""
    if card.item_id in card.marks.liked:
        return say(texts.TOAST_LIKED, number=number)
    if card.item_id in card.marks.disliked:
        return say(texts.TOAST_DISLIKED, number=number)
    return say(texts.TOAST_UNMARKED, number=number)
