"""editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup.

An edit without ``reply_markup`` removes the keyboard, as on Telegram.
"""

from dataclasses import replace
from typing import Any

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.messages import Message
from bot.local_telegram.methods.context import Context
from bot.local_telegram.methods.media_input import item_file
from bot.local_telegram.methods.outgoing import caption, caption_parameters, extras, keyboard, message_text
from bot.local_telegram.people import Chat

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_NOT_FOUND = "message to edit not found"
_KEPT_EXTRA = ("has_media_spoiler",)


async def edit_message_text(context: Context) -> Any:
    """Replace the text of a text message."""
    chat, message = _target(context)
    text, entities = message_text(context)
    if message.media is not None or "location" in message.extra:
        raise bad_request("there is no text in the message to edit")
    edited = replace(message, text=text, entities=entities, keyboard=keyboard(context, chat), extra=extras(context))
    return _finish(context, chat, message, edited)


async def edit_message_caption(context: Context) -> Any:
    """Replace the caption of a photo or document; no caption removes it."""
    chat, message = _target(context)
    text, entities = caption_parameters(context)
    if message.media is None or message.media.kind == "sticker":
        raise bad_request("there is no caption in the message to edit")
    extra = {key: message.extra[key] for key in _KEPT_EXTRA if key in message.extra} | extras(context)
    edited = replace(message, text=text, entities=entities, keyboard=keyboard(context, chat), extra=extra)
    return _finish(context, chat, message, edited)


async def edit_message_media(context: Context) -> Any:
    """Replace photo or document, or turn a text into one; the caption is replaced as well."""
    chat, message = _target(context)
    item = context.parameters.structure("media", "can't parse input media JSON object")
    if item is None:
        raise bad_request('parameter "media" is required')
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind not in ("photo", "document"):
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is not supported')
    media = item.get("media")
    if not isinstance(media, str) or not media:
        raise bad_request("can't parse InputMedia: media not found")
    if message.media is not None and message.media.kind not in {"photo", "document"}:
        raise bad_request("message media can't be edited")
    if message.media_group_id is not None and message.media is not None and message.media.kind != kind:
        raise bad_request("can't change media type in the album")
    if context.text("inline_message_id") and media.startswith("attach://"):
        raise bad_request("wrong file identifier/HTTP URL specified")
    text, entities = caption(item.get("caption"), item.get("parse_mode"), item.get("caption_entities"))
    rows = keyboard(context, chat)
    extra = {}
    if item.get("has_spoiler"):
        extra["has_media_spoiler"] = True
    if item.get("show_caption_above_media"):
        extra["show_caption_above_media"] = True
    file = await item_file(context, kind, media)
    edited = replace(message, text=text, entities=entities, media=file, keyboard=rows, extra=extra)
    return _finish(context, chat, message, edited)


async def edit_message_reply_markup(context: Context) -> Any:
    """Replace or remove the keyboard."""
    chat, message = _target(context)
    rows = keyboard(context, chat)
    if message.media_group_id is not None:
        raise bad_request(_SAME)  # an album has no keyboard, and gets none
    return _finish(context, chat, message, replace(message, keyboard=rows))


def _target(context: Context) -> tuple[Chat, Message]:
    inline = context.text("inline_message_id")
    if inline:
        place = context.account.inline_messages.get(inline)
        if place is None:
            raise bad_request("MESSAGE_ID_INVALID")
        chat = context.account.chats[place[0]]
        if place[1] not in chat.messages:
            raise bad_request(_NOT_FOUND)
        return chat, chat.messages[place[1]]
    if not context.text("chat_id") and not context.text("message_id"):
        raise bad_request("message identifier is not specified")
    chat = context.chat()
    message = context.message(chat, _NOT_FOUND)
    if message.sender_id != context.account.user.id or message.is_service:
        raise bad_request("message can't be edited")
    return chat, message


def _finish(context: Context, chat: Chat, before: Message, after: Message) -> bool | Json:
    if before.media_group_id is not None and after.keyboard:
        context.lint("album-keyboard: an album cannot carry a keyboard; it was ignored")
        after.keyboard = None
    if before.same_content(after):
        raise bad_request(_SAME)
    after.edit_date = context.world.clock.seconds()
    context.world.edited(context.account, chat, after)
    return True if context.text("inline_message_id") else context.account.message_wire(after)
