"""deleteMessage and deleteMessages."""

from bot.local_telegram.errors import bad_request
from bot.local_telegram.messages import Message
from bot.local_telegram.methods.context import Context
from bot.local_telegram.people import Chat

_MAX_AGE_S = 48 * 3600
_MAX_IDS = 100


async def delete_message(context: Context) -> bool:
    """Delete one message: an own one, one in a private chat, or any where the bot is an administrator."""
    chat = context.chat()
    message = context.message(chat, "message to delete not found")
    _check(context, chat, message)
    context.world.deleted(context.account, chat, message.message_id)
    return True


async def delete_messages(context: Context) -> bool:
    """Delete 1 to 100 messages; those that are gone or may not be deleted are skipped."""
    chat = context.chat()
    ids = context.parameters.structure("message_ids", "can't parse message_ids JSON object")
    if ids is None:
        raise bad_request("message identifiers are not specified")
    if not isinstance(ids, list):
        raise bad_request("expected an Array of message identifiers")
    if len(ids) > _MAX_IDS:
        raise bad_request("too many message identifiers specified")
    for message_id in ids:
        message = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if message is not None and _may_delete(context, chat, message):
            context.world.deleted(context.account, chat, message.message_id)
    return True


def _may_delete(context: Context, chat: Chat, message: Message) -> bool:
    recent = context.world.clock.now() - message.date <= _MAX_AGE_S
    own = message.sender_id == context.account.user.id
    return recent and (own or chat.is_private or chat.bot_status == "administrator")


def _check(context: Context, chat: Chat, message: Message) -> None:
    if not _may_delete(context, chat, message):
        own = message.sender_id == context.account.user.id
        raise bad_request("message can't be deleted for everyone" if own else "message can't be deleted")
