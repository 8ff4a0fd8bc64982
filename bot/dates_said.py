"""Dates in everyday words: "from 2019", "in March 2020", "before 2018". Pure."""

import calendar
import datetime
import re
from collections.abc import Iterator

from bot.notices import Notice
from bot.said import Cut, Nonsense
from bot.vocabulary import Vocabulary
from retrieval.filter import Taken

_MONTHS = "january,february,march,april,may,june,july,august,september,october,november,december"
_NUMBERS = {name[:length]: at for at, name in enumerate(_MONTHS.split(","), start=1) for length in (3, 4, len(name))}
_MONTH = "|".join(sorted({*_NUMBERS}, key=len, reverse=True))
_TIME = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|(?:(?:\d{{1,2}}\s+)?(?:{_MONTH})\.?,?\s+)?(?:19|20)\d\d)"
_LEAD = r"(?:,\s*)?(?:\b(?:and|but|taken|shot|made|photographed|dated)\s+)*"
_END = r"(?!\s*(?:[€$£%]|eur|usd|dollars?|euros?)|[\w-]|[.,]\d)"
_BETWEEN = re.compile(
    rf"{_LEAD}\b(?:between\s+(?P<a>{_TIME})\s+and\s+(?P<b>{_TIME})|from\s+(?P<c>{_TIME})\s+(?:to|until|till)\s+"
    rf"(?P<d>{_TIME})){_END}",
    re.IGNORECASE,
)
_ONE = re.compile(
    rf"{_LEAD}\b(?:(?P<since>since)|(?P<after>after)|(?P<before>before)|(?P<until>until|till|up to)|(?:from|in|of|on|"
    rf"during|back in))\s+(?P<time>{_TIME}){_END}(?P<onwards>\s+on(?:wards?)?\b)?",
    re.IGNORECASE,
)
_DAY = datetime.timedelta(days=1)


def dates(text: str, vocabulary: Vocabulary) -> Iterator[Cut]:
    """The dates and periods in a text, where pictures have dates.

    Raises:
        Nonsense: a period that ends before it begins.
    """
    if not vocabulary.dated:
        return
    for found in _BETWEEN.finditer(text):
        begin, end = _period(found["a"] or found["c"]), _period(found["b"] or found["d"])
        if begin is not None and end is not None:
            if begin.first > end.last:
                raise Nonsense(Notice.RANGE_REVERSED)
            yield Cut(found.start(), found.end(), (Taken(begin.first, end.last),))
    for found in _ONE.finditer(text):
        period = _period(found["time"])
        if period is None:
            continue
        if found["since"] or found["onwards"]:
            period = Taken(period.first, datetime.date.max)
        elif found["after"]:
            period = Taken(period.last + _DAY, datetime.date.max)
        elif found["before"]:
            period = Taken(datetime.date.min, period.first - _DAY)
        elif found["until"]:
            period = Taken(datetime.date.min, period.last)
        yield Cut(found.start(), found.end(), (period,))


def _period(said: str) -> Taken | None:
    """The year, the month or the day that is named; None for days that no calendar has."""
    try:
        if "-" in said:
            day = datetime.date.fromisoformat(said)
            return Taken(day, day)
        *before, year = said.lower().replace(",", " ").replace(".", " ").split()
        if not before:
            return Taken(datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31))
        month = _NUMBERS[before[-1]]
        if len(before) == 2:
            day = datetime.date(int(year), month, int(before[0]))
            return Taken(day, day)
        last = calendar.monthrange(int(year), month)[1]
        return Taken(datetime.date(int(year), month, 1), datetime.date(int(year), month, last))
    except ValueError:
        return None
