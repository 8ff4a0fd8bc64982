"""The MarkdownV2 and Markdown parse modes, with the refusals of the Bot API server word for word.

Works on UTF-8 bytes because the refusals name byte offsets.
"""

import re
from dataclasses import dataclass

from bot.local_telegram.errors import ApiError, Json, bad_request
from bot.local_telegram.utf16 import utf16_length

_RESERVED = b"_*[]()~`>#+-=|{}.!"
_LANGUAGE = re.compile(rb"[^\s`]+(?=\s)")
_WIRE = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough",
    "Spoiler": "spoiler", "Code": "code", "Pre": "pre", "PreCode": "pre", "TextUrl": "text_link",
    "CustomEmoji": "custom_emoji", "BlockQuote": "blockquote",
}  # fmt: skip
# The closing sign of each kind; longer signs of the opening are recognised first.
_CLOSING = {
    "Bold": b"*", "Italic": b"_", "Underline": b"__", "Strikethrough": b"~", "Spoiler": b"||", "Code": b"`",
    "Pre": b"```", "PreCode": b"```", "TextUrl": b"]", "CustomEmoji": b"]", "BlockQuote": b"\n",
}  # fmt: skip
_OPENING = (
    (b"```", "Pre"), (b"__", "Underline"), (b"||", "Spoiler"), (b"![", "CustomEmoji"), (b"_", "Italic"),
    (b"*", "Bold"), (b"~", "Strikethrough"), (b"[", "TextUrl"), (b"`", "Code"),
)  # fmt: skip


@dataclass(slots=True)
class _Open:
    kind: str
    offset: int
    start: int
    at: int
    language: str = ""


def _refuse(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")


class _Parser:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw.split(b"\0", 1)[0]
        self.position = 0
        self.plain = bytearray()
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self.position < len(self.raw):
            self._step()
        if self.open and self.open[-1].kind == "BlockQuote":
            self._close(self.open.pop())
        if self.open:
            left = self.open[-1]
            raise _refuse(f"Can't find end of {left.kind} entity at byte offset {left.at}")
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return self.plain.decode(), self.entities

    def _step(self) -> None:
        byte = self.raw[self.position : self.position + 1]
        inner = self.open[-1].kind if self.open else None
        verbatim = inner in {"Code", "Pre", "PreCode"}
        if byte == b"\\" and 0 < self._next() <= 126:
            self._emit(self.raw[self.position + 1 : self.position + 2], 2)
        elif inner == "BlockQuote" and byte == b"\n" and self.raw[self.position + 1 : self.position + 2] == b">":
            self._emit(b"\n", 2)
        elif inner == "BlockQuote" and byte == b"\n":
            self._close(self.open.pop())
            self._emit(b"\n", 1)
        elif byte not in _RESERVED or (verbatim and byte != b"`"):
            self._emit(self._character(), len(self._character()))
        elif inner is not None and self._closes(inner):
            self._end(self.open.pop())
        else:
            self._begin(byte)

    def _next(self) -> int:
        return self.raw[self.position + 1] if self.position + 1 < len(self.raw) else 0

    def _character(self) -> bytes:
        end = self.position + 1
        while end < len(self.raw) and self.raw[end] & 0xC0 == 0x80:
            end += 1
        return self.raw[self.position : end]

    def _emit(self, data: bytes, consumed: int) -> None:
        self.plain += data
        self.offset += utf16_length(data.decode())
        self.position += consumed

    def _closes(self, kind: str) -> bool:
        if kind == "Italic" and self._next() == ord("_"):
            return False
        return kind != "BlockQuote" and self.raw.startswith(_CLOSING[kind], self.position)

    def _begin(self, byte: bytes) -> None:
        at = self.position
        if byte == b">" and (not self.plain or self.plain.endswith(b"\n")) and not self.open:
            self.position += 1
            self.open.append(_Open("BlockQuote", self.offset, len(self.plain), at))
            return
        if any(entry.kind in {"Code", "Pre", "PreCode"} for entry in self.open):
            self._emit(byte, 1)
            return
        for sign, kind in _OPENING:
            if self.raw.startswith(sign, at):
                self.position += len(sign)
                opened = _Open(kind, self.offset, len(self.plain), at)
                if kind == "Pre":
                    self._begin_pre(opened)
                self.open.append(opened)
                return
        raise _refuse(f"Character '{byte.decode()}' is reserved and must be escaped with the preceding '\\'")

    def _begin_pre(self, opened: _Open) -> None:
        match = _LANGUAGE.match(self.raw, self.position)
        if match is not None:
            opened.kind, opened.language = "PreCode", match.group().decode()
            self.position = match.end()
        if self.raw[self.position : self.position + 1] == b"\n":
            self.position += 1

    def _end(self, opened: _Open) -> None:
        self.position += len(_CLOSING[opened.kind])
        if opened.kind in {"TextUrl", "CustomEmoji"}:
            self._close(opened, self._address(opened))
        else:
            self._close(opened)

    def _address(self, opened: _Open) -> str:
        if self.raw[self.position : self.position + 1] != b"(":
            return self.plain[opened.start :].decode()
        self.position += 1
        begin, address = self.position, bytearray()
        while self.position < len(self.raw) and self.raw[self.position] != ord(")"):
            if self.raw[self.position] == ord("\\") and 0 < self._next() <= 126:
                self.position += 1
            address.append(self.raw[self.position])
            self.position += 1
        if self.position >= len(self.raw):
            what = "a URL" if opened.kind == "TextUrl" else "a custom emoji URL"
            raise _refuse(f"Can't find end of {what} at byte offset {begin}")
        self.position += 1
        return address.decode()

    def _close(self, opened: _Open, address: str = "") -> None:
        length = self.offset - opened.offset
        if length == 0:
            return
        entity: Json = {"type": _WIRE[opened.kind], "offset": opened.offset, "length": length}
        if opened.kind == "TextUrl":
            if "." not in address and "://" not in address:
                return
            entity["url"] = address if "://" in address else f"http://{address}/"
        elif opened.kind == "CustomEmoji":
            entity["custom_emoji_id"] = address.rpartition("id=")[2]
        elif opened.kind == "PreCode":
            entity["language"] = opened.language
        self.entities.append(entity)


def parse_markdown_v2(raw: bytes) -> tuple[str, list[Json]]:
    """Return the plain text of UTF-8 ``raw`` and its entities. Raises ApiError ``can't parse entities: …``."""
    return _Parser(raw).parse()


_LEGACY = re.compile(
    rb"\\([_*`\[])|```(?:([^\s`]+)\n)?(.*?)```|\*([^*]*)\*|_([^_]*)_|`([^`]*)`|\[([^\]]*)\]\(([^)]*)\)|([_*`\[])",
    re.DOTALL,
)


def parse_markdown(raw: bytes) -> tuple[str, list[Json]]:
    """Parse the old Markdown mode: no nesting. Raises ApiError ``can't parse entities: …``."""
    plain, entities, last = "", [], 0
    for match in _LEGACY.finditer(raw):
        plain += raw[last : match.start()].decode()
        last = match.end()
        escaped, language, pre, bold, italic, code, words, address, stray = (
            None if group is None else group.decode() for group in match.groups()
        )
        if stray is not None:
            raise _refuse(f"Can't find end of the entity starting at byte offset {match.start()}")
        if escaped is not None:
            plain += escaped
            continue
        inners = {"pre": pre, "bold": bold, "italic": italic, "code": code, "text_link": words}
        kind, inner = next((kind, inner) for kind, inner in inners.items() if inner is not None)
        entity: Json = {"type": kind, "offset": utf16_length(plain), "length": utf16_length(inner)}
        if language:
            entity["language"] = language
        if address is not None:
            entity["url"] = address
        if inner:
            entities.append(entity)
        plain += inner
    return plain + raw[last:].decode(), entities
