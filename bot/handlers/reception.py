"""One update on its way to its handler: what Redis knows of it and of its person is read at once."""

import asyncio
from collections.abc import Awaitable, Callable

from telegram import Update

from bot.delivery import Answer
from bot.handlers.access import Access
from bot.handlers.addressing import to_be_answered
from bot.handlers.errors import Failures
from bot.handlers.pacing import Pacing
from bot.handlers.people import person_of
from bot.handlers.spoken_language import SpokenLanguage
from bot.metrics import Metrics
from bot.outbox import Outbox
from bot.stored_dialogs import StoredDialogs
from storage.errors import StorageUnavailable


class Reception:
    """Stands before all handlers."""

    def __init__(
        self,
        language: SpokenLanguage,
        outbox: Outbox,
        dialogs: StoredDialogs,
        access: Access,
        pacing: Pacing,
        process_update: Callable[[Update], Awaitable[None]],
        failures: Failures,
        metrics: Metrics,
    ) -> None:
        self._language = language
        self._outbox = outbox
        self._dialogs = dialogs
        self._access = access
        self._pacing = pacing
        self._process_update = process_update
        self._failures = failures
        self._metrics = metrics

    async def prepare(self, update: Update) -> Answer:
        """What answers an update; failures end there, except those that `delivery` answers by trying again.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        if not to_be_answered(update):
            return _nothing
        language, sends, dialog, welcome, count = await asyncio.gather(
            self._language.answering(update),
            self._outbox.answering(update.update_id),
            self._dialogs.answering(person_of(update)),
            self._access.welcomes(update),
            self._pacing.count(update),
        )

        async def answer() -> None:
            with language, sends, dialog:
                try:
                    if not welcome:
                        await self._access.refuse(update)
                    elif await self._pacing.passes(update, count):
                        await self._process_update(update)
                except StorageUnavailable:
                    raise
                except Exception as error:
                    self._metrics.errors.labels(type(error).__name__).inc()
                    await self._failures.report(update, error)

        return answer


async def _nothing() -> None:
    """The answer to what is not meant for the bot."""
