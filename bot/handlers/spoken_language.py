"""In which language an update is answered: the one of /settings, else the one that Telegram says, else English."""

from contextlib import AbstractContextManager

from telegram import Update

from bot.languages import Language, speaking
from bot.translations import Languages
from storage.preferences import LANGUAGE, Preferences


class SpokenLanguage:
    """Sets the language for what is done about an update."""

    def __init__(self, languages: Languages, preferences: Preferences) -> None:
        self._languages = languages
        self._preferences = preferences

    async def answering(self, update: Update) -> AbstractContextManager[None]:
        """What is said inside is said as the person of the update wants it.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        user = update.effective_user
        chosen = await self._preferences.get(user.id, LANGUAGE) if user is not None else None
        return speaking(self.of(update, chosen))

    def guessing(self, update: Update) -> AbstractContextManager[None]:
        """The same without asking Redis: in the language that Telegram says."""
        return speaking(self.of(update, None))

    def of(self, update: Update, chosen: str | None) -> Language:
        """The language of an update whose person has chosen this one, or none."""
        user = update.effective_user
        return self._languages.choose(chosen, user.language_code if user is not None else None)
