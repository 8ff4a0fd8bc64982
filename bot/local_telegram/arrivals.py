"""What people send: messages into chats, and the updates that the bot gets of them.

In groups with privacy mode these are only what concerns the bot.
"""

import mimetypes
from dataclasses import dataclass
from pathlib import PurePath

from bot.local_telegram.account import Account, random_id
from bot.local_telegram.entities import with_detected
from bot.local_telegram.errors import Json
from bot.local_telegram.file_store import StoredFile
from bot.local_telegram.messages import Message
from bot.local_telegram.people import Chat, User
from bot.local_telegram.utf16 import slice_utf16
from bot.local_telegram.wire import Upload
from bot.local_telegram.world import World

MAX_TEXT = 4096


class ControlError(Exception):
    """A call of the control interface that cannot be carried out; ``status`` is that of the answer."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Keep what the answer will say."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Place:
    """Who acts where."""

    account: Account
    user: User
    chat: Chat


def place(world: World, user: int, chat: int, bot: int | None = None) -> Place:
    """Return who acts where. Raises ControlError for unknown people and chats."""
    account = world.primary(bot)
    if user not in world.people:
        raise ControlError(f"There is no user {user}.", 404)
    if chat not in account.chats:
        raise ControlError(f"There is no chat {chat}.", 404)
    if user not in account.chats[chat].members:
        raise ControlError(f"User {user} is not a member of chat {chat}.")
    return Place(account, world.people[user], account.chats[chat])


def arrive(
    world: World,
    where: Place,
    text: str,
    media: StoredFile | None = None,
    *,
    reply_to: int | None = None,
    thread_id: int | None = None,
    album: str | None = None,
    extra: Json | None = None,
) -> Message:
    """Put a person's message into the chat and tell the bot. Raises ControlError for a reply to nothing."""
    if reply_to is not None and reply_to not in where.chat.messages:
        raise ControlError(f"There is no message {reply_to} to reply to.", 404)
    chat = where.chat
    if chat.is_private:
        chat.started = True
    message = Message(
        where.account.next_message_id(chat),
        chat.id,
        where.user.id,
        world.clock.seconds(),
        text,
        with_detected(text, []),
        media,
        media_group_id=album,
        reply_to=reply_to,
        thread_id=thread_id,
        extra=extra or {},
    )
    world.added(where.account, chat, message)
    if concerns_bot(where.account, chat, message):
        kind = "channel_post" if chat.type == "channel" else "message"
        where.account.updates.push(kind, where.account.message_wire(message), chat.lane())
    return message


def concerns_bot(account: Account, chat: Chat, message: Message) -> bool:
    """Tell whether the bot is told of a message: always in private and in channels, in groups by privacy mode."""
    if chat.is_private:
        return chat.bot_status != "kicked"
    if chat.bot_status in {"left", "kicked"}:
        return False
    if not account.privacy or chat.bot_status == "administrator" or chat.type == "channel" or message.is_service:
        return True
    replied = chat.messages.get(message.reply_to) if message.reply_to is not None else None
    if replied is not None and replied.sender_id == account.user.id:
        return True
    if message.via_bot == account.user.id:
        return True
    name = f"@{account.user.username}".lower()
    for entity in message.entities:
        word = slice_utf16(message.text, entity["offset"], entity["length"]).lower()
        if entity["type"] == "bot_command" and ("@" not in word or word.endswith(name)):
            return True
        if entity["type"] == "mention" and word == name:
            return True
    return False


def clean_text(text: str) -> str:
    """Return text as a client sends it. Raises ControlError where nothing is left of it."""
    cleaned = text.encode("utf-8", "replace").decode().strip()
    if not cleaned:
        raise ControlError("A message needs text.")
    return cleaned


def send_text(world: World, where: Place, text: str, reply_to: int | None, thread_id: int | None = None) -> Message:
    """Send a text; a client splits one of more than 4,096 characters. Return the first message."""
    cleaned = clean_text(text)
    parts = [cleaned[start : start + MAX_TEXT] for start in range(0, len(cleaned), MAX_TEXT)]
    sent = [arrive(world, where, part, reply_to=reply_to, thread_id=thread_id) for part in parts if part.strip()]
    return sent[0]


async def send_photo(
    world: World,
    where: Place,
    upload: Upload,
    caption: str,
    reply_to: int | None,
    *,
    raw: bool = False,
    album: str | None = None,
    thread_id: int | None = None,
    extra: Json | None = None,
) -> Message:
    """Send a picture: recompressed as clients do, or as a file where a client cannot send it as a photo.

    ``raw`` sends the bytes as a photo untouched, whatever they are.
    """
    if raw:
        media = await world.files.add_raw_photo(upload.data)
    else:
        recompressed = await world.files.add_sent(upload.data)
        if recompressed is None:
            return await send_file(world, where, "document", upload, caption, reply_to)
        media = recompressed
    said = caption.strip()
    return arrive(world, where, said, media, reply_to=reply_to, album=album, thread_id=thread_id, extra=extra)


async def send_album(
    world: World, where: Place, uploads: list[Upload], caption: str, reply_to: int | None
) -> list[Message]:
    """Send several pictures as one album, the caption on the first."""
    if len(uploads) == 1:
        return [await send_photo(world, where, uploads[0], caption, reply_to)]
    group = random_id()
    return [
        await send_photo(world, where, upload, caption if n == 0 else "", reply_to, album=group)
        for n, upload in enumerate(uploads)
    ]


async def send_file(
    world: World, where: Place, kind: str, upload: Upload, caption: str, reply_to: int | None
) -> Message:
    """Send a document, or another kind that is a file."""
    name = PurePath(upload.filename).name or "file"
    mime_type = mimetypes.guess_type(name)[0] or upload.content_type or "application/octet-stream"
    media = await world.files.add_file(kind, upload.data, name, mime_type)
    return arrive(world, where, caption.strip(), media, reply_to=reply_to)


def edit_text(world: World, where: Place, message: Message, text: str) -> None:
    """Change the text or caption of a person's message, and tell the bot."""
    message.text = clean_text(text) if message.media is None else text.strip()
    message.entities = with_detected(message.text, [])
    message.edit_date = world.clock.seconds()
    world.edited(where.account, where.chat, message)
    if concerns_bot(where.account, where.chat, message):
        kind = "edited_channel_post" if where.chat.type == "channel" else "edited_message"
        where.account.updates.push(kind, where.account.message_wire(message), where.chat.lane())
