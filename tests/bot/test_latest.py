"""A search is given up for something newer of the same person, and says so when it takes long."""

import asyncio

import pytest

from bot.latest import Latest, Overtaken
from bot.protocols import Person

ANN, BEN = Person(1, 1), Person(1, 2)


async def _told() -> None:
    return None


class Search:
    """A search that ends when it is let go."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.cancelled = False

    async def run(self) -> str:
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return "hits"


async def test_something_newer_cancels_the_search():
    latest, search = Latest(), Search()
    latest.arrived(ANN, asks=True)
    running = asyncio.create_task(latest.result(ANN, search.run(), _told))
    await asyncio.sleep(0)
    latest.arrived(ANN, asks=True)
    with pytest.raises(Overtaken):
        await running
    await asyncio.sleep(0)
    assert search.cancelled


async def test_what_waited_before_the_search_began_overtakes_it_too():
    latest = Latest()
    latest.arrived(ANN, asks=False)
    latest.arrived(ANN, asks=True)
    with pytest.raises(Overtaken):
        await latest.result(ANN, Search().run(), _told)


async def test_taps_and_other_people_wait():
    latest, search = Latest(), Search()
    latest.arrived(ANN, asks=True)
    latest.arrived(ANN, asks=False)
    latest.arrived(BEN, asks=True)
    latest.arrived(BEN, asks=True)
    search.gate.set()
    assert await latest.result(ANN, search.run(), _told) == "hits"


async def test_what_is_done_with_no_longer_counts():
    latest, search = Latest(), Search()
    latest.arrived(ANN, asks=True)
    latest.arrived(ANN, asks=True)
    latest.settled(ANN)
    search.gate.set()
    assert await latest.result(ANN, search.run(), _told) == "hits"
    latest.settled(ANN)
    assert not latest._open


async def test_a_slow_search_says_so_once_and_goes_on():
    latest, search, said = Latest(slow_s=0.01), Search(), []

    async def tell() -> None:
        said.append("slow")
        search.gate.set()

    latest.arrived(ANN, asks=True)
    assert await latest.result(ANN, search.run(), tell) == "hits"
    assert said == ["slow"]


async def test_failures_of_the_search_are_the_askers():
    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await Latest().result(ANN, broken(), _told)
