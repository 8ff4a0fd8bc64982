"""Screens -> Bot API calls. The only place that sends what people see.

Albums cannot carry a keyboard, so in a private chat an album is followed by the control message that does; a group,
where every picture counts against 20 messages a minute, gets one numbered collage instead.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions, Message
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot import texts
from bot.collage_sender import CollageSender
from bot.languages import directed, say
from bot.metrics import Metrics
from bot.outbox import Messages, Outbox
from bot.photo_sender import MEDIA_TIMEOUT_S, PhotoSender, markup_of, place
from bot.protocols import Person
from bot.screens import Album, Card, Keyboard, Offer, Picture, Sent
from retrieval.errors import PictureUnreadable
from retrieval.file_names import valid_text
from retrieval.item_table import Item
from retrieval.picture_file import read_picture_bytes
from storage.file_ids import FileIds

logger = logging.getLogger(__name__)

MAX_DOCUMENT_BYTES = 50 * 1000 * 1000
"""What a bot may upload (Bot API, sendDocument: 50 MB)."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Shows screens in chats of both kinds."""

    def __init__(self, bot: Bot, file_ids: FileIds, outbox: Outbox, metrics: Metrics) -> None:
        self._outbox = outbox
        self._bot = bot
        self._photos = PhotoSender(bot, file_ids, metrics)
        self._collages = CollageSender(self._photos, metrics)

    async def load(self, person: Person, items: Sequence[Item], limit: int) -> tuple[Picture, ...]:
        """See `conversation.Messenger`."""
        if person.in_group and min(limit, len(items)) > 1:
            return await self._collages.load(items, limit)
        return await self._photos.load(items, limit)

    async def show_album(self, person: Person, album: Album, loaded: Sequence[Picture]) -> Sent:
        """Send the pictures and the buttons; one picture, and a collage, carry their buttons themselves.

        Raises:
            PictureRefused: Telegram will not take one of the pictures; nothing was sent.
        """
        shown = tuple(picture.item.id for picture in loaded)
        if len(loaded) == 1:
            markup = markup_of(person, album.keyboard)
            messages = await self._outbox.once(
                shown, lambda: self._photos.send_photo(person, loaded[0], album.control, markup)
            )
            return Sent(shown, messages, messages[0])
        if person.in_group:
            messages = await self._outbox.once(shown, lambda: self._collages.send_once(person, album, loaded))
            if not messages:
                await self.say(person, say(texts.SEND_UNCERTAIN))
            return Sent(shown, (), messages[0] if messages else None)
        messages = await self._outbox.once(shown, lambda: self._photos.send_group_once(person, loaded, album.caption))
        hint = "" if messages else f"\n{say(texts.SEND_UNCERTAIN)}"
        control = await self._send_control(person, album.control + hint, album.keyboard)
        return Sent(shown, messages, control)

    async def show_card(self, person: Person, card: Card, replaces: int | None) -> int | None:
        """Show one picture by itself: in place of an open card where that works, else as a new message."""
        loaded = await self._photos.load([card.item], 1)
        if not loaded:
            await self.say(person, say(texts.SOME_MISSING))
            return replaces
        markup = markup_of(person, card.keyboard)
        if replaces is not None:
            media = InputMediaPhoto(loaded[0].media, caption=directed(card.caption), parse_mode=ParseMode.HTML)
            try:
                edited = await self._bot.edit_message_media(
                    media, person.chat, replaces, reply_markup=markup, write_timeout=MEDIA_TIMEOUT_S
                )
            except BadRequest as error:
                if "not modified" in error.message.lower():
                    return replaces
                logger.info("A card is sent anew, the open one cannot be changed: %s", error)
            else:
                if isinstance(edited, Message):
                    await self._photos.remember(loaded[0].item.content_hash, loaded[0].media, edited)
                return replaces
        (message,) = await self._outbox.once(
            (loaded[0].item.id,), lambda: self._photos.send_photo(person, loaded[0], card.caption, markup)
        )
        return message

    async def show_offer(self, person: Person, offer: Offer, replaces: int | None = None) -> None:
        """See `conversation.Messenger`."""
        if replaces is None:
            await self._send_control(person, offer.text, offer.keyboard)
            return
        markup = markup_of(person, offer.keyboard)
        try:
            await self._bot.edit_message_text(
                directed(offer.text), person.chat, replaces, parse_mode=ParseMode.HTML, reply_markup=markup
            )
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                logger.info("A list is sent anew, the open one cannot be changed: %s", error)
                await self._send_control(person, offer.text, offer.keyboard)

    async def show_drawing(self, person: Person, jpeg: bytes, caption: str, keyboard: Keyboard) -> None:
        """Send a picture that was drawn for the person; caption in plain text."""
        markup = markup_of(person, keyboard)

        async def send() -> Messages:
            message = await self._bot.send_photo(
                person.chat,
                jpeg,
                caption=directed(caption),
                reply_markup=markup,
                **place(person),
                read_timeout=MEDIA_TIMEOUT_S,
                write_timeout=MEDIA_TIMEOUT_S,
            )
            return (message.message_id,)

        await self._outbox.once((caption,), send)

    async def remove(self, person: Person, message: int) -> None:
        """Delete one of our messages; one that is gone already, or too old, is left."""
        with contextlib.suppress(BadRequest):
            await self._bot.delete_message(person.chat, message)

    async def send_original(self, person: Person, item: Item) -> None:
        """See `conversation.Messenger`."""
        try:
            data = await asyncio.to_thread(read_picture_bytes, Path(item.path), MAX_DOCUMENT_BYTES)
        except PictureUnreadable as error:
            logger.warning("The file of item %r cannot be sent: %s", item.id, error)
            await self.say(person, say(texts.ORIGINAL_GONE))
            return
        await self._bot.send_document(
            person.chat,
            data,
            filename=valid_text(Path(item.path).name),
            disable_content_type_detection=True,
            read_timeout=MEDIA_TIMEOUT_S,
            write_timeout=MEDIA_TIMEOUT_S,
            **place(person),
        )

    async def say(self, person: Person, text: str) -> None:
        """One plain line."""
        await self._bot.send_message(person.chat, directed(text), link_preview_options=_NO_PREVIEW, **place(person))

    async def show_working(self, person: Person) -> None:
        """Let the chat say that pictures are on their way; a nicety that may fail."""
        with contextlib.suppress(TelegramError):
            await self._bot.send_chat_action(person.chat, ChatAction.UPLOAD_PHOTO, message_thread_id=person.thread)

    async def _send_control(self, person: Person, text: str, keyboard: Keyboard) -> int | None:
        """Send the message with the buttons; None when it may or may not have arrived, which its album already did."""
        try:
            message = await self._bot.send_message(
                person.chat,
                directed(text),
                parse_mode=ParseMode.HTML,
                reply_markup=markup_of(person, keyboard),
                link_preview_options=_NO_PREVIEW,
                disable_notification=True,
                **place(person),
            )
        except BadRequest:
            raise
        except NetworkError as error:
            logger.warning("A control message is not sent again, since it may have arrived: %s", error)
            return None
        return message.message_id
