"""What happens to chats themselves."""

from typing import Any, Protocol

from telegram import Update


class ChatDialogs(Protocol):
    """The dialogs, by chat; see `bot.stored_dialogs`."""

    async def move_chat(self, old: int, new: int) -> None:
        """Go on under another id of the chat."""
        ...


class Chats:
    """Keeps what is remembered where the chat is."""

    def __init__(self, dialogs: ChatDialogs) -> None:
        self._dialogs = dialogs

    async def migrated(self, update: Update, _: Any) -> None:
        """A group became a supergroup, which has another id; Telegram says so in both of them."""
        message = update.message
        if message is None:
            raise ValueError(f"update {update.update_id} has no message")
        old = message.migrate_from_chat_id or message.chat_id
        await self._dialogs.move_chat(old, message.migrate_to_chat_id or message.chat_id)
