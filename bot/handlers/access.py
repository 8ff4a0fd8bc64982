"""Who may use the bot: everybody but those kept out, or only those let in; administrators always. And /users."""

import logging
from typing import Any, Literal

from telegram import Update
from telegram.constants import ChatType

from bot import admin_texts, texts
from bot.answers import Answer
from bot.handlers.administrators import Administrators
from bot.handlers.buttons import Acknowledgement
from bot.handlers.inline_answers import answer
from bot.handlers.people import person_of
from bot.languages import listed, say
from bot.protocols import Messenger
from storage.access import AccessList, Standing

logger = logging.getLogger(__name__)

Mode = Literal["open", "list"]
_DECISIONS: dict[str, Standing | None] = {"allow": "allowed", "deny": "denied", "reset": None}
_FORGET = "/forget"
"""What everybody may say at any time: what is stored about them is theirs."""


class Access:
    """Stands before all other handlers."""

    def __init__(self, messenger: Messenger, users: AccessList, admins: Administrators, mode: Mode) -> None:
        self._messenger = messenger
        self._users = users
        self._admins = admins
        self._mode = mode

    async def welcomes(self, update: Update) -> bool:
        """Whether an update may be answered. Raises StorageUnavailable."""
        said = update.message.text if update.message else None
        return (said or "").partition("@")[0].strip() == _FORGET or await self.admits(person_of(update).user)

    async def admits(self, user: int) -> bool:
        """Whether a user may use the bot. Raises StorageUnavailable."""
        if user in self._admins:
            return True
        standing = await self._users.standing(user)
        return standing == "allowed" or (standing is None and self._mode == "open")

    async def refuse(self, update: Update) -> None:
        """Say so to whoever may not use the bot."""
        logger.info("Somebody who may not use the bot was refused")
        sentence = say(texts.REFUSED, user=person_of(update).user)
        if update.callback_query is not None:
            await Acknowledgement(update.callback_query)(Answer(sentence, alert=True))
        elif update.inline_query is not None:
            await answer(update.inline_query, button=say(texts.INLINE_REFUSED))
        elif update.effective_chat is not None and update.effective_chat.type == ChatType.PRIVATE:
            # In a group others would have to read it.
            await self._messenger.say(person_of(update), sentence)

    async def users(self, update: Update, _: Any) -> None:
        """List whom something was decided about, or decide: /users allow|deny|reset ID."""
        person = person_of(update)
        if not await self._admins.admit(person):
            return
        words = (update.message.text or "").split()[1:] if update.message else []
        match words:
            case []:
                await self._messenger.say(person, await self._listed())
            case [("allow" | "deny" | "reset") as decision, user] if user.isdecimal() and len(user) <= 15:
                await self._users.decide(int(user), _DECISIONS[decision])
                logger.info("/users %s", decision)
                await self._messenger.say(person, say(admin_texts.USER_DECIDED[decision], user=str(int(user))))
            case _:
                await self._messenger.say(person, say(admin_texts.USERS_USAGE))

    async def _listed(self) -> str:
        decided = await self._users.decided()
        lines = [say(admin_texts.USERS_MODE[self._mode])]
        for standing in admin_texts.USERS_STANDING:
            found = sorted(user for user, stands in decided.items() if stands == standing)
            if found:
                lines.append(say(admin_texts.USERS_STANDING[standing], users=listed(map(str, found))))
        return "\n".join([*lines, say(admin_texts.USERS_USAGE)])
