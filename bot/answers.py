"""What taps are answered with: a toast, or an alert with the reason of a refusal. Pure."""

from dataclasses import dataclass

from bot import texts
from bot.languages import say
from bot.requests import AcceptItem, NextPage, Refuse, Request, Search, SendOriginal, ShowCard, ShowTurn, StartOver


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
        case ShowCard(turn, position):
            shown_before = len(turn.shown) - len(turn.pages[-1].items)
            number = position - shown_before + 1
            return Answer(say(texts.TOAST_CHOSEN, number=number) if number > 0 else "")
        case NextPage():
            return Answer(say(texts.TOAST_MORE))
        case ShowTurn():
            return Answer(say(texts.TOAST_UNDONE))
        case StartOver():
            return Answer(say(texts.TOAST_NEW))
        case SendOriginal():
            return Answer(say(texts.TOAST_ORIGINAL))
        case AcceptItem():
            return Answer(say(texts.TOAST_ACCEPTED))
        case Search():
            return Answer(say(texts.TOAST_SEARCHING))
        case _:
            return Answer()
