"""Pictures -> Bot API calls: their `file_id`s, what Telegram refuses, and what may have arrived all the same.

A call that times out may have been carried out: pictures are never sent again blindly (python-telegram-bot issues 3937,
1045).
"""

import contextlib
import logging
from collections.abc import Sequence
from typing import Any

from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError

from bot import callback_data, pictures
from bot.languages import directed
from bot.metrics import Metrics
from bot.outbox import Messages
from bot.protocols import Person
from bot.screens import Button, Keyboard, Picture, PictureRefused
from bot.telegram_calls import Calls, Files, SentMessage
from retrieval.item_table import Item
from storage.errors import StorageUnavailable
from storage.file_ids import FileIds

logger = logging.getLogger(__name__)

MEDIA_TIMEOUT_S = 30.0
Markup = dict[str, Any]
"""https://core.telegram.org/bots/api#inlinekeyboardmarkup"""


class PhotoSender:
    """Sends photos and remembers the `file_id`s that Telegram gives to them."""

    def __init__(self, calls: Calls, file_ids: FileIds, metrics: Metrics) -> None:
        self._calls = calls
        self._file_ids = file_ids
        self._metrics = metrics

    async def load(self, items: Sequence[Item], limit: int) -> tuple[Picture, ...]:
        """The first `limit` of `items` whose pictures can be sent."""
        with self._metrics.stage_seconds.labels("render").time():
            return await pictures.load(items, limit, self._file_ids)

    async def send_photo(self, person: Person, picture: Picture, caption: str, markup: Markup | None) -> Messages:
        """Send one photo with its buttons; the caption is HTML.

        Raises:
            PictureRefused: Telegram will not take it.
        """
        try:
            message = await self.send_media(person, picture.media, caption, markup)
        except BadRequest as error:
            (fresh,) = await self._without_refused([picture], error)
            return await self.send_photo(person, fresh, caption, markup)
        await self.remember(picture.item.content_hash, picture.media, message)
        return (message["message_id"],)

    async def send_media(
        self,
        person: Person,
        media: str | bytes,
        caption: str,
        markup: Markup | None,
        parse_mode: str | None = ParseMode.HTML,
    ) -> SentMessage:
        """Send a `file_id` or a JPEG, whatever it shows. Raises TelegramError."""
        with self._metrics.stage_seconds.labels("send").time():
            photo, files = (media, {}) if isinstance(media, str) else (None, {"photo": ("picture.jpg", media)})
            fields = {"photo": photo, "caption": directed(caption), "parse_mode": parse_mode}
            sent: SentMessage = await self._send("sendPhoto", person, fields | {"reply_markup": markup}, files)
            return sent

    async def send_group_once(self, person: Person, loaded: Sequence[Picture], caption: str) -> Messages:
        """The message ids of an album; empty when it is not known whether it arrived.

        Raises:
            PictureRefused: Telegram will not take one of the pictures; nothing was sent.
        """
        try:
            messages = await self._send_group(person, loaded, caption)
        except BadRequest:
            raise
        except NetworkError as error:
            logger.warning("An album is not sent again, since it may have arrived: %s", error)
            return ()
        return tuple(message["message_id"] for message in messages)

    async def _send_group(self, person: Person, loaded: Sequence[Picture], caption: str) -> list[SentMessage]:
        photos, files = attached([picture.media for picture in loaded])
        media = [{"type": "photo", "media": photo} for photo in photos]
        media[0]["caption"] = directed(caption)
        try:
            with self._metrics.stage_seconds.labels("send").time():
                messages: list[SentMessage] = await self._send("sendMediaGroup", person, {"media": media}, files)
        except BadRequest as error:
            return await self._send_group(person, await self._without_refused(loaded, error), caption)
        for picture, message in zip(loaded, messages, strict=True):
            await self.remember(picture.item.content_hash, picture.media, message)
        return messages

    async def _send(self, method: str, person: Person, fields: dict[str, Any], files: Files) -> Any:
        return await self._calls.make(method, place(person) | fields, files, MEDIA_TIMEOUT_S)

    async def _without_refused(self, loaded: Sequence[Picture], error: BadRequest) -> tuple[Picture, ...]:
        """The same pictures as uploads, if it was a dead `file_id` that was refused.

        Raises:
            PictureRefused: it was a picture.
            BadRequest: it was something else.
        """
        reason = error.message.lower()
        if names_file_id(error):
            for picture in loaded:
                await self.forget(picture.item.content_hash)
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

    async def known(self, names: Sequence[str]) -> dict[str, str]:
        """The `file_id`s that are known, by name. Raises StorageUnavailable."""
        return await self._file_ids.get_many(names)

    async def remember(self, name: str, sent: str | bytes, message: SentMessage) -> None:
        """Keep the `file_id` that `message` gives to what was `sent`, under its content hash."""
        self._metrics.pictures.labels("upload" if isinstance(sent, bytes) else "file_id").inc()
        if isinstance(sent, bytes) and message.get("photo"):
            with contextlib.suppress(StorageUnavailable):  # then it is uploaded once more next time
                await self._file_ids.put(name, message["photo"][-1]["file_id"])

    async def forget(self, name: str) -> None:
        """Forget a `file_id` that Telegram does not take any more."""
        with contextlib.suppress(StorageUnavailable):
            await self._file_ids.forget(name)


def names_file_id(error: BadRequest) -> bool:
    """Whether it was a `file_id` that was refused."""
    return "file identifier" in error.message.lower() or "file_id" in error.message.lower()


def _refused_position(reason: str) -> int:
    """Index of the album item that a refusal names: `failed to send message #2 with the error message …`."""
    _, _, rest = reason.partition("message #")
    digits = rest.split(" ", 1)[0]
    return int(digits) - 1 if digits.isdigit() else 0


def attached(media: Sequence[str | bytes]) -> tuple[list[str], Files]:
    """Pictures as a call names them: `file_id`s as they are, JPEGs by the names of the files that go with it."""
    names = [f"picture{number}" for number in range(len(media))]
    files = {name: (f"{name}.jpg", each) for name, each in zip(names, media, strict=True) if isinstance(each, bytes)}
    return [f"attach://{name}" if name in files else str(each) for name, each in zip(names, media, strict=True)], files


def place(person: Person) -> dict[str, Any]:
    """Parameters of a sending method: chat, topic, and in a group which message is answered."""
    said: dict[str, Any] = {"chat_id": person.chat, "message_thread_id": person.thread}
    if person.asked is not None:
        said["reply_parameters"] = {"message_id": person.asked, "allow_sending_without_reply": True}
    return said


def markup_of(person: Person, keyboard: Keyboard) -> Markup:
    """The buttons, as those of the person."""
    return {"inline_keyboard": [[_button(person, button) for button in row] for row in keyboard]}


def _button(person: Person, button: Button) -> dict[str, str | None]:
    if button.press is not None:
        return {"text": button.label, "callback_data": callback_data.pack(person.user, button.press)}
    return {"text": button.label, "url": button.url}
