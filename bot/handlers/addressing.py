"""The bot answers only what is said to it: in groups that is little, and nowhere a result of its own inline mode.

With privacy mode on, Telegram shows it no more than that (core.telegram.org/bots/features, "Privacy mode"); a bot
without it, or one that administers the group, reads everything and must not answer.
"""

from telegram import Message, MessageEntity, Update
from telegram.ext import filters


def to_be_answered(update: Update) -> bool:
    """Whether an update is meant for the bot."""
    if update.effective_chat is None and update.effective_user is None:
        return False  # it could not be read: see `bot.application`
    message = update.message
    return message is None or bool(filters.StatusUpdate.ALL.check_update(update)) or for_the_bot(message)


def for_the_bot(message: Message) -> bool:
    """Whether a message wants an answer: not what the bot's own inline mode posted, nor a group's talk."""
    posted = message.via_bot is not None and message.via_bot.id == message.get_bot().id
    return not posted and (message.chat.id > 0 or addressed(message))


def addressed(message: Message) -> bool:
    """Whether a group's message is a command, mentions the bot or replies to it."""
    bot = message.get_bot()
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == bot.id:
        return replied.forum_topic_created is None  # to which everything in a topic replies
    name = f"@{bot.username}".lower()
    said = message.parse_entities() | message.parse_caption_entities()
    for entity, words in said.items():
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            return "@" not in words or words.lower().endswith(name)
        if entity.type == MessageEntity.MENTION and words.lower() == name:
            return True
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == bot.id:
            return True
    return False
