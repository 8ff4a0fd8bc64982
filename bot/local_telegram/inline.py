"""Inline mode: a chosen result becomes a message via the bot."""

import json
from typing import Any

from bot.local_telegram.account import InlineQuery, random_id
from bot.local_telegram.arrivals import ControlError, Place, concerns_bot
from bot.local_telegram.entities import formatted
from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.file_ids import resolve_file_id
from bot.local_telegram.keyboards import parse_markup
from bot.local_telegram.messages import Message
from bot.local_telegram.world import World


def chosen_message(world: World, where: Place, query: InlineQuery, result_id: str) -> Message:
    """Post the chosen result; the bot gets a chosen_inline_result. Raises ControlError for unknown results."""
    results: list[Json] = query.answer.result()["results"]
    result = next((result for result in results if str(result["id"]) == result_id), None)
    if result is None:
        raise ControlError(f"The query has no result {result_id!r}.", 404)
    account, chat = where.account, where.chat
    media = None
    if "photo_file_id" in result:
        media = world.files.find(resolve_file_id(result["photo_file_id"], account.token, "photo"))
    content: Any = result.get("input_message_content") or {}
    raw = content.get("message_text") or result.get("caption") or ("" if media else result.get("title", ""))
    try:
        text, entities = formatted(raw, content.get("parse_mode") or result.get("parse_mode"), None)
        rows = parse_markup(json.dumps(result["reply_markup"]) if result.get("reply_markup") else None, lambda _: None)
    except ApiError as error:
        raise ControlError(error.description) from error
    message = Message(
        account.next_message_id(chat),
        chat.id,
        where.user.id,
        world.clock.seconds(),
        text,
        entities,
        media,
        keyboard=rows,
        via_bot=account.user.id,
        inline_message_id=random_id() if rows else None,
    )
    world.added(account, chat, message)
    if message.inline_message_id is not None:
        account.inline_messages[message.inline_message_id] = (chat.id, message.message_id)
    if concerns_bot(account, chat, message):
        account.updates.push("message", account.message_wire(message), chat.lane())
    if account.inline_feedback:
        chosen: Json = {"result_id": result_id, "from": where.user.wire(), "query": query.query}
        if message.inline_message_id is not None:
            chosen["inline_message_id"] = message.inline_message_id
        account.updates.push("chosen_inline_result", chosen, f"user:{where.user.id}")
    return message
