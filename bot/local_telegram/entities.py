"""Texts and their entities: offsets in UTF-16 units, trimming, and what Telegram finds in a text by itself.

An entity is the dictionary of the Bot API: ``{"type", "offset", "length"}`` and, for some types, ``url`` or
``language``. Offsets and lengths count UTF-16 code units, as on Telegram.
"""

import re
from typing import Any

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.html_entities import parse_html
from bot.local_telegram.markdown_entities import parse_markdown, parse_markdown_v2
from bot.local_telegram.utf16 import cut, utf16_length, utf16_offset

MAX_RAW_BYTES = 32768

_TYPES = frozenset(
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
        "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
        "custom_emoji",
    }
)  # fmt: skip
_DETECTED = re.compile(
    r"(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{2,31}\b)"
    r"|(?P<url>\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)'\]]|\b(?:www\.)?[a-z0-9-]+\.(?:com|org|net|io|me|dev|example)\b"
    r"(?:/[^\s<>\"]*[^\s<>\".,;:!?)'\]])?)"
    r"|(?P<hashtag>(?<!\w)#[^\W\d]\w*)",
    re.IGNORECASE,
)


def detect_entities(text: str, taken: list[Json]) -> list[Json]:
    """Return commands, mentions, links, e-mail addresses and hashtags of ``text`` outside of the entities ``taken``."""
    closed = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in taken
        if entity["type"] in {"code", "pre", "text_link", "text_mention"}
    ]
    found = []
    for match in _DETECTED.finditer(text):
        offset = utf16_offset(text, match.start())
        length = utf16_length(match.group())
        if all(offset >= end or offset + length <= start for start, end in closed):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return found


def with_detected(text: str, entities: list[Json]) -> list[Json]:
    """Return ``entities`` together with the detected ones, in the order of the text."""
    marked = {(entity["type"], entity["offset"]) for entity in entities}
    new = [entity for entity in detect_entities(text, entities) if (entity["type"], entity["offset"]) not in marked]
    return sorted([*entities, *new], key=lambda entity: (entity["offset"], -entity["length"]))


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Replace control characters, cut white space at both ends, and move or shorten the entities accordingly."""
    cleaned = "".join(" " if character < " " and character != "\n" else character for character in text)
    ended = cleaned.rstrip()
    limit = utf16_length(ended)
    kept = [
        {**entity, "length": min(entity["length"], limit - entity["offset"])}
        for entity in entities
        if entity["offset"] < limit
    ]
    # White space inside an entity stays, as on Telegram: only what stands before the first entity is cut.
    leading = utf16_length(ended) - utf16_length(ended.lstrip())
    if kept:
        leading = min(leading, min(entity["offset"] for entity in kept))
    moved = [{**entity, "offset": entity["offset"] - leading} for entity in kept]
    return cut(ended, leading), moved


def _checked(given: Any, length: int) -> list[Json]:
    """Return the entities that a bot gives itself, without those outside of the text. Raises ApiError for others."""
    prefix = "can't parse MessageEntity: "
    if not isinstance(given, list):
        raise bad_request("expected an Array of MessageEntity")
    for entity in given:
        if not isinstance(entity, dict):
            raise bad_request(f"{prefix}expected an Object")
        for name, kind, called in (("type", str, "String"), ("offset", int, "Number"), ("length", int, "Number")):
            if name not in entity:
                raise bad_request(f'{prefix}Can\'t find field "{name}"')
            if not isinstance(entity[name], kind):
                raise bad_request(f'{prefix}Field "{name}" must be of type {called}')
        if entity["type"] not in _TYPES:
            raise bad_request(f"{prefix}Unsupported type specified")
    return [entity for entity in given if entity["length"] > 0 and 0 <= entity["offset"] <= length - entity["length"]]


def formatted(text: str, parse_mode: str | None, given: Any) -> tuple[str, list[Json]]:
    """Return plain text and entities.

    Raises ApiError for an unknown parse mode, for text that cannot be parsed, and for more than 32,768 bytes.
    """
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise bad_request("strings must be encoded in UTF-8") from error
    if len(raw) > MAX_RAW_BYTES:
        raise bad_request("text is too long")
    mode = (parse_mode or "").lower()
    if mode in {"", "none"}:
        plain, entities = text, _checked(given or [], utf16_length(text))
    elif mode == "html":
        plain, entities = parse_html(raw)
    elif mode == "markdownv2":
        plain, entities = parse_markdown_v2(raw)
    elif mode == "markdown":
        plain, entities = parse_markdown(raw)
    else:
        raise bad_request("unsupported parse_mode")
    plain, entities = trim(plain, entities)
    return plain, with_detected(plain, entities)
