"""The results of answerInlineQuery: what is refused, and what clients would not show as it was meant.

Descriptions are those of the Bot API server where its source has them ("can't parse InlineQueryResult: …"), and of
Telegram's own servers (core.telegram.org/method/messages.setInlineBotResults) in capitals.
"""

import json
import re
from typing import Any

from bot.local_telegram.entities import formatted
from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.keyboards import parse_markup
from bot.local_telegram.methods.context import Context
from bot.local_telegram.methods.media_input import referenced
from bot.local_telegram.methods.outgoing import MAX_CAPTION, MAX_TEXT

MAX_RESULTS = 50
MAX_OFFSET_BYTES = 64
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KINDS = frozenset({"article", "photo"})
_PREFIX = "can't parse InlineQueryResult: "


def check_results(context: Context, results: list[Json]) -> None:
    """Look through the results. Raises ApiError as Telegram does; other kinds than articles and photos are refused."""
    if len(results) > MAX_RESULTS:
        raise bad_request("too many inline query results specified")
    for result in results:
        _check(context, result)
    ids = [str(result["id"]) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")


def check_button(button: Any) -> None:
    """Look at the button above the results. Raises ApiError as Telegram does."""
    if button is None:
        return
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline query results button: Can't find field \"text\"")
    if "web_app" in button:
        return
    if not button["text"].strip():
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    parameter = button.get("start_parameter")
    if not parameter:
        raise bad_request("START_PARAM_EMPTY")
    if not isinstance(parameter, str) or _START_PARAMETER.fullmatch(parameter) is None:
        raise bad_request("START_PARAM_INVALID")


def _check(context: Context, result: Json) -> None:
    kind = result.get("type")
    if not isinstance(kind, str):
        raise bad_request(f'{_PREFIX}Can\'t find field "type"')
    if kind not in _KINDS:
        raise bad_request(f'{_PREFIX}type "{kind}" is unsupported for the inline query result')
    if not 1 <= len(str(result.get("id", "")).encode("utf-8", "replace")) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    raw = json.dumps(result["reply_markup"]) if result.get("reply_markup") else None
    parse_markup(raw, context.lint, private=False)
    content = result.get("input_message_content")
    if content is not None and not isinstance(content, dict):
        raise bad_request(f'{_PREFIX}Field "input_message_content" must be of type Object')
    if kind == "photo":
        if "photo_file_id" in result:
            referenced(context, "photo", str(result["photo_file_id"]))
        text = _text(result, "caption", "caption_entities")
        if len(text) > MAX_CAPTION:
            raise bad_request("MEDIA_CAPTION_TOO_LONG")
    else:
        if not str(result.get("title") or "").strip():
            raise bad_request("ARTICLE_TITLE_EMPTY")
        if content is None:
            raise bad_request(f"{_PREFIX}Message content is not specified")
    if content is not None:
        text = _text(content, "message_text", "entities")
        if not text:
            raise bad_request("message text is empty")
        if len(text) > MAX_TEXT:
            raise bad_request("MESSAGE_TOO_LONG")


def _text(given: Json, name: str, entities: str) -> str:
    """The text without its markup. Raises ApiError where that cannot be parsed."""
    mode = given.get("parse_mode")
    text, _ = formatted(str(given.get(name) or ""), mode if isinstance(mode, str) else None, given.get(entities))
    return text
