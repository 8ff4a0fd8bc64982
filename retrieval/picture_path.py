"""Finds the picture that a catalogue means, and names it for people."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

PICTURE_SUFFIXES = (
    ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jfif"
)  # fmt: skip

_MEANINGLESS = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f]{16,}|[\W\d_]*", re.IGNORECASE)
_UNSHOWN = {"Cc", "Cs", "Zl", "Zp"}
_SEPARATORS = re.compile(r"[\s_\-]+")


def find_picture(written: str, folder: Path) -> Path | None:
    """The file that a catalogue's path means, or None.

    Tried in this order: the path as written (relative paths begin at the catalogue's folder), the same in `images/` and
    `photos/` beside the catalogue, then all with the usual suffixes, for catalogues that name pictures by their stem.

    Raises:
        ValueError: no file can have such a name.
        OSError: the name is too long, or a folder on the way is forbidden.
    """
    for candidate in _candidates(written, folder):
        if candidate.exists() and not candidate.is_dir():
            return candidate
    return None


def title_of(path: Path) -> str | None:
    """The file's name as a title, or None where it says nothing (a UUID, a hash, only digits).

    Undecodable bytes and control characters become spaces, for titles are shown to people.
    """
    if _MEANINGLESS.fullmatch(path.stem):
        return None
    shown = "".join(" " if unicodedata.category(letter) in _UNSHOWN else letter for letter in path.stem)
    return _SEPARATORS.sub(" ", shown).strip() or None


def _candidates(written: str, folder: Path) -> Iterator[Path]:
    places = (folder / written, folder / "images" / written, folder / "photos" / written)
    yield from places
    for suffix in PICTURE_SUFFIXES:
        for spelled in (suffix, suffix.upper()):
            for place in places:
                yield place.with_name(place.name + spelled)
