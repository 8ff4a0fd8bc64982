"""What the sender shows: values, made by `album`, turned into Bot API calls by `sender`."""

from dataclasses import dataclass

from bot.callback_data import ButtonPress
from retrieval.item_table import Item


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: either a press that comes back to us, or a link."""

    label: str
    press: ButtonPress | None = None
    url: str | None = None


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Album:
    """2 to 10 pictures and the control message that carries their buttons; a single picture carries them itself.

    Attributes:
        caption: plain text under the pictures.
        control: HTML of the control message; with one picture it is the caption instead.
    """

    items: tuple[Item, ...]
    caption: str
    control: str
    keyboard: Keyboard


@dataclass(frozen=True, slots=True)
class Offer:
    """A message without pictures: what was not found, and the buttons that lead on. HTML."""

    text: str
    keyboard: Keyboard


@dataclass(frozen=True, slots=True)
class Card:
    """One picture by itself, with its own buttons; caption in HTML."""

    item: Item
    caption: str
    keyboard: Keyboard


@dataclass(frozen=True, slots=True)
class Picture:
    """An item with what Telegram needs to show it.

    Attributes:
        media: a `file_id` of an earlier upload, or the bytes of a JPEG to be uploaded.
    """

    item: Item
    media: str | bytes


class PictureRefused(Exception):
    """Telegram will not take a picture; nothing of its album was sent."""

    def __init__(self, item_id: str, reason: str) -> None:
        super().__init__(reason)
        self.item_id = item_id


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of an album.

    Attributes:
        items: ids of the pictures that were really sent, in order.
        messages: their message ids; empty when it is unknown whether they arrived.
        control: id of the message with the buttons.
    """

    items: tuple[str, ...]
    messages: tuple[int, ...]
    control: int | None
