"""The buttons that take something of a search away: wishes of its ledger, conditions of its filter. Pure."""

from collections.abc import Sequence

from bot import texts
from bot.events import EntryRemoved, FilterRemoved, RemovalsAsked
from bot.filter_labels import labels
from bot.labels import plain_label
from bot.languages import say
from bot.screens import Button, Keyboard
from bot.turns import Turn
from retrieval.filter import Condition, InCategory

MAX_REMOVALS = 4
"""Buttons that take something away, in two rows; more of them are listed in a message of their own."""


def removals(turn: Turn) -> tuple[Button, ...]:
    """A button for each thing that the search could be without: wishes, of which one must stay, and conditions."""
    wishes = enumerate(turn.ledger) if len(turn.ledger) > 1 else ()
    return (
        *(
            Button(say(texts.BUTTON_ENTRY_OFF, words=plain_label(entry)), EntryRemoved(turn.number, place))
            for place, entry in wishes
        ),
        *filters_off(turn),
    )


def removal_rows(turn: Turn, most: int = MAX_REMOVALS) -> Keyboard:
    """The same in rows of two; for more than `most`, one button that lists them."""
    buttons = removals(turn)
    if len(buttons) > most:
        return ((Button(say(texts.BUTTON_REMOVALS), RemovalsAsked(turn.number)),),)
    return in_twos(buttons)


def filters_off(turn: Turn) -> tuple[Button, ...]:
    """A button for each condition of the filter."""
    return tuple(
        Button(_off(condition, label), FilterRemoved(turn.number, number))
        for number, (condition, label) in enumerate(zip(turn.within.conditions, labels(turn.within), strict=True))
    )


def _off(condition: Condition, label: str) -> str:
    # "dress" may be a wish as well, with a button of its own.
    if isinstance(condition, InCategory):
        return say(texts.BUTTON_CATEGORY_OFF, category=label)
    return say(texts.BUTTON_FILTER_OFF, filter=label)


def in_twos(buttons: Sequence[Button]) -> Keyboard:
    """The buttons in rows of two."""
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
