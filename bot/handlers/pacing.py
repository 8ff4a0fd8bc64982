"""A polite stop for whoever asks more often in a minute than anybody can look at albums."""

import logging
from typing import Any

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import texts
from bot.handlers.people import person_of
from bot.languages import say_plural
from bot.protocols import Messenger
from storage.pace import Pace

logger = logging.getLogger(__name__)


class Pacing:
    """Stands before the handlers of messages; taps pass, they are cheap and answered at once."""

    def __init__(self, messenger: Messenger, pace: Pace, limit: int) -> None:
        """At most `limit` messages a minute are answered."""
        self._messenger = messenger
        self._pace = pace
        self._limit = limit

    async def check(self, update: Update, _: Any) -> None:
        """Let the update pass, or end it here; the first that is too much is answered, the others are not.

        Raises:
            ApplicationHandlerStop: no other handler is to see it.
        """
        if update.message is None:
            return
        person = person_of(update)
        count = await self._pace.count(person.user)
        if count <= self._limit:
            return
        if count == self._limit + 1:
            logger.info("Somebody sends more than %d messages a minute and has to wait", self._limit)
            await self._messenger.say(person, say_plural(texts.TOO_FAST, self._limit))
        raise ApplicationHandlerStop
