"""The letters of drawings: DejaVu Sans, which has Latin, Greek, Cyrillic and more; Pillow's own font is ASCII."""

from pathlib import Path

from PIL import ImageFont

_FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_NO_CHARACTER = "\uffff"


def font(size: float) -> ImageFont.FreeTypeFont:
    """The font in a size in pixels."""
    return ImageFont.truetype(_FONT, size)


def drawable(text: str) -> bool:
    """Whether the font has every character of the text."""
    letters = font(24)
    missing = bytes(letters.getmask(_NO_CHARACTER))
    return all(character.isspace() or bytes(letters.getmask(character)) != missing for character in text)
