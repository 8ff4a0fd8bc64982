"""What a deep link to the bot carries: https://t.me/<bot>?start=<payload>. Pure.

Anybody can make such a link, so a payload is a wish, never a permission. Its forms:

    q_<words as URL-safe base64>        a search for these words
    i_<item id as URL-safe base64>      pictures like this item
    <30 characters>                     the key of a search that is kept; see `bot.sharing`

Telegram lets it have 64 characters of A-Z, a-z, 0-9, _ and - (Bot API, "Deep linking").
"""

import base64
import binascii
import re
from dataclasses import dataclass

MAX_PAYLOAD = 64
HELLO = "hello"
"""Opens the chat, and asks for nothing: as /start alone."""
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class WordsLinked:
    """A search for words."""

    text: str


@dataclass(frozen=True, slots=True)
class ItemLinked:
    """Pictures like an item, which may not be there any more."""

    item_id: str


Linked = WordsLinked | ItemLinked


def is_payload(payload: str) -> bool:
    """Whether Telegram lets a link carry it."""
    return _PAYLOAD.fullmatch(payload) is not None


def payload_of(linked: Linked) -> str | None:
    """What a link to it carries; None where it does not fit."""
    prefix, text = ("q_", linked.text) if isinstance(linked, WordsLinked) else ("i_", linked.item_id)
    coded = prefix + base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return coded if text and len(coded) <= MAX_PAYLOAD else None


def read_payload(payload: str) -> Linked | None:
    """What a payload says, None for one that is of neither form, or was never made here."""
    if not is_payload(payload) or payload[:2] not in ("q_", "i_"):
        return None
    coded = payload[2:]
    try:
        text = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode(
            "utf-8", "surrogatepass"
        )
    except (binascii.Error, UnicodeDecodeError):
        return None
    linked: Linked = WordsLinked(text) if payload.startswith("q_") else ItemLinked(text)
    # One thing, one payload: what decodes by accident is not taken for a wish.
    return linked if payload_of(linked) == payload else None
