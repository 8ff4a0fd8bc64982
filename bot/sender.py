"""Screens -> Bot API calls. The only place that sends what people see.

Albums cannot carry a keyboard, so an album is followed by the control message that does. A call that times out may have
been carried out: an album is never sent again blindly (python-telegram-bot issues 3937, 1045).
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot import callback_data, pictures, texts
from bot.languages import directed, say
from bot.metrics import Metrics
from bot.outbox import Messages, Outbox
from bot.protocols import Person
from bot.screens import Album, Card, Keyboard, Offer, Picture, PictureRefused, Sent
from retrieval.errors import PictureUnreadable
from retrieval.file_names import valid_text
from retrieval.item_table import Item
from retrieval.picture_file import read_picture_bytes
from storage.errors import StorageUnavailable
from storage.file_ids import FileIds

logger = logging.getLogger(__name__)

MEDIA_TIMEOUT_S = 30.0
MAX_DOCUMENT_BYTES = 50 * 1000 * 1000
"""What a bot may upload (Bot API, sendDocument: 50 MB)."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Shows screens in chats and remembers the `file_id`s that Telegram gives to pictures."""

    def __init__(self, bot: Bot, file_ids: FileIds, outbox: Outbox, metrics: Metrics) -> None:
        self._outbox = outbox
        self._metrics = metrics
        self._bot = bot
        self._file_ids = file_ids

    async def load(self, items: Sequence[Item], limit: int) -> tuple[Picture, ...]:
        """See `conversation.Messenger`."""
        with self._metrics.stage_seconds.labels("render").time():
            return await pictures.load(items, limit, self._file_ids)

    async def show_album(self, person: Person, album: Album, loaded: Sequence[Picture]) -> Sent:
        """Send the pictures, then the control message; one picture carries its buttons itself.

        Raises:
            PictureRefused: Telegram will not take one of the pictures; nothing was sent.
        """
        shown = tuple(picture.item.id for picture in loaded)
        if len(loaded) == 1:
            markup = _markup(person, album.keyboard)
            messages = await self._outbox.once(
                shown, lambda: self._send_photo(person, loaded[0], album.control, markup)
            )
            return Sent(shown, messages, messages[0])
        messages = await self._outbox.once(shown, lambda: self._send_group_once(person, loaded, album.caption))
        hint = "" if messages else f"\n{say(texts.SEND_UNCERTAIN)}"
        control = await self._send_control(person, album.control + hint, album.keyboard)
        return Sent(shown, messages, control)

    async def show_card(self, person: Person, card: Card, replaces: int | None) -> int | None:
        """Show one picture by itself: in place of an open card where that works, else as a new message."""
        loaded = await self.load([card.item], 1)
        if not loaded:
            await self.say(person, say(texts.SOME_MISSING))
            return replaces
        markup = _markup(person, card.keyboard)
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
                    await self._remember(loaded[0], edited)
                return replaces
        (message,) = await self._outbox.once(
            (loaded[0].item.id,), lambda: self._send_photo(person, loaded[0], card.caption, markup)
        )
        return message

    async def show_offer(self, person: Person, offer: Offer) -> None:
        """See `conversation.Messenger`."""
        await self._send_control(person, offer.text, offer.keyboard)

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
        )

    async def say(self, person: Person, text: str) -> None:
        """One plain line."""
        await self._bot.send_message(person.chat, directed(text), link_preview_options=_NO_PREVIEW)

    async def show_working(self, person: Person) -> None:
        """Let the chat say that pictures are on their way; a nicety that may fail."""
        with contextlib.suppress(TelegramError):
            await self._bot.send_chat_action(person.chat, ChatAction.UPLOAD_PHOTO)

    async def _send_group_once(self, person: Person, loaded: Sequence[Picture], caption: str) -> Messages:
        """The message ids; empty when it is not known whether the album arrived."""
        try:
            messages = await self._send_group(person, loaded, caption)
        except BadRequest:
            raise
        except NetworkError as error:
            logger.warning("An album is not sent again, since it may have arrived: %s", error)
            return ()
        return tuple(message.message_id for message in messages)

    async def _send_group(self, person: Person, loaded: Sequence[Picture], caption: str) -> tuple[Message, ...]:
        media = [
            InputMediaPhoto(picture.media, caption=directed(caption) if number == 0 else None)
            for number, picture in enumerate(loaded)
        ]
        try:
            with self._metrics.stage_seconds.labels("send").time():
                messages = await self._bot.send_media_group(
                    person.chat, media, read_timeout=MEDIA_TIMEOUT_S, write_timeout=MEDIA_TIMEOUT_S
                )
        except BadRequest as error:
            return await self._send_group(person, await self._without_refused(loaded, error), caption)
        for picture, message in zip(loaded, messages, strict=True):
            await self._remember(picture, message)
        return messages

    async def _send_control(self, person: Person, text: str, keyboard: Keyboard) -> int | None:
        """Send the message with the buttons; None when it may or may not have arrived, which its album already did."""
        try:
            message = await self._bot.send_message(
                person.chat,
                directed(text),
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(person, keyboard),
                link_preview_options=_NO_PREVIEW,
                disable_notification=True,
            )
        except BadRequest:
            raise
        except NetworkError as error:
            logger.warning("A control message is not sent again, since it may have arrived: %s", error)
            return None
        return message.message_id

    async def _send_photo(
        self, person: Person, picture: Picture, caption: str, markup: InlineKeyboardMarkup
    ) -> Messages:
        try:
            message = await self._bot.send_photo(
                person.chat,
                picture.media,
                caption=directed(caption),
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                read_timeout=MEDIA_TIMEOUT_S,
                write_timeout=MEDIA_TIMEOUT_S,
            )
        except BadRequest as error:
            (fresh,) = await self._without_refused([picture], error)
            return await self._send_photo(person, fresh, caption, markup)
        await self._remember(picture, message)
        return (message.message_id,)

    async def _without_refused(self, loaded: Sequence[Picture], error: BadRequest) -> tuple[Picture, ...]:
        """The same pictures as uploads, if it was a dead `file_id` that was refused.

        Raises:
            PictureRefused: it was a picture.
            BadRequest: it was something else.
        """
        reason = error.message.lower()
        if "file identifier" in reason or "file_id" in reason:
            for picture in loaded:
                await self._forget(picture)
            if any(isinstance(picture.media, str) for picture in loaded):
                fresh = await pictures.load([picture.item for picture in loaded], len(loaded), None)
                if len(fresh) == len(loaded):
                    return fresh
                readable = {picture.item.id for picture in fresh}
                gone = next(picture.item.id for picture in loaded if picture.item.id not in readable)
                raise PictureRefused(gone, error.message) from error
        if "image_process_failed" in reason or "photo_invalid" in reason or "failed to send message #" in reason:
            raise PictureRefused(loaded[_refused_position(reason)].item.id, error.message) from error
        raise error

    async def _remember(self, picture: Picture, message: Message) -> None:
        self._metrics.pictures.labels("upload" if isinstance(picture.media, bytes) else "file_id").inc()
        if isinstance(picture.media, bytes) and message.photo:
            with contextlib.suppress(StorageUnavailable):  # then it is uploaded once more next time
                await self._file_ids.put(picture.item.content_hash, message.photo[-1].file_id)

    async def _forget(self, picture: Picture) -> None:
        with contextlib.suppress(StorageUnavailable):
            await self._file_ids.forget(picture.item.content_hash)


def _refused_position(reason: str) -> int:
    """Index of the album item that a refusal names: `failed to send message #2 with the error message …`."""
    _, _, rest = reason.partition("message #")
    digits = rest.split(" ", 1)[0]
    return int(digits) - 1 if digits.isdigit() else 0


def _markup(person: Person, keyboard: Keyboard) -> InlineKeyboardMarkup:
    rows = []
    for row in keyboard:
        buttons = []
        for button in row:
            data = callback_data.pack(person.user, button.press) if button.press is not None else None
            buttons.append(InlineKeyboardButton(button.label, callback_data=data, url=button.url))
        rows.append(buttons)
    return InlineKeyboardMarkup(rows)
