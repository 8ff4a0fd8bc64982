"""Texts, photos, and everything else that a person can send."""

import logging
import re
from typing import Any

from telegram import Document, Message, PhotoSize, Update
from telegram.constants import ChatType
from telegram.error import BadRequest

from bot import texts
from bot.conversation import Conversation
from bot.events import Adopted, PhotoSent, TextSent
from bot.examination import Examined
from bot.forking import turn_to_adopt
from bot.gallery import Gallery
from bot.handlers.people import person_of
from bot.handlers.replies import photo_replied_to, shown_in, text_sent
from bot.languages import say
from bot.notices import Notice
from bot.protocols import Dialogs, Messenger, Person
from retrieval.errors import PictureUnreadable

logger = logging.getLogger(__name__)

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""What getFile gives out (Bot API, getFile)."""


class Messages:
    """Turns messages into events."""

    def __init__(self, conversation: Conversation, messenger: Messenger, gallery: Gallery, dialogs: Dialogs) -> None:
        self._dialogs = dialogs
        self._conversation = conversation
        self._messenger = messenger
        self._gallery = gallery

    async def text(self, update: Update, _: Any) -> None:
        """Words: a search, a refinement, or a command in everyday language."""
        person, message = person_of(update), _message(update)
        if person.in_group and (photo := photo_replied_to(message)) is not None:
            await self._search_photo(person, photo, _words(message))
            return
        said = text_sent(message, _words(message), person.user)
        await self._conversation.advance(person, await self._adopted(person, message, said) or said)

    async def find(self, update: Update, _: Any) -> None:
        """The same by command, as groups need it: /find a red dress."""
        message = _message(update)
        if not _words(message).strip() and photo_replied_to(message) is None:
            await self._messenger.say(person_of(update), say(texts.NOTICES[Notice.NOTHING_TO_FIND]))
            return
        await self.text(update, _)

    async def _adopted(self, person: Person, message: Message, said: TextSent) -> Adopted | None:
        """Another's turn, where that is what a group's message replies to."""
        replied = message.reply_to_message
        shown = shown_in(replied) if replied is not None and said.reply_to is not None else None
        if replied is None or shown is None or shown.owner == person.user:
            return None
        own, _ = await self._dialogs.load(person)
        if own.turn_in(replied.message_id) is not None:  # it has been gone on from before
            return None
        turn = await turn_to_adopt(self._dialogs, person, shown.owner, shown.turn, replied.message_id)
        return None if turn is None else Adopted(turn, shown.position, said)

    async def photo(self, update: Update, _: Any) -> None:
        """A photo, or a picture sent as a file."""
        message = _message(update)
        file = message.photo[-1] if message.photo else message.document
        await self._search_photo(person_of(update), file, _words(message))

    async def _search_photo(self, person: Person, file: PhotoSize | Document | None, words: str) -> None:
        if file is None or (isinstance(file, Document) and not _may_be_picture(file)):
            logger.info("A file that is no picture was refused")
            await self._messenger.say(person, say(texts.NOTICES[Notice.KIND_NOT_UNDERSTOOD]))
            return
        try:
            data = await _download(file)
            photo = await self._gallery.encode_photo(data)
            # With words the person wants something else than what the photo shows.
            seen = await self._gallery.examine(data, photo) if not words.strip() else Examined()
        except _FileTooBig:
            logger.info("A file of %s bytes was refused: too big to download", file.file_size)
            await self._messenger.say(person, say(texts.NOTICES[Notice.PHOTO_TOO_BIG]))
        except PictureUnreadable as error:
            logger.info("A photo that somebody sent cannot be read: %s", error)
            await self._messenger.say(person, say(texts.NOTICES[Notice.NOT_A_PHOTO]))
        else:
            if seen.condition is not None and seen.exact is None:
                logger.info("A photo is searched although it is %s", seen.condition.name)
                await self._messenger.say(person, say(texts.CONDITIONS[seen.condition]))
            await self._conversation.advance(person, PhotoSent(photo, words, seen.exact))

    async def other(self, update: Update, _: Any) -> None:
        """Stickers, voice messages, locations …: say what works; in groups they are not meant for the bot."""
        if update.effective_chat is None or update.effective_chat.type != ChatType.PRIVATE:
            return
        logger.info("A message of a kind that is not understood was refused")
        await self._messenger.say(person_of(update), say(texts.NOTICES[Notice.KIND_NOT_UNDERSTOOD]))


class _FileTooBig(Exception):
    """More than Telegram lets a bot download."""


async def _download(file: PhotoSize | Document) -> bytes:
    if (file.file_size or 0) > MAX_DOWNLOAD_BYTES:
        raise _FileTooBig
    try:
        return bytes(await (await file.get_file()).download_as_bytearray())
    except BadRequest as error:
        if "too big" in error.message.lower():
            raise _FileTooBig from error
        raise


def _may_be_picture(document: Document) -> bool:
    return (document.mime_type or "").startswith("image/")


def _words(message: Message) -> str:
    """The text or caption without /find and mentions of the bot, as people write them in groups."""
    own = re.escape(f"@{message.get_bot().username}")
    said = re.sub(r"^\s*/find(?=[@\s]|$)", "", message.text or message.caption or "", flags=re.IGNORECASE)
    return re.sub(rf"{own}\b[\s,:]*", " ", said, flags=re.IGNORECASE)


def _message(update: Update) -> Message:
    if update.message is None:
        raise ValueError(f"update {update.update_id} has no message")
    return update.message
