"""What a person is told when something fails, and the one place where failures of handlers end."""

import logging

from telegram import Update
from telegram.error import Forbidden, TelegramError

from bot import texts
from bot.handlers.inline_answers import answer
from bot.handlers.people import person_of
from bot.languages import say
from bot.notices import Notice
from bot.protocols import Messenger
from retrieval.errors import (
    PhotoUnusable,
    PictureUnreadable,
    ReferenceUnknown,
    RetrievalError,
    SearchOverloaded,
    SearchTimedOut,
)
from storage.errors import SnapshotMissing, StorageUnavailable

logger = logging.getLogger(__name__)

_NOTICES: tuple[tuple[type[Exception], Notice], ...] = (
    (SearchOverloaded, Notice.OVERLOADED),
    (SearchTimedOut, Notice.TOO_SLOW),
    (PhotoUnusable, Notice.PHOTO_UNUSABLE),
    (ReferenceUnknown, Notice.ITEM_GONE),
    (PictureUnreadable, Notice.NOT_A_PHOTO),
    (SnapshotMissing, Notice.NO_COLLECTION),
    (StorageUnavailable, Notice.MEMORY_GONE),
)


def sentence_for(error: Exception) -> str:
    """The sentence for the person whose update failed."""
    for kind, notice in _NOTICES:
        if isinstance(error, kind):
            return say(texts.NOTICES[notice])
    return say(texts.NOTICES[Notice.FAILED])


class Failures:
    """Logs a failed update and tells its person."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def report(self, update: Update, error: Exception) -> None:
        """One log entry with the reason, one sentence to the person; a tap has been answered by its handler already."""
        expected = isinstance(error, RetrievalError | SnapshotMissing | Forbidden)
        # What a surprise says may quote the person, so that is for its traceback, which JSON logs leave out.
        reason = error if expected or isinstance(error, TelegramError) else type(error).__name__
        logger.error("Update %d failed: %s", update.update_id, reason, exc_info=None if expected else error)
        if isinstance(error, Forbidden):
            return  # the person has blocked the bot
        if update.callback_query is None and update.inline_query is None:
            await self._tell(update, sentence_for(error))

    async def tell_outage(self, update: Update) -> None:
        """Redis is away: say that the answer will come later. Needs nothing but Telegram."""
        sentence = say(texts.NOTICES[Notice.MEMORY_GONE])
        if update.callback_query is None and update.inline_query is None:
            await self._tell(update, sentence)
            return
        try:
            if update.inline_query is not None:
                await answer(update.inline_query, button=say(texts.INLINE_TROUBLE))
            elif update.callback_query is not None:
                await update.callback_query.answer(sentence, show_alert=True)
        except TelegramError as error:
            logger.info("A tap or an inline query could not be answered: %s", error)

    async def _tell(self, update: Update, sentence: str) -> None:
        if update.effective_chat is None and update.effective_user is None:
            return  # there is nobody to tell
        try:
            await self._messenger.say(person_of(update), sentence)
        except TelegramError as error:
            logger.warning("The failure of update %d could not be told: %s", update.update_id, error)
