"""/web and /map: what was found, and the whole collection, as pictures and as pages to explore."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from telegram import Update
from telegram.constants import ChatType

from bot import texts
from bot.handlers.people import person_of
from bot.labels import plain_label
from bot.languages import quoted, say, say_plural
from bot.maps import Maps
from bot.protocols import Dialogs, Messenger, Person
from bot.screens import Button, Keyboard
from bot.webs import Webs


class Drawings(Messenger, Protocol):
    """What a chat shows, drawings among it; see `bot.sender`."""

    async def show_drawing(self, person: Person, jpeg: bytes, caption: str, keyboard: Keyboard) -> None:
        """Send a picture that was drawn for the person."""
        ...


class PageLinks(Protocol):
    """Links to the pages; see `bot.pages.links`."""

    def web(self, user: int, turn: int) -> str:
        """To the web of a turn."""
        ...

    def map(self, user: int) -> str:
        """To the map."""
        ...


class Seeing:
    """Draws on request; nothing of a dialog is changed."""

    def __init__(self, messenger: Drawings, dialogs: Dialogs, webs: Webs, maps: Maps, links: PageLinks | None) -> None:
        """`links` is None where the pages are off."""
        self._messenger = messenger
        self._dialogs = dialogs
        self._webs = webs
        self._maps = maps
        self._links = links

    async def web(self, update: Update, _: object) -> None:
        """The web of the search on screen."""
        person = person_of(update)
        dialog, _version = await self._dialogs.load(person)
        turn = dialog.turn(dialog.current)
        if turn is None:
            await self._messenger.say(person, say(texts.WEB_NO_SEARCH))
            return
        async with self._working(person):
            drawn = await self._webs.picture(turn)
        if drawn is None:
            await self._messenger.say(person, say(texts.WEB_NOTHING))
            return
        jpeg, count = drawn
        caption = say_plural(texts.WEB_CAPTION, count, asked=quoted([plain_label(turn.request)]))
        await self._show(
            update,
            jpeg,
            caption,
            say(texts.CARD_HINT),
            say(texts.BUTTON_WEB_PAGE),
            lambda links: links.web(person.user, turn.number),
        )

    async def map(self, update: Update, _: object) -> None:
        """The map, with what is on screen ringed."""
        person = person_of(update)
        dialog, _version = await self._dialogs.load(person)
        turn = dialog.turn(dialog.current)
        async with self._working(person):
            drawn = await self._maps.picture(turn.shown if turn else ())
        if drawn is None:
            await self._messenger.say(person, say(texts.MAP_MISSING))
            return
        jpeg, count = drawn
        caption = say_plural(texts.MAP_CAPTION, count)
        await self._show(
            update,
            jpeg,
            caption,
            say(texts.ACCEPTED_NEXT),
            say(texts.BUTTON_MAP_PAGE),
            lambda links: links.map(person.user),
        )

    async def _show(
        self, update: Update, jpeg: bytes, caption: str, hint: str, label: str, link: Callable[[PageLinks], str]
    ) -> None:
        """Send a drawing with the way on: the page, or what can be said."""
        keyboard: Keyboard = ()
        if self._links is None:
            caption = f"{caption} {hint}"
        else:
            # Everybody in a group could follow a link that stands there, and it leads to one person's search.
            if update.effective_chat is not None and update.effective_chat.type == ChatType.PRIVATE:
                keyboard = ((Button(label, url=link(self._links)),),)
            else:
                caption = f"{caption} {say(texts.PAGE_PRIVATE)}"
        await self._messenger.show_drawing(person_of(update), jpeg, caption, keyboard)

    @contextlib.asynccontextmanager
    async def _working(self, person: Person) -> AsyncIterator[None]:
        """Let the chat show that a picture is on its way."""
        working = asyncio.create_task(self._messenger.show_working(person))
        try:
            yield
        finally:
            working.cancel()
