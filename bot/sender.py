"""Screens -> Bot API calls. The only place that sends what people see.

Albums cannot carry a keyboard, so in a private chat an album is followed by the control message that does; a group,
where every picture counts against 20 messages a minute, gets one numbered collage instead.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot import texts
from bot.collage_sender import CollageSender
from bot.languages import directed, say
from bot.metrics import Metrics
from bot.outbox import Messages, Outbox
from bot.photo_sender import MEDIA_TIMEOUT_S, PhotoSender, attached, markup_of, place
from bot.protocols import Person
from bot.screens import Album, Card, Keyboard, Offer, Picture, Sent
from bot.telegram_calls import Calls
from retrieval.errors import PictureUnreadable
from retrieval.file_names import valid_text
from retrieval.item_table import Item
from retrieval.picture_file import read_picture_bytes

logger = logging.getLogger(__name__)

MAX_DOCUMENT_BYTES = 50 * 1000 * 1000
"""What a bot may upload (Bot API, sendDocument: 50 MB)."""
_NO_PREVIEW = {"is_disabled": True}


class Sender:
    """Shows screens in chats of both kinds."""

    def __init__(self, calls: Calls, photos: PhotoSender, outbox: Outbox, metrics: Metrics) -> None:
        self._outbox = outbox
        self._calls = calls
        self._photos = photos
        self._collages = CollageSender(photos, metrics)

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
            (photo,), files = attached([loaded[0].media])
            media = {"type": "photo", "media": photo, "caption": directed(card.caption), "parse_mode": ParseMode.HTML}
            fields = {"chat_id": person.chat, "message_id": replaces, "media": media, "reply_markup": markup}
            try:
                edited = await self._calls.make("editMessageMedia", fields, files, MEDIA_TIMEOUT_S)
            except BadRequest as error:
                if "not modified" in error.message.lower():
                    return replaces
                logger.info("A card is sent anew, the open one cannot be changed: %s", error)
            else:
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
        shown = {
            "text": directed(offer.text),
            "parse_mode": ParseMode.HTML,
            "reply_markup": markup_of(person, offer.keyboard),
        }
        try:
            await self._calls.make("editMessageText", {"chat_id": person.chat, "message_id": replaces, **shown})
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                logger.info("A list is sent anew, the open one cannot be changed: %s", error)
                await self._send_control(person, offer.text, offer.keyboard)

    async def show_drawing(self, person: Person, jpeg: bytes, caption: str, keyboard: Keyboard) -> None:
        """Send a picture that was drawn for the person; caption in plain text."""
        markup = markup_of(person, keyboard)

        async def send() -> Messages:
            message = await self._photos.send_media(person, jpeg, caption, markup, parse_mode=None)
            return (message["message_id"],)

        await self._outbox.once((caption,), send)

    async def remove(self, person: Person, message: int) -> None:
        """Delete one of our messages; one that is gone already, or too old, is left."""
        with contextlib.suppress(BadRequest):
            await self._calls.make("deleteMessage", {"chat_id": person.chat, "message_id": message})

    async def send_original(self, person: Person, item: Item) -> None:
        """See `conversation.Messenger`."""
        try:
            data = await asyncio.to_thread(read_picture_bytes, Path(item.path), MAX_DOCUMENT_BYTES)
        except PictureUnreadable as error:
            logger.warning("The file of item %r cannot be sent: %s", item.id, error)
            await self.say(person, say(texts.ORIGINAL_GONE))
            return
        await self._calls.make(
            "sendDocument",
            place(person) | {"disable_content_type_detection": True},
            {"document": (valid_text(Path(item.path).name), data)},
            MEDIA_TIMEOUT_S,
        )

    async def say(self, person: Person, text: str) -> None:
        """One plain line."""
        await self._calls.make(
            "sendMessage", place(person) | {"text": directed(text), "link_preview_options": _NO_PREVIEW}
        )

    async def show_working(self, person: Person) -> None:
        """Let the chat say that pictures are on their way; a nicety that may fail."""
        with contextlib.suppress(TelegramError):
            where = {"chat_id": person.chat, "message_thread_id": person.thread}
            await self._calls.make("sendChatAction", where | {"action": ChatAction.UPLOAD_PHOTO})

    async def _send_control(self, person: Person, text: str, keyboard: Keyboard) -> int | None:
        """Send the message with the buttons; None when it may or may not have arrived, which its album already did."""
        try:
            message = await self._calls.make(
                "sendMessage",
                place(person)
                | {
                    "text": directed(text),
                    "parse_mode": ParseMode.HTML,
                    "reply_markup": markup_of(person, keyboard),
                    "link_preview_options": _NO_PREVIEW,
                    "disable_notification": True,
                },
            )
        except BadRequest:
            raise
        except NetworkError as error:
            logger.warning("A control message is not sent again, since it may have arrived: %s", error)
            return None
        return int(message["message_id"])
