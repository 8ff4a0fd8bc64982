"""Taps on inline buttons. Every callback query is answered, whatever happens."""

import logging
from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot import texts
from bot.answers import Answer
from bot.callback_data import Forked, LanguageChosen, ReindexCancelled, ReindexConfirmed, Voted, unpack
from bot.conversation import Conversation
from bot.events import Accepted, CardClosed, HistoryAsked
from bot.handlers.admin import Admin
from bot.handlers.errors import sentence_for
from bot.handlers.group_buttons import GroupButtons
from bot.handlers.people import person_of
from bot.handlers.preferences import SettingsMenu
from bot.judgements import Marked
from bot.languages import say
from bot.notices import Notice
from bot.protocols import Messenger
from storage.errors import StorageUnavailable

logger = logging.getLogger(__name__)


class Buttons:
    """Turns taps into events."""

    def __init__(
        self,
        conversation: Conversation,
        messenger: Messenger,
        admin: Admin,
        group_buttons: GroupButtons,
        settings: SettingsMenu,
    ) -> None:
        self._settings = settings
        self._conversation = conversation
        self._group_buttons = group_buttons
        self._messenger = messenger
        self._admin = admin

    async def press(self, update: Update, _: Any) -> None:
        """A tap on one of our buttons, of any age."""
        query = update.callback_query
        if query is None:
            raise ValueError(f"update {update.update_id} has no callback query")
        acknowledgement = Acknowledgement(query)
        button = unpack(query.data or "")
        if button is None or query.message is None:  # we put none of ours under inline results
            await acknowledgement(Answer(say(texts.NOTICES[Notice.EXPIRED]), alert=True))
            return
        press = button.press
        if button.owner != query.from_user.id and not isinstance(press, Forked | Voted):
            await acknowledgement(Answer(say(texts.NOTICES[Notice.FOREIGN]), alert=True))
            return
        try:
            if isinstance(press, Forked):
                await self._group_buttons.fork(update, button.owner, press, acknowledgement)
                return
            if isinstance(press, Voted):
                await self._group_buttons.vote(update, press, acknowledgement)
                return
            if isinstance(press, ReindexConfirmed | ReindexCancelled):
                await self._admin.press(update, press, acknowledgement)
                return
            if isinstance(press, LanguageChosen):
                await self._settings.press(update, press, acknowledgement)
                return
            if isinstance(press, Accepted | CardClosed | HistoryAsked | Marked) and query.message is not None:
                press = replace(press, message=query.message.message_id)
            await self._conversation.advance(person_of(update), press, acknowledgement)
        except Exception as error:
            # A tap that is not answered keeps its spinner; one that was answered already is followed by the sentence.
            # While Redis is away the tap is tried again, so only the alert speaks of that.
            if not acknowledgement.given:
                await acknowledgement(Answer(sentence_for(error), alert=True))
            elif not isinstance(error, StorageUnavailable):
                await self._messenger.say(person_of(update), sentence_for(error))
            raise


class Acknowledgement:
    """Answers one callback query, once."""

    def __init__(self, query: CallbackQuery) -> None:
        self._query = query
        self.given = False

    async def __call__(self, answer: Answer) -> None:
        """Stop the button's spinner, with a toast or an alert if there is something to say."""
        if self.given:
            return
        self.given = True
        try:
            await self._query.answer(answer.text or None, show_alert=answer.alert)
        except TelegramError as error:  # too old, or the network: what was asked for is done all the same
            logger.info("A tap could not be answered: %s", error)
