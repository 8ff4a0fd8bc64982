"""What all sending methods share: text with entities, reply, topic, keyboard, and putting the message into the chat."""

from typing import Any

from bot.local_telegram.entities import formatted
from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.file_store import StoredFile
from bot.local_telegram.keyboards import Rows, parse_markup
from bot.local_telegram.messages import Message
from bot.local_telegram.methods.context import Context
from bot.local_telegram.people import Chat

MAX_TEXT = 4096
MAX_CAPTION = 1024


def message_text(context: Context) -> tuple[str, list[Json]]:
    """Return text and entities of ``text``. Raises ApiError where they are empty, too long or cannot be parsed."""
    given = context.parameters.structure("entities", "can't parse entities JSON object")
    text, entities = formatted(context.text("text") or "", context.text("parse_mode"), given)
    if not text:
        raise bad_request("message text is empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, entities


def caption(raw: Any, parse_mode: Any, given: Any) -> tuple[str, list[Json]]:
    """Return text and entities of a caption. Raises ApiError where it is too long or cannot be parsed."""
    text, entities = formatted(_string(raw) or "", _string(parse_mode), given)
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def caption_parameters(context: Context) -> tuple[str, list[Json]]:
    """Return text and entities of ``caption``, ``parse_mode`` and ``caption_entities``."""
    given = context.parameters.structure("caption_entities", "can't parse entities JSON object")
    return caption(context.text("caption"), context.text("parse_mode"), given)


def keyboard(context: Context, chat: Chat) -> Rows | None:
    """Return the rows of ``reply_markup``."""
    return parse_markup(context.text("reply_markup"), context.lint, private=chat.is_private)


def reply(context: Context, chat: Chat) -> tuple[int | None, str | None]:
    """Return the message that is replied to and the quote of it. Raises ApiError where that message is gone."""
    given = context.parameters.structure("reply_parameters", "can't parse reply parameters JSON object") or {}
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    if not isinstance(given.get("message_id", 0), int):
        raise bad_request('can\'t parse reply parameters: Field "message_id" must be of type Number')
    wanted = given.get("message_id") or context.parameters.integer("reply_to_message_id")
    lenient = given.get("allow_sending_without_reply") or context.parameters.boolean("allow_sending_without_reply")
    if not wanted:
        return None, None
    if int(wanted) in chat.messages:
        return int(wanted), _string(given.get("quote"))
    if lenient:
        return None, None
    raise bad_request("message to be replied not found")


def thread(context: Context, chat: Chat) -> int | None:
    """Return the topic to send to. Raises ApiError where the chat has no such topic."""
    wanted = context.parameters.integer("message_thread_id")
    if not wanted:
        return None
    if chat.topics is None or wanted not in chat.topics:
        raise bad_request("message thread not found")
    return wanted


def extras(context: Context) -> Json:
    """Return the parameters that a message shows as they came."""
    extra: Json = {}
    for name, shown in (
        ("has_spoiler", "has_media_spoiler"),
        ("show_caption_above_media", "show_caption_above_media"),
        ("protect_content", "has_protected_content"),
    ):
        if context.parameters.boolean(name):
            extra[shown] = True
    options = context.parameters.structure("link_preview_options", "can't parse link preview options JSON object")
    if isinstance(options, dict):
        extra["link_preview_options"] = options
    return extra


def new_message(
    context: Context,
    chat: Chat,
    text: str,
    entities: list[Json],
    media: StoredFile | None = None,
    rows: Rows | None = None,
) -> Message:
    """Return a message of the bot that is complete but not yet in its chat, and has no number yet."""
    topic = thread(context, chat)
    reply_to, quote = reply(context, chat)
    return Message(
        0,
        chat.id,
        context.account.user.id,
        context.world.clock.seconds(),
        text,
        entities,
        media,
        keyboard=rows,
        reply_to=reply_to,
        quote=quote,
        thread_id=topic,
        extra=extras(context),
    )


def put(context: Context, chat: Chat, message: Message) -> Json:
    """Number the message, put it into its chat and return it for the answer."""
    message.message_id = context.account.next_message_id(chat)
    context.world.added(context.account, chat, message)
    return context.account.message_wire(message)
