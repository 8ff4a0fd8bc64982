"""What is written beside a picture, as one plain text: title, maker, material, size, tags and description."""

import html
import re
from collections.abc import Mapping

from retrieval.item_table import Value

COLUMNS = ("title", "caption", "brand", "material", "size", "tags", "keywords", "description")
"""In this order, which matters: a sentence model reads a beginning (256 word pieces for all-MiniLM-L6-v2)."""
MAX_CHARACTERS = 20_000
"""Of one item; nobody looks for what only comes after 3,000 words, and nobody's description stops an indexing."""
_NO_TEXT = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_WORD = re.compile(r"\w+")


def written(metadata: Mapping[str, Value]) -> str:
    """The words of an item: without HTML, spaces made one, cut at `MAX_CHARACTERS`; empty where there are none."""
    said = [plain(str(metadata[column])) for column in COLUMNS if column in metadata]
    return ". ".join(text.rstrip(".") for text in dict.fromkeys(said) if text)[:MAX_CHARACTERS]


def plain(text: str) -> str:
    """A text without HTML tags, comments, scripts and entities, its white space single."""
    text = text[: 2 * MAX_CHARACTERS].encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    if "<" in text:
        text = _TAG.sub(" ", _NO_TEXT.sub(" ", text))
    return _SPACE.sub(" ", html.unescape(text)).strip()


def words_in(text: str) -> list[str]:
    """Its words, in the form in which they are compared."""
    return _WORD.findall(text.casefold())
