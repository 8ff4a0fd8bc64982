"""Reactions of people to messages."""

from bot.local_telegram.arrivals import ControlError, Place
from bot.local_telegram.world import World


def react(world: World, where: Place, message_id: int, emoji: str) -> None:
    """Set or take back a person's reaction; the bot hears of it in private chats and where it is an administrator.

    A reaction to an album belongs to the album's first message. Raises ControlError where there is no such message.
    """
    chat = where.chat
    message = chat.messages.get(message_id)
    if message is None:
        raise ControlError(f"There is no message {message_id}.", 404)
    if message.media_group_id is not None:
        message = next(other for other in chat.messages.values() if other.media_group_id == message.media_group_id)
    key = str(where.user.id)
    before = message.reactions.pop(key, [])
    if emoji:
        message.reactions[key] = [emoji]
    world.edited(where.account, chat, message)
    if not chat.is_private and chat.bot_status != "administrator":
        return
    payload = {
        "chat": chat.wire(where.account.everybody()),
        "message_id": message.message_id,
        "user": where.user.wire(),
        "date": world.clock.seconds(),
        "old_reaction": [{"type": "emoji", "emoji": sign} for sign in before],
        "new_reaction": [{"type": "emoji", "emoji": sign} for sign in message.reactions.get(key, [])],
    }
    where.account.updates.push("message_reaction", payload, chat.lane())
