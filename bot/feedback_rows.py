"""The buttons and lines of likes, dislikes, the dial and near-duplicates; the rest of `bot.album`. Pure."""

from collections.abc import Mapping, Sequence

from bot import texts
from bot.dial import positions
from bot.judgements import DialTurned, DuplicatesAsked, Marked, MarkedSearched
from bot.languages import say, say_plural
from bot.marks import Marks
from bot.screens import Button, Keyboard
from bot.turns import Turn
from retrieval.item_table import Item


def opinion_row(turn: Turn, position: int, item_id: str, marks: Marks) -> tuple[Button, ...]:
    """👍 and 👎 of one picture; what it is marked with has a tick."""
    like = say(texts.BUTTON_LIKED) if item_id in marks.liked else say(texts.BUTTON_LIKE)
    dislike = say(texts.BUTTON_DISLIKED) if item_id in marks.disliked else say(texts.BUTTON_DISLIKE)
    return (
        Button(like, Marked(turn.number, position, liked=True)),
        Button(dislike, Marked(turn.number, position, liked=False)),
    )


def marked_row(turn: Turn, marks: Marks) -> Keyboard:
    """The search for pictures like what is marked; no row where nothing is."""
    if not marks:
        return ()
    label = say(texts.BUTTON_MARKED, liked=len(marks.liked), disliked=len(marks.disliked))
    return ((Button(label, MarkedSearched(turn.number)),),)


def similar_row(turn: Turn, position: int, count: int) -> Keyboard:
    """The near-duplicates of a picture that have not been shown; no row where there are none."""
    if not count:
        return ()
    return ((Button(say_plural(texts.BUTTON_DUPLICATES, count), DuplicatesAsked(turn.number, position)),),)


def similar_counts(items: Sequence[Item], similar: Mapping[str, tuple[str, ...]]) -> str:
    """Which pictures of a page stand for several: "2: +6 similar"."""
    counts = [len(similar.get(item.id, ())) for item in items]
    if len(items) == 1:
        return say_plural(texts.DUPLICATES_ALONE, counts[0]) if counts[0] else ""
    said = [say_plural(texts.DUPLICATES_CAPTION, count, number=n) for n, count in enumerate(counts, 1) if count]
    return " · ".join(said)


def dial_row(turn: Turn) -> Keyboard:
    """One step of the dial to either side, under a composed turn."""
    to_picture, to_words = positions(turn.request.query, turn.dial)
    row = [
        Button(label, DialTurned(turn.number, position))
        for label, position in ((say(texts.BUTTON_DIAL_PICTURE), to_picture), (say(texts.BUTTON_DIAL_WORDS), to_words))
        if position is not None
    ]
    return (tuple(row),) if row else ()


def feedback_lines(turn: Turn) -> list[str]:
    """What moves a search beside its words: pictures liked and disliked, and the dial."""
    lines = []
    if turn.marks:
        lines.append(say(texts.MARKED, liked=len(turn.marks.liked), disliked=len(turn.marks.disliked)))
    if turn.dial:
        lines.append(say(texts.DIALS[turn.dial]))
    return lines
