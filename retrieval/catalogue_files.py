"""Catalogue files: CSV, TSV, JSONL and Parquet, read row by row.

One column holds the path: `path`, `image`, `file`, `filename` or `image_path`, the first of them that is there, in any
case. It may be absolute, or relative to the catalogue's folder or its `images/`, with or without suffix. `id` (or
`item_id`) names the item, otherwise the path does. Every other column is metadata; `title`, `price`, `link` and
`category` have a meaning for the bot, and are taken from `name`, `url` and `label` where they are missing.

The photos table of the Unsplash dataset (`photos.tsv000` with the parts after it) names each picture by its `photo_id`;
see `retrieval.unsplash` for what of it is kept.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval import unsplash
from retrieval.entry import Entry, Failure
from retrieval.errors import CatalogueInvalid
from retrieval.file_names import display, valid_text
from retrieval.item_table import Value
from retrieval.picture_file import reason_of
from retrieval.picture_path import find_picture, title_of
from retrieval.rows import Cell, Row, RowFailure, Rows, csv_rows, jsonl_rows, parquet_rows
from retrieval.tab_separated import is_tab_separated, tsv_rows

PATH_COLUMNS = ("path", "image", "file", "filename", "image_path")
ID_COLUMNS = ("id", "item_id")
_PATHS = (*PATH_COLUMNS, unsplash.ID_COLUMN)
_TAKEN_FROM = {"title": "name", "link": "url", "category": "label"}
_READERS: Mapping[str, Callable[[Path], Rows]] = {
    ".csv": csv_rows, ".jsonl": jsonl_rows, ".parquet": parquet_rows, ".tsv": tsv_rows
}  # fmt: skip


class CatalogueFile:
    """The entries of one catalogue file. Duplicate ids are left to whoever writes the items down."""

    def __init__(self, path: Path) -> None:
        """See `retrieval.catalogue.read_catalogue`."""
        self._path = path.absolute()
        reader = _READERS.get(".tsv" if is_tab_separated(path) else path.suffix.lower())
        if reader is None:
            raise CatalogueInvalid(
                f"The catalogue {display(path)} is of no known kind: it should end in {', '.join(sorted(_READERS))}."
            )
        self._reader = reader
        columns = self._open().columns
        self._columns = _find_columns(path, columns)
        self._unsplash = unsplash.is_photos_table(columns)

    @property
    def description(self) -> Mapping[str, str]:
        """For the manifest."""
        return {"catalog": str(self._path)}

    def count(self) -> int:
        """Number of rows. Raises CatalogueInvalid."""
        return self._open().count()

    def __iter__(self) -> Iterator[Entry | Failure]:
        """Entries and failures in the order of the rows. Raises CatalogueInvalid when the file breaks off."""
        rows = iter(self._open())
        while True:
            try:
                row = next(rows, None)
            except OSError as error:
                raise self._unreadable(error) from error
            if row is None:
                return
            if isinstance(row, RowFailure):
                yield Failure(f"{display(self._path)}, row {row.number}", row.reason)
            else:
                yield self._entry(row)

    def _open(self) -> Rows:
        try:
            return self._reader(self._path)
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> CatalogueInvalid:
        return CatalogueInvalid(f"The catalogue {display(self._path)} cannot be read: {reason_of(error)}.")

    def _entry(self, row: Row) -> Entry | Failure:
        where = f"{display(self._path)}, row {row.number}"
        written = row.cells.get(self._columns.path)
        if not isinstance(written, str) or not written.strip():
            return Failure(where, f"no path in the column {self._columns.path}")
        try:
            path = find_picture(written, self._path.parent)
            if path is None:
                folder = (self._path.parent / written).is_dir()
                return Failure(display(written), "a folder, not a file" if folder else "file not found")
        except OSError as error:
            return Failure(display(written), reason_of(error))
        except ValueError:
            return Failure(where, "no file can have such a name")
        if self._unsplash:  # whose ids are no titles
            return Entry(valid_text(written), path, unsplash.photo_metadata(row.cells))
        metadata = _metadata(row.cells, leave_out={self._columns.path, self._columns.id})
        title = title_of(Path(written))
        if title is not None:
            metadata.setdefault("title", title)
        own_id = row.cells.get(self._columns.id) if self._columns.id else None
        if isinstance(own_id, float) and own_id.is_integer():
            own_id = int(own_id)
        return Entry(valid_text(str(written if own_id in (None, "") else own_id)), path, metadata)


@dataclass(frozen=True, slots=True)
class _Columns:
    path: str
    id: str | None


def _find_columns(path: Path, columns: tuple[str, ...]) -> _Columns:
    by_name = {column.strip().lower(): column for column in reversed(columns)}
    paths = [by_name[name] for name in _PATHS if name in by_name]
    ids = [by_name[name] for name in ID_COLUMNS if name in by_name]
    if not paths:
        found = ", ".join(valid_text(column) for column in columns[:20]) or "none"
        raise CatalogueInvalid(
            f"The catalogue {display(path)} names no pictures: it has the columns {found}, "
            f"but needs one of {', '.join(PATH_COLUMNS)}."
        )
    return _Columns(paths[0], ids[0] if ids else None)


def _metadata(cells: Mapping[str, Cell], leave_out: set[str | None]) -> dict[str, Value]:
    metadata: dict[str, Value] = {}
    for column, cell in cells.items():
        if column in leave_out or cell is None or cell == "" or (isinstance(cell, float) and not math.isfinite(cell)):
            continue
        name = column.strip()
        known = name.lower()
        metadata[known if known in ("title", "price", "link", "category") else valid_text(name)] = (
            valid_text(cell) if isinstance(cell, str) else cell
        )
    for name, other in _TAKEN_FROM.items():
        if name not in metadata and other in metadata:
            metadata[name] = metadata[other]
    price = metadata.get("price")
    if isinstance(price, str):
        metadata["price"] = _number(price)
    return metadata


def _number(text: str) -> Value:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
