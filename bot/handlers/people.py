"""Who an update comes from."""

from telegram import Message, Update

from bot.protocols import Person


def person_of(update: Update) -> Person:
    """The person, chat and topic; anonymous senders in groups count as one person, the chat itself.

    What comes from no chat that we see, as an inline query does, belongs to the person's own.

    Raises:
        ValueError: the update has neither chat nor person; none of the kinds we ask Telegram for lacks both.
    """
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        if user is None:
            raise ValueError(f"update {update.update_id} has neither chat nor person")
        return Person(user.id, user.id)
    who = user.id if user is not None else abs(chat.id)
    if chat.id > 0:
        return Person(chat.id, who)
    name = user.full_name if user is not None else chat.title or ""
    asked = update.message.message_id if update.message is not None else None
    return Person(chat.id, who, _topic(update), name, asked)


def _topic(update: Update) -> int | None:
    """The forum's topic; outside of forums a thread is a chain of replies, to which nothing can be sent."""
    message = update.effective_message
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
