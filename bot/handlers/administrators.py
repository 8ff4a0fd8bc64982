"""Who may give the administrators' commands. It is checked here, on every one of them; command menus are cosmetic."""

import logging

from bot import texts
from bot.languages import say
from bot.notices import Notice
from bot.protocols import Messenger, Person

logger = logging.getLogger(__name__)


class Administrators:
    """The administrators of the settings."""

    def __init__(self, messenger: Messenger, ids: frozenset[int]) -> None:
        self._messenger = messenger
        self._ids = ids

    def __contains__(self, user: int) -> bool:
        """Whether a user is one of them."""
        return user in self._ids

    async def admit(self, person: Person) -> bool:
        """Whether the person may go on; anybody else is told that the command is not for them."""
        if person.user in self:
            return True
        logger.info("A command for administrators was refused")
        await self._messenger.say(person, say(texts.NOTICES[Notice.ADMINS_ONLY]))
        return False
