"""File names as text. A name is any bytes but NUL and slash: it may hold newlines, emoji, and bytes that are no UTF-8.

Python spells the latter as lone surrogates, which JSON, SQLite, Redis and terminals refuse.
"""

from pathlib import Path

_ESCAPES = {number: f"\\x{number:02x}" for number in (*range(32), 127)} | {9: "\\t", 10: "\\n", 13: "\\r"}


def valid_text(text: str) -> str:
    r"""Text that can be stored and sent: lone surrogates become escapes like `\udce9`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def display(path: str | Path) -> str:
    """A path for people, on one line: valid text without control characters."""
    return valid_text(str(path)).translate(_ESCAPES)
