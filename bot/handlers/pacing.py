"""A polite stop for whoever asks more often in a minute than anybody can look at albums."""

import logging

from telegram import Update

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

    async def count(self, update: Update) -> int:
        """How many messages its person has sent in this minute, it included; 0 for what is none.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        return 0 if update.message is None else await self._pace.count(person_of(update).user)

    async def passes(self, update: Update, count: int) -> bool:
        """Whether an update is answered with so many; the first that is too much is told so, the others are not."""
        if count == self._limit + 1:
            logger.info("Somebody sends more than %d messages a minute and has to wait", self._limit)
            await self._messenger.say(person_of(update), say_plural(texts.TOO_FAST, self._limit))
        return count <= self._limit
