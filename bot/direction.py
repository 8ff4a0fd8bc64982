"""Writing from right to left, and what is mixed into it (Unicode UAX #9). Pure."""

import re
import unicodedata
from html import unescape

# Isolates keep what is put into a text from turning the rest of it around (2.5), and a mark at the beginning of a line
# says how the line runs when it begins with something else (2.6).
_ISOLATE, _POP, _RIGHT_TO_LEFT_MARK = "\u2068", "\u2069", "\u200f"
_INITIATORS = "\u2066\u2067\u2068"
_COMMAND = re.compile(r"/[a-z]+")
_TAG = re.compile(r"<[^<>]*>")


def isolate(text: str) -> str:
    """A stretch of text that runs in its own direction, whatever stands around it."""
    return f"{_ISOLATE}{text}{_POP}" if text and not text.startswith(_ISOLATE) else text


def with_commands_isolated(text: str) -> str:
    """A text with commands in it: else the slash of "/help" would stand behind it."""
    return _COMMAND.sub(lambda found: isolate(found[0]), text)


def shortened(text: str, length: int) -> str:
    """At most so many characters and an ellipsis; what was isolated is closed again."""
    if len(text) <= length:
        return text
    kept = text[: length - 1].rstrip()
    return f"{kept}…{_POP * (sum(map(kept.count, _INITIATORS)) - kept.count(_POP))}"


def from_right_to_left(text: str) -> str:
    """A message, plain or in HTML, all of whose lines run from right to left, whatever they begin with."""
    return "\n".join(line if _runs_so(line) else f"{_RIGHT_TO_LEFT_MARK}{line}" for line in text.split("\n"))


def _runs_so(line: str) -> bool:
    """Whether the first character that has a direction says so; those inside isolates do not count (P2)."""
    depth = 0
    for character in unescape(_TAG.sub("", line)):
        if character in _INITIATORS:
            depth += 1
        elif character == _POP:
            depth = max(0, depth - 1)
        elif not depth and (direction := unicodedata.bidirectional(character)) in ("L", "R", "AL"):
            return direction != "L"
    return not line
