"""Conditions of a filter in words, as plain text for messages and buttons. Pure."""

import datetime

from bot import texts
from bot.direction import shortened
from bot.languages import say, say_plural
from retrieval.filter import (
    AmongItems,
    Condition,
    Filter,
    HasValue,
    InCategory,
    Mentions,
    PriceFrom,
    PriceTo,
    Tagged,
    Taken,
)

MAX_LABEL = 40
_DAY = datetime.timedelta(days=1)


def labels(within: Filter) -> tuple[str, ...]:
    """Each condition in a few words, in order."""
    return tuple(shortened(_label(condition), MAX_LABEL) for condition in within.conditions)


def _label(condition: Condition) -> str:
    match condition:
        case InCategory(category):
            return _clean(category)
        case PriceFrom(low, exclusive):
            return say(texts.FILTER_OVER if exclusive else texts.FILTER_FROM, amount=_amount(low))
        case PriceTo(high, exclusive):
            return say(texts.FILTER_UNDER if exclusive else texts.FILTER_UP_TO, amount=_amount(high))
        case Tagged(tag):
            return f"#{_clean(tag).replace(' ', '_')}"
        case HasValue(name, value, excluded):
            value = _clean(value)
            return say(texts.FILTER_NOT, value=value) if excluded else f"{_clean(name)}: {value}"
        case Taken(first, last):
            return _period(first, last)
        case Mentions(words):
            return say(texts.FILTER_MENTIONS, words=_clean(words))
        case AmongItems(item_ids):
            return say_plural(texts.FILTER_AMONG, len(item_ids))


def _amount(number: float) -> str:
    return f"{number:.0f}" if number == round(number) else f"{number:.2f}"


def _period(first: datetime.date, last: datetime.date) -> str:
    if first == datetime.date.min:
        return say(texts.FILTER_BEFORE, when=_border(last + _DAY))
    if last == datetime.date.max:
        return say(texts.FILTER_SINCE, when=_border(first))
    return say(texts.FILTER_TAKEN, when=_whole(first, last))


def _border(day: datetime.date) -> str:
    """Where a period begins or ends: a year, a month or a day as ISO 8601 writes them."""
    if day.day > 1:
        return str(day)
    return f"{day.year}-{day.month:02d}" if day.month > 1 else str(day.year)


def _whole(first: datetime.date, last: datetime.date) -> str:
    after = last + _DAY
    if first.day == first.month == after.day == after.month == 1:
        return str(first.year) if last.year == first.year else f"{first.year} – {last.year}"
    if first.day == after.day == 1 and (last.year, last.month) == (first.year, first.month):
        return _border(first) if first.month > 1 else f"{first.year}-01"
    return str(first) if first == last else f"{first} – {last}"


def _clean(words: str) -> str:
    """Words of the person or the catalogue, without what would change more than themselves."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())
