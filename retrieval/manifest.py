"""What a snapshot says of itself: `manifest.json`, written last, so that a folder with one is whole."""

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retrieval.errors import SnapshotInvalid
from retrieval.file_names import display

FORMAT = 1
FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a snapshot is made with.

    Attributes:
        fingerprint: `Encoder.fingerprint` of the features.
        model: the model's name as the admin writes it (`CLIP_MODEL`).
        pretrained: its tag or local path (`CLIP_PRETRAINED`).
        dimension: d, the width of the features.
        composition: `Composition.name` in force.
        index: kind of vector index, as `retrieval.indexes` names it.
        source: the catalogue, to index it again: `{"images": folder}` or `{"catalog": file}`.
        templates: that short searches of it are put into, see `retrieval.prompts`.
    """

    fingerprint: str
    model: str
    pretrained: str | None
    dimension: int
    composition: str
    index: str = "faiss"
    source: Mapping[str, str] | None = None
    templates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest(Provenance):
    """Provenance and contents of one snapshot.

    Attributes:
        count: number of rows.
        failed: number of catalogue entries that were skipped.
        strength: version of the calibration beside it, see `retrieval.strength`; 0 where there is none.
        words: `SentenceEncoder.fingerprint` of the vectors of the items' words beside it; empty where there are none.
        words_dimension: e, their width.
        created_at: ISO 8601, UTC.
        format: version of the folder's layout.
        search: `retrieval.index_builder.IndexFigures`: which kind of index was chosen, and the recall measured with it.
    """

    count: int = 0
    failed: int = 0
    strength: int = 0
    words: str = ""
    words_dimension: int = 0
    created_at: str = ""
    format: int = FORMAT
    search: Mapping[str, str | float] | None = None

    @classmethod
    def describe(
        cls,
        provenance: Provenance,
        *,
        count: int,
        failed: int,
        strength: int = 0,
        search: Mapping[str, str | float] | None = None,
    ) -> "Manifest":
        """The manifest of a snapshot finished now."""
        made_with = _made_with(provenance)
        created_at = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(**made_with, count=count, failed=failed, strength=strength, created_at=created_at, search=search)

    def made_like(self, other: Provenance) -> bool:
        """Whether both are made with the same things."""
        return _made_with(self) == _made_with(other)


def _made_with(provenance: Provenance) -> dict[str, Any]:
    return {field.name: getattr(provenance, field.name) for field in dataclasses.fields(Provenance)}


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write `manifest.json` durably, by rename: it is there in full or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    # ensure_ascii also carries the lone surrogates by which Python spells undecodable file names.
    text = json.dumps(dataclasses.asdict(manifest), indent=2, ensure_ascii=True, default=dict) + "\n"
    unfinished = directory / (FILE_NAME + ".part")
    with unfinished.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(directory / FILE_NAME)


def read_manifest(directory: Path) -> Manifest:
    """Read and check `manifest.json`.

    Raises:
        SnapshotInvalid: it is missing, damaged, or of another format.
    """
    try:
        values = json.loads((directory / FILE_NAME).read_bytes())
    except FileNotFoundError as error:
        raise SnapshotInvalid(
            f"{display(directory)} holds no finished snapshot (no {FILE_NAME}): run `python -m scripts.reindex`."
        ) from error
    except (OSError, ValueError) as error:
        raise _damaged(directory, "cannot be read") from error
    if not isinstance(values, dict):
        raise _damaged(directory, "holds no object")
    if values.get("format") != FORMAT:
        raise SnapshotInvalid(
            f"The snapshot in {display(directory)} has format {values.get('format')!r}, this version reads {FORMAT}: "
            "run `python -m scripts.reindex`."
        )
    return _parse(directory, values)


def _parse(directory: Path, values: dict[str, Any]) -> Manifest:
    known = {field.name for field in dataclasses.fields(Manifest)}
    texts = ("fingerprint", "model", "composition", "index", "created_at")
    numbers = ("dimension", "count", "failed")
    source = values.get("source")
    templates = values.get("templates", [])  # snapshots of earlier versions were made without
    sound = (
        all(isinstance(values.get(name), str) for name in texts)
        and all(isinstance(values.get(name), int) and values[name] >= 0 for name in numbers)
        and isinstance(values.get("strength", 0), int)
        and isinstance(values.get("words", ""), str)
        and isinstance(values.get("words_dimension", 0), int)
        and isinstance(values.get("pretrained"), str | None)
        and isinstance(values.get("search"), dict | None)
        and (source is None or (isinstance(source, dict) and all(isinstance(value, str) for value in source.values())))
        and (isinstance(templates, list) and all(isinstance(template, str) for template in templates))
    )
    if not sound:
        raise _damaged(directory, "has missing or wrong values")
    return Manifest(
        **{name: value for name, value in values.items() if name in known} | {"templates": tuple(templates)}
    )


def _damaged(directory: Path, how: str) -> SnapshotInvalid:
    return SnapshotInvalid(
        f"The manifest of the snapshot in {display(directory)} {how}: run `python -m scripts.reindex`, "
        "or go back to the previous snapshot."
    )
