"""Who opens a page, and what they may see of it: a ticket that holds, of somebody who may use the bot."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot import texts
from bot.languages import say
from bot.pages.links import Links, Ticket, TicketExpired, TicketInvalid
from bot.protocols import Person

_SCHEME = "Bearer "

Admits = Callable[[int], Awaitable[bool]]
"""Whether a user may use the bot."""


class Refused(Exception):
    """A question is not answered; the sentence is for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody with a ticket that holds."""

    ticket: Ticket

    @property
    def person(self) -> Person:
        """Links are given out in private chats only, and those have the id of their person."""
        return Person(self.ticket.user, self.ticket.user)


class Visits:
    """Lets people in."""

    def __init__(self, links: Links, admits: Admits) -> None:
        self._links = links
        self._admits = admits

    async def admit(self, request: web.Request) -> Visit:
        """Who asks.

        Raises:
            Refused: the ticket does not hold, or the person may not use the bot (any more).
            StorageUnavailable: it cannot be known whether they may.
        """
        given = request.headers.get("Authorization", "")
        command = "map" if request.path.endswith("/map") else "web"
        try:
            ticket = self._links.read(given.removeprefix(_SCHEME) if given.startswith(_SCHEME) else "")
        except TicketExpired as error:
            raise Refused(410, say(texts.PAGE_EXPIRED, command=command)) from error
        except TicketInvalid as error:
            raise Refused(403, say(texts.PAGE_FORGED, command=command)) from error
        if not await self._admits(ticket.user):
            raise Refused(403, say(texts.PAGE_NOT_ADMITTED))
        return Visit(ticket)
