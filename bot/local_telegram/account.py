"""One bot: its token, its chats with their messages, its queue of updates, its commands and open queries."""

import asyncio
import re
import secrets
from dataclasses import dataclass, field

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import Json, bad_request, forbidden
from bot.local_telegram.messages import Message, media_wire
from bot.local_telegram.people import Chat, User, default_chats
from bot.local_telegram.updates import UpdateQueue
from bot.local_telegram.webhook import Webhook


@dataclass(slots=True)
class CallbackQuery:
    """A tap that waits for its answer."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    asked_at: float
    answer: asyncio.Future[Json]
    overdue: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class InlineQuery:
    """An inline query that waits for its results."""

    id: str
    user_id: int
    asked_at: float
    query: str
    answer: asyncio.Future[Json]
    overdue: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Account:
    """Everything that belongs to one token."""

    token: str
    user: User
    people: dict[int, User]
    clock: Clock
    updates: UpdateQueue
    webhook: Webhook
    chats: dict[int, Chat]
    privacy: bool = True
    inline_feedback: bool = True
    callback_queries: dict[str, CallbackQuery] = field(default_factory=dict)
    inline_queries: dict[str, InlineQuery] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    inline_messages: dict[str, tuple[int, int]] = field(default_factory=dict)
    # Private chats and basic groups share one counter, each supergroup has its own, as on Telegram.
    last_message_id: int = 0

    @classmethod
    def open(cls, token: str, user: User, people: dict[int, User], clock: Clock, webhook: Webhook) -> "Account":
        """Return a bot with the default chats."""
        return cls(token, user, people, clock, webhook.updates, webhook, default_chats(people))

    def everybody(self) -> dict[int, User]:
        """Return all people and the bot, by id."""
        return {**self.people, self.user.id: self.user}

    def next_message_id(self, chat: Chat) -> int:
        """Count a message of ``chat``."""
        if chat.type == "supergroup":
            chat.last_message_id += 1
            return chat.last_message_id
        self.last_message_id += 1
        return self.last_message_id

    def chat(self, chat_id: str | None) -> Chat:
        """Return the chat that a parameter names. Raises ApiError as the server does."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        found = None
        if chat_id.startswith("@"):
            found = next((chat for chat in self.chats.values() if chat.username == chat_id[1:]), None)
        elif re.fullmatch(r"-?[0-9]{1,20}", chat_id):
            found = self.chats.get(int(chat_id))
        if found is None:
            raise bad_request("chat not found")
        if found.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": found.migrated_to})
        return found

    def writable_chat(self, chat_id: str | None) -> Chat:
        """Return the chat that a parameter names where the bot may write to it. Raises ApiError as the server does."""
        chat = self.chat(chat_id)
        if chat.is_private:
            if self.people[chat.id].deactivated:
                raise forbidden("user is deactivated")
            if chat.bot_status == "kicked":
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
        kind = "supergroup" if chat.type == "supergroup" else chat.type
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {kind} chat")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {kind} chat")
        return chat

    def message_wire(self, message: Message, *, nested: bool = False) -> Json:
        """Return the Message of the Bot API; a message that is replied to is shown without its own reply."""
        return _message_wire(self, message, nested=nested)

    def resolved_commands(self, user_id: int, chat: Chat) -> list[Json]:
        """Return the commands that ``user_id`` sees in ``chat``: the narrowest scope that has any, language first."""
        language = self.people[user_id].language_code or ""
        if chat.is_private:
            scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
        else:
            administrator = user_id in chat.admins
            scopes = [
                f"chat_member:{chat.id}:{user_id}",
                *([f"chat_administrators:{chat.id}"] if administrator else []),
                f"chat:{chat.id}",
                *(["all_chat_administrators"] if administrator else []),
                "all_group_chats",
                "default",
            ]
        for scope in scopes:
            for code in (language[:2], ""):
                if self.commands.get((scope, code)):
                    return self.commands[scope, code]
        return []


def _message_wire(account: Account, message: Message, *, nested: bool) -> Json:
    people = account.everybody()
    chat = account.chats[message.chat_id]
    wire: Json = {
        "message_id": message.message_id,
        "from": people[message.sender_id].wire(),
        "chat": chat.wire(people),
        "date": message.date,
    }
    if chat.type == "channel":  # posts are the channel's own
        del wire["from"]
        wire["sender_chat"] = chat.wire(people)
    if message.thread_id is not None:
        wire |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if message.media is not None:
        wire |= media_wire(message.media, account.token)
    if message.text:
        carries_media = message.media is not None
        wire["caption" if carries_media else "text"] = message.text
        if message.entities:
            wire["caption_entities" if carries_media else "entities"] = message.entities
    if message.media_group_id is not None:
        wire["media_group_id"] = message.media_group_id
    if message.keyboard:
        wire["reply_markup"] = {"inline_keyboard": message.keyboard}
    if message.edit_date is not None:
        wire["edit_date"] = message.edit_date
    if message.via_bot is not None:
        wire["via_bot"] = account.user.wire()
    wire |= message.extra
    replied = chat.messages.get(message.reply_to) if message.reply_to is not None else None
    if replied is not None and not nested:
        wire["reply_to_message"] = _message_wire(account, replied, nested=True)
        if message.quote:
            wire["quote"] = {"text": message.quote, "position": 0}
    return wire


def random_id() -> str:
    """Return an id for a query or an album: 18 digits, never the same twice."""
    return str(secrets.randbelow(9 * 10**17) + 10**17)
