"""Messages as the transcript, the events and the chat page show them."""

from bot.local_telegram.account import Account
from bot.local_telegram.contents import SENT
from bot.local_telegram.errors import Json
from bot.local_telegram.keyboards import for_page, labels
from bot.local_telegram.messages import Message


def shown(account: Account, message: Message) -> Json:
    """Return a message in the form of ``GET /sim/transcript``."""
    people = account.everybody()
    sender = people[message.sender_id]
    media = message.media
    return {
        "message_id": message.message_id,
        "from": "bot" if sender.is_bot else "user",
        "sender": {"id": sender.id, "name": sender.name},
        "date": message.date,
        "kind": _kind(message),
        "text": message.text if media is None and message.text else None,
        "caption": message.text if media is not None and message.text else None,
        "entities": message.entities,
        "photo": _photo(account, message),
        "document": _file(account, message, "document"),
        "voice": _file(account, message, "voice"),
        "sticker": _file(account, message, "sticker"),
        "location": message.extra.get("location"),
        "media_group_id": message.media_group_id,
        "buttons": labels(message.keyboard),
        "keyboard": for_page(message.keyboard),
        "reply_to": message.reply_to,
        "thread_id": message.thread_id,
        "edited": message.edit_date is not None,
        "reactions": message.reactions,
        "service": _service(account, message),
        "spoiler": bool(message.extra.get("has_media_spoiler")),
        "via_bot": message.via_bot is not None,
    }


def summary(message: Message | None) -> str:
    """Return one line about a message for the list of chats."""
    if message is None:
        return ""
    if message.text:
        return message.text.replace("\n", " ")[:100]
    return {"text": "", "service": ""}.get(_kind(message), _kind(message).capitalize())


def _kind(message: Message) -> str:
    if message.media is not None:
        return message.media.kind
    if message.is_service:
        return "service"
    return next((kind for kind in message.extra if kind in SENT), "text")


def _photo(account: Account, message: Message) -> Json | None:
    media = message.media
    if media is None or media.kind != "photo":
        return None
    tag, width, height = media.sizes()[-1]
    small = next((tag for tag, *sides in media.sizes() if max(sides) >= 320), tag)
    file_id = media.reference(tag).file_id(account.token)
    return {
        "file_id": file_id,
        "file_unique_id": media.reference(tag).unique_id,
        "width": width,
        "height": height,
        "url": f"/sim/file/{file_id}",
        "thumb": f"/sim/file/{media.reference(small).file_id(account.token)}",
    }


def _file(account: Account, message: Message, kind: str) -> Json | None:
    media = message.media
    if media is None or media.kind != kind:
        return None
    url = f"/sim/file/{media.reference().file_id(account.token)}"
    return {
        "file_id": media.reference().file_id(account.token),
        "name": media.name,
        "mime_type": media.mime_type,
        "size": media.size_bytes,
        "url": url,
        "thumb": f"{url}?thumb=1" if media.width else None,
    }


def _service(account: Account, message: Message) -> str | None:
    if not message.is_service:
        return None
    gone, come = message.extra.get("left_chat_member"), message.extra.get("new_chat_members")
    if gone is not None:
        return f"{gone['first_name']} left"
    if come is not None:
        return ", ".join(member["first_name"] for member in come) + " joined"
    return next(iter(message.extra)).replace("_", " ").capitalize()
