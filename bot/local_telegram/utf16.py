"""Counting in UTF-16 code units: a character outside of the basic plane counts two."""


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units of ``text``."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_offset(text: str, position: int) -> int:
    """Return the offset in UTF-16 units of the character at ``position``."""
    return utf16_length(text[:position])


def cut(text: str, units: int) -> str:
    """Return ``text`` without its first ``units`` UTF-16 units."""
    position = 0
    while units > 0:
        units -= 2 if text[position] > "\uffff" else 1
        position += 1
    return text[position:]


def slice_utf16(text: str, offset: int, length: int) -> str:
    """Return the part of ``text`` that an entity with this offset and length covers."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
