"""One update on its way to its handler: what Redis knows of it and of its person is read in one trip."""

import asyncio
from collections.abc import Awaitable, Callable

from telegram import Update

from bot.handlers.access import Access
from bot.handlers.addressing import to_be_answered
from bot.handlers.errors import Failures
from bot.handlers.pacing import Pacing
from bot.handlers.spoken_language import SpokenLanguage
from bot.metrics import Metrics
from bot.outbox import Outbox
from storage.errors import StorageUnavailable
from storage.redis_client import RedisConnection


class Reception:
    """Stands before all handlers."""

    def __init__(
        self,
        redis: RedisConnection,
        language: SpokenLanguage,
        outbox: Outbox,
        access: Access,
        pacing: Pacing,
        process_update: Callable[[Update], Awaitable[None]],
        failures: Failures,
        metrics: Metrics,
    ) -> None:
        self._redis = redis
        self._language = language
        self._outbox = outbox
        self._access = access
        self._pacing = pacing
        self._process_update = process_update
        self._failures = failures
        self._metrics = metrics

    async def handle(self, update: Update) -> None:
        """Handle one update; failures end here, except those that `delivery` answers by trying again.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        if not to_be_answered(update):
            return
        language, answering, welcome, count = await self._redis.together(
            lambda: asyncio.gather(
                self._language.answering(update),
                self._outbox.answering(update.update_id),
                self._access.welcomes(update),
                self._pacing.count(update),
            )
        )
        with language, answering:
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
