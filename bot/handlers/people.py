"""Who an update comes from."""

from telegram import Update

from bot.protocols import Person


def person_of(update: Update) -> Person:
    """The person and chat; anonymous senders in groups count as one person, the chat itself.

    Raises:
        ValueError: the update has no chat; none of the kinds we ask Telegram for lacks one.
    """
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        raise ValueError(f"update {update.update_id} has no chat")
    return Person(chat.id, user.id if user is not None else abs(chat.id))
