"""What was asked for, in words: as plain text for buttons and captions, as HTML for messages. Pure."""

from html import escape

from bot import texts
from bot.direction import isolate
from bot.languages import say
from bot.ledger import Entry
from bot.next_turns import ANYTHING
from bot.turns import Turn
from retrieval.query import ComposedQuery, ImageQuery, PhotoReference

MAX_LABEL = 60
"""Characters of one step in the trail; the whole trail stays far under Telegram's 1,024 of a caption."""


def plain_label(entry: Entry) -> str:
    """One entry of the ledger in words, as plain text."""
    if said := say(texts.ANYTHING) if entry.text == ANYTHING else printable(entry.text):
        said = said if len(said) <= MAX_LABEL else said[: MAX_LABEL - 1].rstrip() + "…"
        from_photo = isinstance(entry.query, ComposedQuery) and isinstance(entry.query.reference, PhotoReference)
        return say(texts.PHOTO_AND_WORDS, words=said) if from_photo else said
    is_photo = isinstance(entry.query, ImageQuery) and isinstance(entry.query.reference, PhotoReference)
    return say(texts.PHOTO_LABEL if is_photo else texts.SIMILAR_LABEL)


def turn_label(turn: Turn) -> str:
    """A turn's own request in words, as plain text."""
    return say(texts.DRAWN_LABEL) if turn.drawn else plain_label(turn.request)


def trail(turn: Turn) -> str:
    """HTML of the live turns, oldest first; what this turn added is bold."""
    if turn.drawn:
        return bold(turn_label(turn))
    labels = [isolate(escape(plain_label(entry))) for entry in turn.ledger]
    labels[-1] = f"<b>{labels[-1]}</b>"
    return " › ".join(labels)


def bold(label: str) -> str:
    """HTML of words that matter in a line."""
    return f"<b>{isolate(escape(label))}</b>"


def printable(text: str) -> str:
    """Text without control characters, surrogates or line breaks, which file names may hold."""
    clean = text.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() or c in "\u200d\ufe0f" else " " for c in clean).split())
