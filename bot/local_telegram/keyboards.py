"""Inline keyboards: what is refused, what Telegram silently repairs (each repair becomes a lint entry)."""

import json
from collections.abc import Callable
from typing import Any

from bot.local_telegram.errors import Json, bad_request

Rows = list[list[Json]]

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_ROW = 12
DOCUMENTED_ROW = 8
_KINDS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
# Buttons whose value is an object, with the field that matters.
_OBJECTS = {"copy_text": "text", "web_app": "url", "login_url": "url"}
_UNCHECKED = frozenset({"switch_inline_query_chosen_chat", "callback_game", "pay"})
_PAGE_KINDS = {
    "callback_data": "callback", "url": "url", "copy_text": "copy", "web_app": "web_app", "login_url": "url",
    "switch_inline_query": "switch_inline", "switch_inline_query_current_chat": "switch_inline_current",
    "switch_inline_query_chosen_chat": "switch_inline",
}  # fmt: skip
_OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def parse_markup(raw: str | None, lint: Callable[[str], None], *, private: bool = True) -> Rows | None:
    """Return the rows of an inline keyboard, or None where there is none.

    Raises ApiError for what Telegram refuses; ``lint`` is told of what it repairs.
    """
    if not raw:
        return None
    try:
        markup = json.loads(raw)
    except ValueError as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if any(key in markup for key in _OTHER_MARKUPS):
            lint("markup-kind: only inline keyboards are shown; this reply markup was accepted and dropped")
        return None
    return _rows(markup["inline_keyboard"], lint, private)


def _rows(value: Any, lint: Callable[[str], None], private: bool) -> Rows | None:
    wrong = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    if not isinstance(value, list):
        raise bad_request(wrong)
    rows: Rows = []
    for row in value:
        if not isinstance(row, list):
            raise bad_request(wrong)
        buttons = []
        for button in row:
            parsed = _button(button, private)
            if parsed["text"]:
                buttons.append(parsed)
            else:
                lint("button-empty: a button without text was dropped")
        if len(buttons) > MAX_ROW:
            lint(f"row-long: a row of {len(buttons)} buttons was cut to {MAX_ROW}")
            buttons = buttons[:MAX_ROW]
        elif len(buttons) > DOCUMENTED_ROW:
            lint(f"row-long: {len(buttons)} buttons in a row; clients show {DOCUMENTED_ROW}")
        if buttons:
            rows.append(buttons)
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows or None


def _button(value: Any, private: bool) -> Json:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(value, dict):
        raise bad_request(f"{prefix}expected an Object")
    if not isinstance(value.get("text"), str):
        raise bad_request(f'{prefix}Can\'t find field "text"')
    text = value["text"].strip()
    kind = next((name for name in _KINDS if name in value and value[name] not in ("", None)), None)
    if kind is None and "switch_inline_query_current_chat" in value:
        kind = "switch_inline_query_current_chat"  # an empty query is allowed here
    elif kind is None and "switch_inline_query" in value:
        kind = "switch_inline_query"
    if kind is None:
        raise bad_request(f"{prefix}Text buttons are unallowed in the inline keyboard")
    content = value[kind]
    if kind in _OBJECTS:
        content = content.get(_OBJECTS[kind]) if isinstance(content, dict) else None
    if kind not in _UNCHECKED and not isinstance(content, str):
        raise bad_request(f'{prefix}Field "{kind}" must be of type {"Object" if kind in _OBJECTS else "String"}')
    _check(kind, content, private)
    button: Json = {"text": text, kind: value[kind]}
    if value.get("style") in ("danger", "success", "primary"):
        button["style"] = value["style"]
    return button


def _check(kind: str, value: Any, private: bool) -> None:
    if kind == "callback_data" and len(value.encode("utf-8", "replace")) > MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if kind == "url" and not value.startswith(("http://", "https://", "tg://", "ton://")) and "." not in value:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if kind == "copy_text" and not 1 <= len(value) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if kind == "web_app":
        if not value.startswith("https://"):
            where = f"inline keyboard button Web App URL '{value}'"
            raise bad_request(f"{where} is invalid: Only HTTPS links are allowed")
        if not private:
            raise bad_request("BUTTON_TYPE_INVALID")


def labels(rows: Rows | None) -> list[list[str]]:
    """Return the labels as a transcript shows them."""
    return [[button["text"] for button in row] for row in rows or []]


def for_page(rows: Rows | None) -> list[list[Json]]:
    """Return the buttons as the chat page draws them: label, kind and what the kind needs."""
    return [[_for_page(button) for button in row] for row in rows or []]


def _for_page(button: Json) -> Json:
    name = next(key for key in button if key in _KINDS)
    shown: Json = {"label": button["text"], "kind": _PAGE_KINDS.get(name, name)}
    value = button[name]
    if name in {"url", "web_app", "login_url"}:
        shown["url"] = value if isinstance(value, str) else value.get("url")
    elif name == "copy_text":
        shown["text"] = value["text"]
    elif name.startswith("switch_inline"):
        shown["query"] = value if isinstance(value, str) else ""
    if "style" in button:
        shown["style"] = button["style"]
    return shown


def find_button(rows: Rows | None, label: str) -> Json | None:
    """Return the first button with this label."""
    return next((button for row in rows or [] for button in row if button["text"] == label), None)
