"""A chat is told that an answer is on its way only where it takes a while."""

import asyncio

from bot.conversation import Conversation
from bot.events import TextSent
from bot.latest import Latest
from tests.bot.test_paging import ALBUM, ANN, Screen, Shelf, Window


class Told(Window):
    """A chat that notes when it is told so."""

    def __init__(self, screen):
        super().__init__(screen)
        self.told = asyncio.Event()

    async def show_working(self, person):
        self.told.set()


class Slow(Shelf):
    """A collection in which nothing is found until somebody may go on."""

    def __init__(self, until):
        super().__init__(["red dress", "red coat"], copies=False)
        self.until = until

    async def search(self, queries, k, exclude, within):
        await self.until.wait()
        return await super().search(queries, k, exclude, within)


async def search(shelf, screen, window):
    conversation = Conversation(screen, shelf, window, None, ALBUM, lambda request, dialog: None, Latest())
    await conversation.advance(ANN, TextSent("a red dress"))
    assert screen.albums


async def test_a_chat_that_waits_is_told():
    screen = Screen()
    window = Told(screen)
    await search(Slow(window.told), screen, window)


async def test_a_quick_answer_comes_without_a_word():
    screen = Screen()
    window = Told(screen)
    await search(Shelf(["red dress", "red coat"], copies=False), screen, window)
    assert not window.told.is_set()
