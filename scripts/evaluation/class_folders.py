"""ImageNet-style folders: one folder for each class, and the words for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.catalogue import folder
from retrieval.entry import Entry
from retrieval.errors import CatalogueInvalid
from retrieval.file_names import display
from retrieval.picture_file import reason_of

NAMES_FILES = ("classes.json", "classes.txt")


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """One class.

    Attributes:
        folder: the folder's name.
        words: what it is called, at least one; several are averaged.
        paths: its pictures, by name; those of folders below it too.
    """

    folder: str
    words: tuple[str, ...]
    paths: tuple[Path, ...]


def read_classes(images: Path, names: Path | None = None) -> list[ClassFolder]:
    """The classes by the names of their folders; folders without pictures are none.

    Args:
        images: pictures that lie in it directly belong to no class and are left out.
        names: a file with the words; otherwise `classes.json` or `classes.txt` in `images`, or, where there is neither,
            the folders' names with blanks for underscores. Text: a line for each class, the folder's name, a tab or
            blank, the words (of several, separated by commas, the first). JSON: `{folder: words or list of words}`.

    Raises:
        CatalogueInvalid: one sentence: no such folder, fewer than two classes, a class that the file does not name, a
            file that cannot be read.
    """
    paths: dict[str, list[Path]] = {}
    root = images.absolute()
    for entry in folder(images):
        if isinstance(entry, Entry) and entry.path.parent != root:
            paths.setdefault(entry.path.relative_to(root).parts[0], []).append(entry.path)
    if len(paths) < 2:
        found = f"one class only, {display(*paths)}" if paths else "no folders with pictures"
        raise CatalogueInvalid(f"{display(images)} holds {found}: it should have one folder for each class.")
    written = names or next((images / name for name in NAMES_FILES if (images / name).is_file()), None)
    words: dict[str, tuple[str, ...]] = {name: (name.replace("_", " ").strip() or name,) for name in paths}
    if written is not None:
        words = _read_names(written, sorted(paths))
    return [ClassFolder(name, words[name], tuple(paths[name])) for name in sorted(paths)]


def _read_names(path: Path, folders: Sequence[str]) -> dict[str, tuple[str, ...]]:
    try:
        named = _from_json(path) if path.suffix.lower() == ".json" else _from_text(path, folders)
    except OSError as error:
        raise CatalogueInvalid(f"{display(path)} cannot be read: {reason_of(error)}.") from error
    except UnicodeDecodeError as error:
        raise CatalogueInvalid(f"{display(path)} is no text in UTF-8.") from error
    for name in folders:
        if not named.get(name):
            raise CatalogueInvalid(f"{display(path)} has no words for the class {display(name)}.")
    return {name: named[name] for name in folders}


def _from_json(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        values = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CatalogueInvalid(f"{display(path)} is no valid JSON.") from error
    if not isinstance(values, Mapping):
        raise CatalogueInvalid(f"{display(path)} should be an object, from the folders' names to the words.")
    named = {}
    for name, said in values.items():
        texts = said if isinstance(said, list) else [said]
        named[name] = tuple(text.strip() for text in texts if isinstance(text, str) and text.strip())
    return named


def _from_text(path: Path, folders: Sequence[str]) -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    # The longest first: "shirt sleeveless" is a folder of its own, not the words "sleeveless" for "shirt".
    by_length = sorted(folders, key=len, reverse=True)
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        name = next((name for name in by_length if line.startswith((f"{name}\t", f"{name} "))), None)
        words = line[len(name) :].split(",")[0].strip() if name is not None else ""
        if name is not None and words:
            named[name] = (words,)
    return named
