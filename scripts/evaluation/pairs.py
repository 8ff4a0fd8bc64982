"""Files that say what pictures show: CSV, TSV, JSONL, or JSON as Karpathy's splits of COCO and Flickr30k are written.

CSV, TSV and JSONL: one column or key holds the path, one the caption (in JSON also a list of captions); several rows
may name one picture. Karpathy's JSON: `{"images": [{"filepath", "filename", "split", "sentences": [{"raw"}]}]}`, of
which one split is taken.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.catalogue_files import PATH_COLUMNS
from retrieval.errors import CatalogueInvalid
from retrieval.file_names import display
from retrieval.picture_file import reason_of
from retrieval.rows import RowFailure, csv_rows
from retrieval.tab_separated import is_tab_separated, tsv_rows

_PATHS = (*PATH_COLUMNS, "image_name", "filepath")
_CAPTIONS = ("caption", "captions", "text", "sentence", "comment", "description", "title")


@dataclass(frozen=True, slots=True)
class Pair:
    """One picture and everything that is true of it.

    Attributes:
        path: as the file writes it.
        captions: at least one.
    """

    path: str
    captions: tuple[str, ...]


def read_pairs(path: Path, split: str = "test") -> list[Pair]:
    """All pictures of a file, in the order in which they are named first.

    Args:
        path: by its suffix CSV, TSV, JSONL, or JSON.
        split: which pictures of Karpathy's JSON.

    Raises:
        CatalogueInvalid: one sentence: it or a row of it cannot be read, it is empty, a picture has no caption.
    """
    try:
        rows = list(_read(path, split))
    except OSError as error:
        raise CatalogueInvalid(f"{display(path)} cannot be read: {reason_of(error)}.") from error
    except UnicodeDecodeError as error:
        raise CatalogueInvalid(f"{display(path)} is no text in UTF-8.") from error
    captions: dict[str, list[str]] = {}
    for number, (written, said) in enumerate(rows, start=1):
        if not isinstance(written, str) or not written.strip():
            raise CatalogueInvalid(
                f"{display(path)}, row {number}: no path; it should be in one of {', '.join(_PATHS)}."
            )
        found = [text.strip() for text in (said if isinstance(said, list) else [said]) if isinstance(text, str)]
        captions.setdefault(written.strip(), []).extend(filter(None, found))
    if not captions:
        raise CatalogueInvalid(f"{display(path)} names no pictures with captions.")
    for written, texts in captions.items():
        if not texts:
            raise CatalogueInvalid(
                f"{display(path)} has no caption for {display(written)}; it should be in one of {', '.join(_CAPTIONS)}."
            )
    return [Pair(written, tuple(texts)) for written, texts in captions.items()]


def _read(path: Path, split: str) -> Iterator[tuple[Any, Any]]:
    if path.suffix.lower() == ".jsonl":
        return _chosen(_json_lines(path))
    if path.suffix.lower() == ".json":
        return _json(path, split)
    if path.suffix.lower() == ".csv" or is_tab_separated(path):
        return _chosen(_table(path))
    raise CatalogueInvalid(f"{display(path)} is of no known kind: it should end in .csv, .tsv, .jsonl or .json.")


def _table(path: Path) -> Iterator[Mapping[str, Any]]:
    for row in tsv_rows(path) if is_tab_separated(path) else csv_rows(path):
        if isinstance(row, RowFailure):
            raise CatalogueInvalid(f"{display(path)}, row {row.number}: {row.reason}.")
        yield row.cells


def _json_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CatalogueInvalid(f"{display(path)}, line {number}: no valid JSON.") from error
            if not isinstance(values, dict):
                raise CatalogueInvalid(f"{display(path)}, line {number}: no JSON object.")
            yield values


def _json(path: Path, split: str) -> Iterator[tuple[Any, Any]]:
    try:
        values = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CatalogueInvalid(f"{display(path)} is no valid JSON.") from error
    if isinstance(values, list) and all(isinstance(value, dict) for value in values):
        return _chosen(values)
    images = values.get("images") if isinstance(values, dict) else None
    if not isinstance(images, list) or not all(isinstance(image, dict) for image in images):
        raise CatalogueInvalid(f"{display(path)} has no list of images: it should be one of Karpathy's splits.")
    return (
        ("/".join(filter(None, (image.get("filepath"), image.get("filename")))), _raw(image.get("sentences")))
        for image in images
        if image.get("split", split) == split
    )


def _raw(sentences: object) -> list[Any]:
    found = sentences if isinstance(sentences, list) else []
    return [sentence.get("raw") if isinstance(sentence, dict) else sentence for sentence in found]


def _chosen(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, Any]]:
    for row in rows:
        by_name = {name.strip().lower(): value for name, value in row.items()}
        yield (
            next((by_name[name] for name in _PATHS if name in by_name), None),
            next((by_name[name] for name in _CAPTIONS if name in by_name), None),
        )
