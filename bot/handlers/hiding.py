"""/hide, /unhide and /hidden: administrators take items out of everybody's sight without reindexing."""

import logging
from typing import Any

from telegram import Message, Update

from bot import admin_texts, texts
from bot.album import plain_title
from bot.gallery import Gallery
from bot.handlers.administrators import Administrators
from bot.handlers.people import person_of
from bot.languages import say
from bot.notices import Notice
from bot.protocols import Dialogs, Messenger, Person
from storage.hidden import HiddenItems

logger = logging.getLogger(__name__)

_LISTED = 50
"""Ids that /hidden names; a message holds 4,096 characters."""


class Hiding:
    """What administrators may take out of sight."""

    def __init__(
        self, messenger: Messenger, gallery: Gallery, hidden: HiddenItems, dialogs: Dialogs, admins: Administrators
    ) -> None:
        self._messenger = messenger
        self._gallery = gallery
        self._hidden = hidden
        self._dialogs = dialogs
        self._admins = admins

    async def hide(self, update: Update, _: Any) -> None:
        """Hide the picture replied to, or the item whose id follows the command."""
        person, message = person_of(update), update.message
        if message is None or not await self._admins.admit(person):
            return
        item_id = _named(message) or await self._replied_to(person, message)
        if item_id is None:
            await self._messenger.say(person, say(admin_texts.HIDE_WHICH))
            return
        items = self._gallery.items([item_id])
        if not items:
            await self._messenger.say(person, say(texts.NOTICES[Notice.ITEM_GONE]))
            return
        await self._hidden.add(item_id)
        await self._gallery.refresh_hidden()
        logger.info("Item %r was hidden", item_id)
        await self._messenger.say(person, say(admin_texts.HIDDEN, title=plain_title(items[0]), id=item_id))

    async def unhide(self, update: Update, _: Any) -> None:
        """Show the item again whose id follows the command."""
        person, message = person_of(update), update.message
        if message is None or not await self._admins.admit(person):
            return
        item_id = _named(message)
        if item_id is None:
            await self._messenger.say(person, say(admin_texts.UNHIDE_WHICH))
        elif await self._hidden.remove(item_id):
            await self._gallery.refresh_hidden()
            logger.info("Item %r was shown again", item_id)
            await self._messenger.say(person, say(admin_texts.UNHIDDEN, id=item_id))
        else:
            await self._messenger.say(person, say(admin_texts.NOT_HIDDEN, id=item_id))

    async def hidden(self, update: Update, _: Any) -> None:
        """List what is hidden."""
        person = person_of(update)
        if not await self._admins.admit(person):
            return
        ids = sorted(await self._hidden.all())
        listed = "\n".join(ids[:_LISTED])
        more = f"\n… {len(ids) - _LISTED}" if len(ids) > _LISTED else ""
        said = (
            say(admin_texts.HIDDEN_LIST, count=len(ids), ids=f"{listed}{more}")
            if ids
            else say(admin_texts.NOTHING_HIDDEN)
        )
        await self._messenger.say(person, said)

    async def _replied_to(self, person: Person, message: Message) -> str | None:
        if message.reply_to_message is None:
            return None
        dialog, _ = await self._dialogs.load(person)
        found = dialog.picture_of(message.reply_to_message.message_id)
        return found[1] if found else None


def _named(message: Message) -> str | None:
    """What follows the command."""
    _, _, rest = (message.text or "").partition(" ")
    return rest.strip() or None
