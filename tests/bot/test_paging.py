"""Whatever the collection: no picture comes twice while there are others, and when one does it is said."""

import asyncio
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import texts
from bot.conversation import Conversation
from bot.events import MoreAsked, TextSent
from bot.judgements import DuplicatesAsked
from bot.latest import Latest
from bot.protocols import Person
from bot.screens import Picture, Sent
from bot.turns import Dialog
from bot.vocabulary import NO_VOCABULARY
from retrieval.item_table import Item
from retrieval.near_duplicates import collapsed
from tests.retrieval.searching import WORDS, searcher_over

ANN = Person(1, 1)
ALBUM = 4


class Shelf:
    """A collection of items "1 red dress", "2 red dress", …; those of the same words are copies where they may be."""

    vocabulary = NO_VOCABULARY

    def __init__(self, names, copies):
        self.ids = [f"{number} {name}" for number, name in enumerate(names)]
        self.found = {
            item_id: Item(item_id, f"/{item_id}.jpg", "", {} if copies else {"link": item_id}) for item_id in self.ids
        }
        for number, item_id in enumerate(self.ids):  # no two files have the same content
            self.found[item_id] = Item(item_id, f"/{item_id}", str(number), self.found[item_id].metadata)
        self.searcher = searcher_over(*self.ids)

    async def search(self, queries, k, exclude, within):
        found = collapsed(self.searcher.search(queries, len(self.ids), exclude, within), self)
        return replace(found, hits=found.hits[:k])

    def items(self, item_ids):
        return tuple(self.found[item_id] for item_id in item_ids)

    def find_all(self, item_ids):
        return {item_id: self.found[item_id] for item_id in item_ids}

    def understands(self, text):
        return True


class Screen:
    """What the person has been shown, and their dialog."""

    def __init__(self):
        self.dialog, self.version = Dialog(), 0
        self.albums = []
        self.said = []

    async def load(self, person):
        return self.dialog, self.version

    async def save(self, person, dialog, expected_version):
        assert expected_version == self.version
        self.dialog, self.version = dialog, self.version + 1


class Window:
    """A chat that shows every picture."""

    def __init__(self, screen):
        self.screen = screen

    async def load(self, person, items, limit):
        return tuple(Picture(item, "file") for item in items[:limit])

    async def show_album(self, person, album, pictures):
        self.screen.albums.append(album)
        return Sent(tuple(picture.item.id for picture in pictures), tuple(range(len(pictures))), 1)

    async def show_working(self, person):
        await asyncio.sleep(0)

    async def say(self, person, text):
        self.screen.said.append(text)


async def page_through(shelf, text):
    """Asks for more until the bot says that pictures come again; the albums, and the dialog before that."""
    screen = Screen()
    conversation = Conversation(screen, shelf, Window(screen), None, ALBUM, lambda request, dialog: None, Latest())
    await conversation.advance(ANN, TextSent(text))
    before = screen.dialog
    while texts.REPEATED not in screen.albums[-1].control and len(screen.albums) <= len(shelf.ids) + 1:
        before = screen.dialog
        await conversation.advance(ANN, MoreAsked())
    return screen, before, conversation


collections = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join), min_size=2, max_size=40
)


@settings(max_examples=40)
@given(collections, st.booleans(), st.sampled_from(["red dress", "coat", "striped"]))
def test_no_page_repeats_over_a_whole_collection_unless_it_is_said(names, copies, text):
    shelf = Shelf(names, copies)
    screen, before, _ = asyncio.run(page_through(shelf, text))
    fresh = [item.id for album in screen.albums if texts.REPEATED not in album.control for item in album.items]
    assert len(fresh) == len(set(fresh))
    turn = before.turn(before.current)
    assert set(turn.covered) == set(shelf.ids)
    assert set(turn.shown) == set(fresh)
    if not copies:
        assert set(fresh) == set(shelf.ids)
    counted = sum(int(count) for album in screen.albums[:-1] for count in re.findall(r"\+(\d+) similar", album.caption))
    assert len(fresh) + counted >= len(shelf.ids)


@settings(max_examples=20)
@given(collections)
def test_every_near_duplicate_can_be_seen(names):
    shelf = Shelf(names, copies=True)

    async def look():
        screen, _, conversation = await page_through(shelf, "red dress")
        current = screen.dialog.turn(screen.dialog.current)
        for position in range(len(current.shown)):
            while screen.dialog.turn(current.number).similar(position):
                await conversation.advance(ANN, DuplicatesAsked(current.number, position))
        return screen

    screen = asyncio.run(look())
    assert {item.id for album in screen.albums for item in album.items} == set(shelf.ids)
