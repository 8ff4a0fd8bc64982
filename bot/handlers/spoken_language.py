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

    async def browsing(self, user: int | None, accepted: str) -> AbstractContextManager[None]:
        """What is said inside is said as a user has chosen, else in a language that their browser names.

        Args:
            user: who asks, once it is known.
            accepted: the Accept-Language header (RFC 9110, 12.5.4); browsers name the dearest language first.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        chosen = await self._preferences.get(user, LANGUAGE) if user is not None else None
        named = (each.partition(";")[0].strip() for each in accepted.split(","))
        return speaking(self._languages.choose(chosen, *named))

    def of(self, update: Update, chosen: str | None) -> Language:
        """The language of an update whose person has chosen this one, or none."""
        user = update.effective_user
        return self._languages.choose(chosen, user.language_code if user is not None else None)
