"""Rows of CSV, JSONL and Parquet files as a stream: never more than one batch of them in memory."""

import csv
import datetime
import decimal
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import CatalogueInvalid
from retrieval.file_names import display

Cell = str | float | int | bool | None
_BATCH_ROWS = 512
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` counts from 1, as people count rows without the header."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class RowFailure:
    """One row that cannot be read, and why."""

    number: int
    reason: str


class Rows:
    """The rows of one file, and its columns (of a JSONL file, those of its first row)."""

    def __init__(
        self, columns: Iterable[str], read: Callable[[], Iterator[Row | RowFailure]], count: Callable[[], int]
    ) -> None:
        """Use `csv_rows`, `jsonl_rows` or `parquet_rows`."""
        self.columns = tuple(columns)
        self._read = read
        self._count = count

    def __iter__(self) -> Iterator[Row | RowFailure]:
        """Read from the beginning. Raises CatalogueInvalid when the file breaks off."""
        return self._read()

    def count(self) -> int:
        """Number of rows, the unreadable ones among them."""
        return self._count()


def csv_rows(path: Path) -> Rows:
    """A CSV file with a header, in UTF-8, separated by comma, semicolon, tab or bar. Raises OSError."""

    def read() -> Iterator[Row | RowFailure]:
        # surrogateescape: a path column may hold the bytes of a name that is no valid text.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            next(reader, None)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    yield RowFailure(number, str(error))
                    continue
                if cells is None:
                    return
                if not cells:
                    number -= 1
                elif len(cells) > len(columns):
                    yield RowFailure(number, f"{len(cells)} values for {len(columns)} columns")
                else:
                    yield Row(number, dict(zip(columns, cells, strict=False)))

    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        first_line = file.readline(100_000)
        delimiter = max(_DELIMITERS, key=first_line.count)
    try:
        columns = next(csv.reader([first_line], delimiter=delimiter), [])
    except csv.Error as error:
        raise CatalogueInvalid(f"The first line of {display(path)} is no CSV header.") from error
    return Rows(columns, read, lambda: sum(1 for _ in read()))


def jsonl_rows(path: Path) -> Rows:
    """A file with one JSON object per line. Raises OSError."""

    def read() -> Iterator[Row | RowFailure]:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
            filled = (line for line in file if line.strip())
            for number, line in enumerate(filled, start=1):
                try:
                    values = json.loads(line)
                except (ValueError, RecursionError):
                    yield RowFailure(number, "no valid JSON")
                    continue
                if isinstance(values, dict):
                    yield Row(number, {name: _cell(value) for name, value in values.items()})
                else:
                    yield RowFailure(number, "no JSON object")

    first = next((row for row in read() if isinstance(row, Row)), None)
    return Rows(first.cells if first else (), read, lambda: sum(1 for _ in read()))


def parquet_rows(path: Path) -> Rows:
    """A Parquet file. Raises CatalogueInvalid, OSError."""
    # Imported late: it takes 30 MB, which a bot keeps for good.
    import pyarrow
    import pyarrow.parquet

    def read() -> Iterator[Row | RowFailure]:
        number = 0
        try:
            with pyarrow.parquet.ParquetFile(path) as parquet:
                for batch in parquet.iter_batches(batch_size=_BATCH_ROWS):
                    for values in batch.to_pylist():
                        number += 1
                        yield Row(number, {name: _cell(value) for name, value in values.items()})
        except (pyarrow.ArrowException, UnicodeDecodeError) as error:
            raise CatalogueInvalid(f"The catalogue {display(path)} is damaged after row {number}.") from error

    try:
        with pyarrow.parquet.ParquetFile(path) as parquet:
            columns = parquet.schema_arrow.names
            count = parquet.metadata.num_rows
    except pyarrow.ArrowException as error:
        raise CatalogueInvalid(f"The catalogue {display(path)} is no Parquet file, or a damaged one.") from error
    return Rows(columns, read, lambda: count)


def _cell(value: Any) -> Cell:
    """A plain value: lists of plain values become comma-separated text (tags), other structures JSON."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return ", ".join(str(part) for part in value if part is not None)
    return json.dumps(value, default=str)
