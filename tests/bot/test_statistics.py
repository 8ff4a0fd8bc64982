"""What administrators are told of the use."""

from datetime import UTC, datetime

import pytest

from bot.ledger import Entry
from bot.requests import AcceptItem, NextPage, Search
from bot.statistics import Statistics
from bot.turns import Dialog, Page, Turn
from retrieval.query import TextQuery
from storage.errors import StorageUnavailable


class Counts:
    """A store in memory that can be away."""

    def __init__(self):
        self.days = {}
        self.away = False

    async def add(self, day, counts):
        if self.away:
            raise StorageUnavailable("away")
        for name, count in counts.items():
            self.days.setdefault(day, {}).setdefault(name, 0)
            self.days[day][name] += count

    async def read(self, days):
        return [self.days.get(day, {}) for day in days]


@pytest.fixture
def counts():
    return Counts()


@pytest.fixture
def clock():
    return [datetime(2026, 11, 16, 12, tzinfo=UTC)]


@pytest.fixture
def statistics(counts, clock):
    return Statistics(counts, lambda: clock[0])


def _turn(number: int, base: int | None = None, shown: bool = True) -> Turn:
    pages = (Page(("a",)),) if shown else ()
    return Turn(number, (Entry(TextQuery("a dress"), "a dress"),), base=base, pages=pages)


def _dialog(*turns: Turn) -> Dialog:
    return Dialog(turns, last_number=len(turns), current=turns[-1].number)


async def test_searches_pages_and_those_without_result(statistics):
    found, nothing = _dialog(_turn(1)), _dialog(_turn(1, shown=False))
    statistics.advanced(Search(_turn(1)), found)
    statistics.advanced(Search(_turn(1)), nothing)
    statistics.advanced(NextPage(_turn(1)), found)
    today, *_ = await statistics.report()
    assert (today.searches, today.without_result, today.pages, today.successes) == (2, 1, 1, 0)
    assert today.turns_to_success is None


async def test_turns_to_success_is_the_median(statistics):
    for length in (1, 1, 3, 3):
        turns = [_turn(number, base=number - 1 or None) for number in range(1, length + 1)]
        statistics.advanced(AcceptItem("a", None, turns[-1]), _dialog(*turns))
    today, *_ = await statistics.report()
    assert (today.successes, today.turns_to_success) == (4, 2.0)


async def test_periods_hold_the_days_they_name(statistics, clock):
    statistics.advanced(Search(_turn(1)), _dialog(_turn(1)))
    await statistics.flush()
    clock[0] = datetime(2026, 11, 20, 12, tzinfo=UTC)
    statistics.advanced(Search(_turn(1)), _dialog(_turn(1)))
    assert [use.searches for use in await statistics.report()] == [1, 2, 2]


async def test_what_cannot_be_stored_now_is_stored_later(statistics, counts):
    statistics.advanced(Search(_turn(1)), _dialog(_turn(1)))
    counts.away = True
    await statistics.flush()
    counts.away = False
    assert (await statistics.report())[0].searches == 1
