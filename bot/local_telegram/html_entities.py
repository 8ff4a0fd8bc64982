"""The HTML parse mode: tags to entities, with the refusals of the Bot API server word for word.

Works on UTF-8 bytes because the refusals name byte offsets. A NUL byte ends the text, as in the server.
"""

import re
from dataclasses import dataclass, field

from bot.local_telegram.errors import ApiError, Json, bad_request
from bot.local_telegram.utf16 import utf16_length

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough", "strike": "strikethrough",
    "del": "strikethrough", "u": "underline", "ins": "underline", "tg-spoiler": "spoiler", "span": "spoiler",
    "tg-emoji": "custom_emoji", "a": "text_link", "pre": "pre", "code": "code", "blockquote": "blockquote",
}  # fmt: skip
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_SPACE = b" \t\r\n\0\v"
_NAME_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


def _refuse(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")


def _decode_reference(raw: bytes, position: int) -> tuple[str, int] | None:
    """Return the character that the reference at ``position`` stands for and the position after it."""
    match = _REFERENCE.match(raw, position)
    if match is None:
        return None
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        character = _NAMED.get(name)
        return None if character is None else (character, match.end())
    code = int(hexadecimal, 16) if hexadecimal is not None else int(decimal)
    if not 0 < code <= 0x10FFFF or 0xD800 <= code < 0xE000:
        return None
    return chr(code), match.end()


class _Parser:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw.split(b"\0", 1)[0] + b"\0"
        self.position = 0
        self.plain = bytearray()
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        end = len(self.raw) - 1
        while self.position < end:
            byte = self.raw[self.position : self.position + 1]
            reference = _decode_reference(self.raw, self.position) if byte == b"&" else None
            if reference is not None:
                self._emit(reference[0].encode())
                self.position = reference[1]
            elif byte == b"<":
                if self.raw[self.position + 1 : self.position + 2] == b"/":
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                stop = min(
                    (found for sign in (b"<", b"&") if (found := self.raw.find(sign, self.position + 1)) != -1),
                    default=end,
                )
                self._emit(self.raw[self.position : stop])
                self.position = stop
        if self.open:
            raise _refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return self.plain.decode(), self.entities

    def _emit(self, data: bytes) -> None:
        self.plain += data
        self.offset += utf16_length(data.decode())

    def _skip(self, *, spaces: bool, stop: bytes = b"") -> int:
        """Move over white space, or over everything that is neither white space nor ``stop``; return the start."""
        start = self.position
        while self.position < len(self.raw) - 1:
            byte = self.raw[self.position]
            if (byte in _SPACE) != spaces or byte in stop:
                break
            self.position += 1
        return start

    def _start_tag(self) -> None:
        begin = self.position
        self.position += 1
        self._skip(spaces=False, stop=b">")
        if self.raw[self.position] == 0:
            raise _refuse(f"Unclosed start tag at byte offset {begin}")
        tag = self.raw[begin + 1 : self.position].decode().lower()
        if tag not in _TYPES:
            raise _refuse(f'Unsupported start tag "{tag}" at byte offset {begin}')
        opened = _Open(tag, self.offset, len(self.plain))
        while True:
            self._skip(spaces=True)
            if self.raw[self.position : self.position + 1] == b">":
                break
            if self.raw[self.position] == 0:
                raise _refuse(f"Unclosed start tag at byte offset {begin}")
            self._attribute(opened, begin)
        self.position += 1
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(opened)

    def _attribute(self, opened: _Open, begin: int) -> None:
        start = self._skip(spaces=False, stop=b"=>")
        name = self.raw[start : self.position].decode().lower()
        if not name:
            raise _refuse(f'Empty attribute name in the tag "{opened.tag}" at byte offset {begin}')
        self._skip(spaces=True)
        if self.raw[self.position : self.position + 1] != b"=":
            opened.attributes[name] = ""
            return
        self.position += 1
        self._skip(spaces=True)
        quote = self.raw[self.position : self.position + 1]
        if quote in {b"'", b'"'}:
            self.position += 1
            value = self._quoted(quote)
        else:
            match = _NAME_TOKEN.match(self.raw, self.position)
            value = match.group().decode().lower() if match else ""
            token_start, self.position = self.position, self.position + len(value)
            if self.raw[self.position] not in _SPACE + b">":
                raise _refuse(f"Unexpected end of name token at byte offset {token_start}")
        if self.raw[self.position] == 0:
            raise _refuse(f"Unclosed start tag at byte offset {begin}")
        opened.attributes[name] = value

    def _quoted(self, quote: bytes) -> str:
        value = bytearray()
        while (byte := self.raw[self.position : self.position + 1]) not in {quote, b"\0"}:
            reference = _decode_reference(self.raw, self.position) if byte == b"&" else None
            if reference is None:
                value += byte
                self.position += 1
            else:
                value += reference[0].encode()
                self.position = reference[1]
        if byte == quote:
            self.position += 1
        return value.decode()

    def _end_tag(self) -> None:
        begin = self.position
        if not self.open:
            raise _refuse(f"Unexpected end tag at byte offset {begin}")
        self.position += 2
        start = self._skip(spaces=False, stop=b">")
        found = self.raw[start : self.position].decode().lower()
        self._skip(spaces=True)
        if self.raw[self.position : self.position + 1] != b">":
            raise _refuse(f"Unclosed end tag at byte offset {begin}")
        self.position += 1
        opened = self.open.pop()
        if found and found != opened.tag:
            raise _refuse(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{found}>"')
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": _TYPES[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        if opened.tag == "a":
            url = opened.attributes.get("href") or self.plain[opened.start :].decode()
            if "." not in url and "://" not in url:
                return  # not an address: Telegram keeps the words and drops the link
            entity["url"] = url if "://" in url else f"http://{url}/"
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and opened.attributes.get("class", "").startswith("language-"):
            if self.open and self.open[-1].tag == "pre":
                self.open[-1].attributes["language"] = opened.attributes["class"].removeprefix("language-")
                return
        elif opened.tag == "pre" and "language" in opened.attributes:
            entity["language"] = opened.attributes["language"]
        self.entities.append(entity)


def parse_html(raw: bytes) -> tuple[str, list[Json]]:
    """Return the plain text of UTF-8 ``raw`` and its entities. Raises ApiError ``can't parse entities: …``."""
    return _Parser(raw).parse()
