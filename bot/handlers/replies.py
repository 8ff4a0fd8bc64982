"""What a message replies to."""

from dataclasses import dataclass

from telegram import Message, PhotoSize

from bot.callback_data import unpack
from bot.events import Accepted, HitChosen, MoreAsked, TextSent, Undone


@dataclass(frozen=True, slots=True)
class Shown:
    """The turn that a message of ours shows, as its buttons say.

    Attributes:
        owner: whose turn it is.
        position: of the picture in the turn, where the message shows one alone.
    """

    owner: int
    turn: int
    position: int | None


def text_sent(message: Message, words: str, user: int) -> TextSent:
    """The words, and which of the bot's pictures or albums they reply to."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != message.get_bot().id:
        return TextSent(words)
    if replied.photo:
        return TextSent(words, reply_to=replied.message_id)
    return TextSent(words, reply_to_turn=_turn_of(replied, user))


def _turn_of(control: Message, user: int) -> int | None:
    """Number of the turn that a message's buttons belong to, if it is one of that user's."""
    for row in control.reply_markup.inline_keyboard if control.reply_markup else ():
        for button in row:
            meant = unpack(button.callback_data) if isinstance(button.callback_data, str) else None
            if meant is not None and meant.owner == user and isinstance(meant.press, MoreAsked | Undone):
                return meant.press.turn
    return None


def shown_in(message: Message) -> Shown | None:
    """What a message of ours shows; None without such buttons."""
    markup = message.reply_markup
    for button in (button for row in (markup.inline_keyboard if markup else ()) for button in row):
        known = unpack(button.callback_data) if isinstance(button.callback_data, str) else None
        match known.press if known else None:
            case Accepted(turn, position):
                return Shown(known.owner, turn, position) if known else None
            case HitChosen(turn):
                return Shown(known.owner, turn, None) if known else None
    return None


def photo_replied_to(message: Message) -> PhotoSize | None:
    """Somebody's photo in a group that the message speaks of."""
    replied = message.reply_to_message
    if replied is None or not replied.photo or (replied.from_user and replied.from_user.id == message.get_bot().id):
        return None
    return replied.photo[-1]
