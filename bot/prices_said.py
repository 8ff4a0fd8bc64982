"""Prices in everyday words: "under 50", "between 20 and 40 euros". Pure."""

import re
from collections.abc import Iterator

from bot.notices import Notice
from bot.said import Cut, Nonsense
from bot.vocabulary import Vocabulary
from retrieval.filter import PriceFrom, PriceTo
from retrieval.prices import AMOUNT, amount

_SIGNS = "€$£¥₽"
_UNITS = r"(?:eur|euros?|usd|dollars?|bucks|gbp|pounds?|chf|francs?|yen|yuan|rub|rou?bles?)\b"
_BEFORE = rf"(?:[{_SIGNS}]\s?|{_UNITS}\s?)?"
_AFTER = rf"(?:\s?(?:[{_SIGNS}]|{_UNITS}))?"
_LEAD = r"(?:,\s*)?(?:\b(?:and|but|for|at|priced|price:?|costing|costs?|that costs?|which costs?|they cost)\s+)*"
_END = (
    r"(?=\s*(?:$|[.,;:!?)#]|\b(?:and|but|with|without|in|please|only|from|for|or|that|which|not|no|made|as|like|tagged|"
    r"taken|titled|title|each|over|under|above|below|at|max|more|less)\b))"
)
"""What follows a price; "under 3 umbrellas" is none."""


def _number(name: str) -> str:
    return rf"(?P<{name}>[-−]?{_BEFORE}[-−]?(?P<{name}_amount>{AMOUNT}){_AFTER})"


_BETWEEN = re.compile(
    rf"{_LEAD}(?:\bbetween\s+{_number('low')}\s+and\s+{_number('high')}|\bfrom\s+{_number('low2')}\s+to\s+"
    rf"{_number('high2')}){_END}|{_LEAD}(?<![\w.,])(?P<money>{_number('low3')}\s?(?:-|–|to)\s?{_number('high3')}){_END}",
    re.IGNORECASE,
)
_ONE_BOUND = re.compile(
    rf"{_LEAD}(?:(?P<under>\b(?:under|below|less than|cheaper than)\s|<(?!=))"
    r"|(?P<up_to>\b(?:up to|at most|no more than|not more than|not over|max\.?|maximum|maximum of|max of)\s|<=|≤)"
    r"|(?P<over>\b(?:over|above|more than|dearer than|pricier than)\s|>(?!=))"
    r"|(?P<at_least>\b(?:at least|no less than|not under|min\.?|minimum|minimum of|starting at|from)\s|>=|≥))"
    rf"\s*{_number('bound')}{_END}",
    re.IGNORECASE,
)
_YEARS = range(1900, 2100)


def prices(text: str, vocabulary: Vocabulary) -> Iterator[Cut]:
    """The price ranges in a text, where the catalogue has prices.

    Raises:
        Nonsense: a price below nothing, or a range that ends before it begins.
    """
    if not vocabulary.priced:
        return
    for found in _BETWEEN.finditer(text):
        if found["money"] and not _has_unit(found["money"]):
            continue  # "sizes 36-38"
        which = next(suffix for suffix in ("", "2", "3") if found[f"low{suffix}"])
        low, high = _value(found, f"low{which}"), _value(found, f"high{which}")
        if low > high:
            raise Nonsense(Notice.RANGE_REVERSED)
        yield Cut(found.start(), found.end(), (PriceFrom(low), PriceTo(high)))
    for found in _ONE_BOUND.finditer(text):
        bound = _value(found, "bound")
        if found["under"] or found["up_to"]:
            if bound == 0:
                raise Nonsense(Notice.PRICE_NEGATIVE)
            yield Cut(found.start(), found.end(), (PriceTo(bound, exclusive=bool(found["under"])),))
        elif not (found["at_least"] and bound in _YEARS and not _has_unit(found["bound"])):  # "from 2019" is a date
            yield Cut(found.start(), found.end(), (PriceFrom(bound, exclusive=bool(found["over"])),))


def _value(found: re.Match[str], name: str) -> float:
    if found[name][: -len(found[f"{name}_amount"]) or None].strip()[:1] in ("-", "−") or "-" in found[name]:
        raise Nonsense(Notice.PRICE_NEGATIVE)
    return amount(found[f"{name}_amount"])


def _has_unit(said: str) -> bool:
    return any(sign in said for sign in _SIGNS) or re.search(_UNITS, said, re.IGNORECASE) is not None
