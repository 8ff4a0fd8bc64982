"""Recorded sessions of several turns: Multi-turn FashionIQ's and CIRCLED's files.

    Multi-turn FashionIQ: [{"target": [url, ASIN], "reference": [[url, [caption, caption], ASIN], …]}, …]
    CIRCLED: [{"session_id", "subset", "ground_truth_ids": […], "num_turns", "turns": [
        {"turn", "reference_image_id", "relative_caption"}, …]}, …], or one such object on each line

Multi-turn FashionIQ does not number its turns; the order of the list is taken for the order of the turns. Its two
captions are joined as FashionIQ's are. Sources: Yuan and Lam, "Conversational Fashion Image Retrieval via Multiturn
Natural Language Feedback", SIGIR 2021; CIRCLED, 2026 (CC BY 4.0).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from retrieval.file_names import display
from retrieval.picture_file import reason_of
from scripts.protocols import fashioniq
from scripts.protocols.annotation_files import AnnotationsInvalid, Record, records_of


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """What was said next to which picture."""

    reference: str
    caption: str


@dataclass(frozen=True, slots=True)
class Session:
    """One recorded dialog.

    Attributes:
        targets: the pictures that would be right; at least one.
        turns: in the order they were said; at least one.
    """

    name: str
    targets: tuple[str, ...]
    turns: tuple[RecordedTurn, ...]

    @property
    def pictures(self) -> tuple[str, ...]:
        """All that it names: targets, then references."""
        return (*self.targets, *(turn.reference for turn in self.turns))


def load_sessions(path: Path) -> tuple[Session, ...]:
    """The sessions of a file in either format, which is recognised by its first entry.

    Raises:
        AnnotationsInvalid: it is missing, damaged, empty or in another format; one sentence.
    """
    records = list(records_of(_read(path), path))
    load = _circled if "turns" in records[0].fields else _multiturn_fashioniq
    return tuple(load(record) for record in records)


def _read(path: Path) -> object:
    """JSON, or one JSON value on each line."""
    try:
        written = path.read_bytes()
    except OSError as error:
        raise AnnotationsInvalid(f"The sessions {display(path)} cannot be read: {reason_of(error)}.") from error
    try:
        content = cast(object, json.loads(written))
    except (ValueError, RecursionError):
        return list(_read_lines(written, path))
    return [content] if isinstance(content, dict) else content


def _read_lines(written: bytes, path: Path) -> Iterator[object]:
    for number, line in enumerate(written.splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                raise AnnotationsInvalid(f"The sessions {display(path)} are no valid JSON in line {number}.") from error


def _multiturn_fashioniq(record: Record) -> Session:
    target = record.fields.get("target")
    references = record.fields.get("reference")
    if not _is_texts(target, 2) or not isinstance(references, list) or not references:
        raise AnnotationsInvalid(
            f"{record.where}: neither a session of Multi-turn FashionIQ (target and reference) nor of CIRCLED (turns)."
        )
    turns = tuple(_fashioniq_turn(entry, f"{record.where}, turn {i}") for i, entry in enumerate(references, start=1))
    return Session(record.where, (str(cast(list[object], target)[1]),), turns)


def _fashioniq_turn(entry: object, where: str) -> RecordedTurn:
    if isinstance(entry, list) and len(entry) == 3:
        _, captions, asin = entry
        if _is_texts(captions, 2) and isinstance(asin, str) and asin:
            return RecordedTurn(asin, fashioniq.joined(*captions))
    raise AnnotationsInvalid(f"{where}: must be [url, [caption, caption], ASIN].")


def _circled(record: Record) -> Session:
    turns = [(turn.fields.get("turn"), _circled_turn(turn)) for turn in record.records("turns")]
    targets = record.fields.get("ground_truth_ids")
    if not isinstance(targets, list) or not targets or not all(_is_id(target) for target in targets):
        raise AnnotationsInvalid(f"{record.where}: 'ground_truth_ids' must be a list with picture ids.")
    if not turns:
        raise AnnotationsInvalid(f"{record.where}: there are no turns.")
    if record.fields.get("num_turns", len(turns)) != len(turns):
        raise AnnotationsInvalid(f"{record.where}: 'num_turns' is not the number of turns, {len(turns)}.")
    if all(isinstance(number, int) for number, _ in turns):
        turns.sort(key=lambda numbered: cast(int, numbered[0]))
    name = record.fields.get("session_id")
    return Session(
        str(name) if _is_id(name) else record.where,
        tuple(map(str, targets)),
        tuple(turn for _, turn in turns),
    )


def _circled_turn(record: Record) -> RecordedTurn:
    reference = record.fields.get("reference_image_id")
    if not _is_id(reference):
        raise AnnotationsInvalid(f"{record.where}: 'reference_image_id' must be a picture id.")
    return RecordedTurn(str(reference), record.text("relative_caption").strip())


def _is_texts(value: object, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(isinstance(text, str) for text in value)


def _is_id(value: object) -> bool:
    """CIRCO's pictures are known by COCO's numbers, the others by names."""
    return (isinstance(value, str) and bool(value)) or (isinstance(value, int) and not isinstance(value, bool))
