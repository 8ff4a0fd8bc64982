"""Annotation files are JSON that somebody downloaded: whatever is wrong with one becomes one sentence that names it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from retrieval.file_names import display
from retrieval.picture_file import reason_of


class AnnotationsInvalid(ValueError):
    """An annotation file that cannot be used; the message is one sentence that names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object of an annotation file, and where it stands.

    Attributes:
        where: what a sentence calls it, `cap.dress.val.json, entry 17`.
    """

    fields: Mapping[str, object]
    where: str

    def text(self, name: str) -> str:
        """A field that must be a string. Raises AnnotationsInvalid."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise AnnotationsInvalid(f"{self.where}: {name!r} must be text, not {_kind(value)}.")
        return value

    def integer(self, name: str) -> int:
        """A field that must be a whole number. Raises AnnotationsInvalid."""
        value = self.fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise AnnotationsInvalid(f"{self.where}: {name!r} must be a whole number, not {_kind(value)}.")
        return value

    def texts(self, name: str, count: int | None = None) -> tuple[str, ...]:
        """A field that must be a list of strings, `count` of them. Raises AnnotationsInvalid."""
        value = self.fields.get(name)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise AnnotationsInvalid(f"{self.where}: {name!r} must be a list of texts, not {_kind(value)}.")
        if count is not None and len(value) != count:
            raise AnnotationsInvalid(f"{self.where}: {name!r} must hold {count} texts, not {len(value)}.")
        return tuple(value)

    def mapping(self, name: str) -> "Record":
        """A field that must be an object. Raises AnnotationsInvalid."""
        value = self.fields.get(name)
        if not isinstance(value, dict):
            raise AnnotationsInvalid(f"{self.where}: {name!r} must be an object, not {_kind(value)}.")
        return Record(value, f"{self.where}, {name}")

    def records(self, name: str) -> Sequence["Record"]:
        """A field that must be a list of objects. Raises AnnotationsInvalid."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            raise AnnotationsInvalid(f"{self.where}: {name!r} must be a list, not {_kind(value)}.")
        return [as_record(entry, f"{self.where}, {name} {number}") for number, entry in enumerate(value, start=1)]


def read_json(path: Path) -> object:
    """What a JSON file holds.

    Raises:
        AnnotationsInvalid: it is missing, unreadable or no JSON; one sentence.
    """
    try:
        return cast(object, json.loads(path.read_bytes()))
    except OSError as error:
        raise AnnotationsInvalid(f"The annotation file {display(path)} cannot be read: {reason_of(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise AnnotationsInvalid(f"The annotation file {display(path)} is damaged: it is no valid JSON.") from error


def read_records(path: Path) -> Iterator[Record]:
    """The objects of a JSON list. Raises AnnotationsInvalid, one sentence, also for an empty list."""
    return records_of(read_json(path), path)


def records_of(content: object, path: Path) -> Iterator[Record]:
    """The objects of the list that `path` held. Raises AnnotationsInvalid."""
    if not isinstance(content, list) or not content:
        raise AnnotationsInvalid(
            f"The annotation file {display(path)} must hold a list with entries, not {_kind(content)}."
        )
    for number, entry in enumerate(content, start=1):
        yield as_record(entry, f"{display(path.name)}, entry {number}")


def as_record(value: object, where: str) -> Record:
    """A value that must be an object. Raises AnnotationsInvalid."""
    if not isinstance(value, dict):
        raise AnnotationsInvalid(f"{where}: must be an object, not {_kind(value)}.")
    return Record(value, where)


def read_names(path: Path) -> tuple[str, ...]:
    """A JSON list of picture names, each once. Raises AnnotationsInvalid."""
    content = read_json(path)
    if not isinstance(content, list) or not content or not all(isinstance(name, str) and name for name in content):
        raise AnnotationsInvalid(f"The annotation file {display(path)} must hold a list of picture names.")
    if len(set(content)) != len(content):
        raise AnnotationsInvalid(f"The annotation file {display(path)} names a picture twice.")
    return tuple(content)


def read_gallery(path: Path) -> tuple[str, ...]:
    """Picture names of a split file: FashionIQ's list, or the keys of CIRR's object. Raises AnnotationsInvalid."""
    content = read_json(path)
    return tuple(content) if isinstance(content, dict) and content else read_names(path)


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case [] | {}:
            return "an empty one"
        case _:
            return {str: "text", bool: "true or false", int: "a number", float: "a number"}.get(
                type(value), "a list" if isinstance(value, list) else "an object"
            )
