"""Clicks on pages: they enter the lane of their chat like a tap, behind what was said there before."""

import logging

from bot.answers import Answer
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.events import Event
from bot.handlers.errors import sentence_for
from bot.languages import speaking, spoken
from bot.metrics import Metrics
from bot.protocols import Person

logger = logging.getLogger(__name__)


class Clicks:
    """Advances dialogs by what people do on pages."""

    def __init__(self, delivery: Delivery, conversation: Conversation, metrics: Metrics) -> None:
        self._delivery = delivery
        self._conversation = conversation
        self._metrics = metrics

    async def __call__(self, person: Person, event: Event) -> Answer:
        """What a tap would have been answered with; an alert when it was refused or failed.

        Raises:
            LockHeld: the process ends; nothing was done.
        """
        given, language = Answer(), spoken()  # the lane has none of its own

        async def acknowledge(answer: Answer) -> None:
            nonlocal given
            given = answer

        async def act() -> None:
            nonlocal given
            with speaking(language):
                try:
                    await self._conversation.advance(person, event, acknowledge)
                except Exception as error:  # the end of the way, as for an update: the person is told, the log has it
                    self._metrics.errors.labels(type(error).__name__).inc()
                    logger.exception("A click on a page failed: %s", type(error).__name__)
                    given = Answer(sentence_for(error), alert=True)

        await self._delivery.run(person.chat, act)
        return given
