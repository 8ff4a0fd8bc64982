"""/settings: how a person wants the bot. So far, in which language."""

import logging
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot import texts
from bot.answers import Answer
from bot.callback_data import LanguageChosen, pack
from bot.handlers.menus import Menus
from bot.handlers.people import person_of
from bot.handlers.spoken_language import SpokenLanguage
from bot.languages import NAMES, directed, say, speaking
from bot.photo_sender import place
from bot.protocols import Acknowledge, Person
from bot.telegram_calls import Calls
from storage.preferences import LANGUAGE, Preferences

logger = logging.getLogger(__name__)

_IN_A_ROW = 2


class SettingsMenu:
    """What everybody may set for themselves."""

    def __init__(self, calls: Calls, preferences: Preferences, language: SpokenLanguage, menus: Menus) -> None:
        self._calls = calls
        self._preferences = preferences
        self._language = language
        self._menus = menus

    async def settings(self, update: Update, _: Any) -> None:
        """Show what can be set, and what is."""
        person = person_of(update)
        chosen = await self._preferences.get(person.user, LANGUAGE)
        shown = {"text": directed(say(texts.SETTINGS)), "reply_markup": _keyboard(person, chosen).to_dict()}
        await self._calls.make("sendMessage", place(person) | shown)

    async def press(self, update: Update, press: LanguageChosen, acknowledge: Acknowledge) -> None:
        """A language was tapped: from now on it is spoken, beginning with the message itself."""
        person, query = person_of(update), update.callback_query
        await self._preferences.put(person.user, LANGUAGE, press.code)
        logger.info("Somebody has set a language: %s", press.code)
        with speaking(self._language.of(update, press.code)):
            await acknowledge(Answer(say(texts.TOAST_SETTINGS)))
            if query is not None and isinstance(query.message, Message):
                await self._show(person, query.message, press.code)
            await self._menus.show(person, changed=True)

    async def _show(self, person: Person, message: Message, chosen: str | None) -> None:
        text, keyboard = directed(say(texts.SETTINGS)), _keyboard(person, chosen)
        if (message.text, message.reply_markup) == (text, keyboard):
            return  # Telegram would refuse to change nothing
        try:
            shown = {"text": text, "reply_markup": keyboard.to_dict()}
            await self._calls.make(
                "editMessageText", {"chat_id": person.chat, "message_id": message.message_id, **shown}
            )
        except BadRequest as error:  # tapped twice at once, or the message is gone: what was set is set
            logger.info("The message of /settings could not be changed: %s", error)


def _keyboard(person: Person, chosen: str | None) -> InlineKeyboardMarkup:
    labels = [*NAMES.items(), (None, say(texts.BUTTON_LANGUAGE_AUTO))]
    buttons = [
        InlineKeyboardButton(
            say(texts.BUTTON_SET, label=label) if code == chosen else label,
            callback_data=pack(person.user, LanguageChosen(code)),
        )
        for code, label in labels
    ]
    return InlineKeyboardMarkup([buttons[start : start + _IN_A_ROW] for start in range(0, len(buttons), _IN_A_ROW)])
