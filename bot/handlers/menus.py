"""The menus of commands that Telegram shows: everybody's in all languages, and those of private chats."""

from telegram import Bot, BotCommand, BotCommandScopeChat

from bot import admin_texts, texts
from bot.handlers.administrators import Administrators
from bot.languages import ENGLISH, Language, spoken
from bot.protocols import Person
from bot.translations import Languages
from storage.preferences import LANGUAGE, Preferences


class Menus:
    """Tells Telegram the commands. Menus only help: what may be done is checked when it is asked for."""

    def __init__(self, bot: Bot, languages: Languages, preferences: Preferences, admins: Administrators) -> None:
        self._bot = bot
        self._languages = languages
        self._preferences = preferences
        self._admins = admins

    async def publish(self) -> None:
        """Everybody's commands, in every language."""
        for code, language in self._languages.languages.items():
            await self._bot.set_my_commands(_everybodys(language), language_code=None if code == ENGLISH else code)

    async def show(self, person: Person, *, changed: bool = False) -> None:
        """The menu of a private chat: an administrator's own, or in the language that the person has chosen.

        Telegram knows such a chat only once the person has written, so this is done on /start and where it was
        `changed`.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        if person.chat != person.user:
            return
        scope, language = BotCommandScopeChat(person.chat), spoken()
        if person.user in self._admins:
            menu = [*_everybodys(language), *_administrators(language)]
            await self._bot.set_my_commands(menu, scope=scope)
        elif await self._preferences.get(person.user, LANGUAGE) is not None:
            await self._bot.set_my_commands(_everybodys(language), scope=scope)
        elif changed:
            await self._bot.delete_my_commands(scope=scope)


def _everybodys(language: Language) -> list[BotCommand]:
    return [BotCommand(name, language.say(texts.COMMANDS[name])) for name in texts.COMMANDS]


def _administrators(language: Language) -> list[BotCommand]:
    return [BotCommand(name, language.say(admin_texts.COMMANDS[name])) for name in admin_texts.COMMANDS]
