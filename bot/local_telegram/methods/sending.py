"""sendMessage, sendPhoto, sendDocument, sendChatAction."""

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.methods.context import Context
from bot.local_telegram.methods.media_input import parameter_file
from bot.local_telegram.methods.outgoing import (
    caption_parameters,
    keyboard,
    message_text,
    new_message,
    put,
    thread,
)

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_ACTION_S = 5


async def send_message(context: Context) -> Json:
    """Send a text."""
    chat = context.writable_chat()
    text, entities = message_text(context)
    message = new_message(context, chat, text, entities, rows=keyboard(context, chat))
    context.world.limiter.count(chat.id, 1)
    return put(context, chat, message)


async def send_photo(context: Context) -> Json:
    """Send one photo, which may carry a keyboard."""
    return await _send_file(context, "photo")


async def send_document(context: Context) -> Json:
    """Send a file as it is."""
    return await _send_file(context, "document")


async def _send_file(context: Context, kind: str) -> Json:
    chat = context.writable_chat()
    text, entities = caption_parameters(context)
    rows = keyboard(context, chat)
    message = new_message(context, chat, text, entities, rows=rows)
    message.media = await parameter_file(context, kind)
    context.world.limiter.count(chat.id, 1)
    return put(context, chat, message)


async def send_chat_action(context: Context) -> bool:
    """Show that the bot is busy, for five seconds."""
    chat = context.writable_chat()
    thread(context, chat)
    action = (context.text("action") or "").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    context.world.announce(context.account, chat, "typing", action=action, seconds=_ACTION_S)
    return True
