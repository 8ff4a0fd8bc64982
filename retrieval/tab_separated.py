"""Tab-separated files, in one part or in several (`photos.tsv000`, `photos.tsv001`, …), as a stream of rows.

Two dialects are in use under this name, and files mix them. In one a tab always ends a value and a quotation mark is a
character like any other (5" wide, "hello" she said); in the other values are quoted as in CSV, so that they may hold
tabs, line ends and doubled quotation marks. Read as CSV throughout, one lone quotation mark swallows all lines up to
the next. So a line that has as many values as there are columns is taken as it stands, apart from whole values in
quotation marks; only one that has not is tried as CSV, with a few of the lines after it.
"""

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from retrieval.rows import Row, RowFailure, Rows

_NUMBERED = re.compile(r"\.(tsv|csv)\d{3,}", re.IGNORECASE)
_MAX_LINES = 30
"""Lines that one quoted value may take; what was opened by mistake costs no more than them."""


def is_tab_separated(path: Path) -> bool:
    """Whether the name says so: `.tsv`, or the part of a file that was cut into numbered ones."""
    return path.suffix.lower() == ".tsv" or _NUMBERED.fullmatch(path.suffix) is not None


def tsv_rows(path: Path) -> Rows:
    """A file with a header, in UTF-8, and the parts after it where it is the first of several. Raises OSError."""
    parts = _parts(path)
    header = next(_lines(path), "")
    columns = tuple(_unquoted(name) for name in header.split("\t")) if header else ()

    def read() -> Iterator[Row | RowFailure]:
        number = 0
        for part in parts:
            lines = _lines(part)
            next(lines, None)  # every part has the header
            for cells in _records(lines, len(columns)):
                number += 1
                if isinstance(cells, str):
                    yield RowFailure(number, cells)
                else:
                    yield Row(number, dict(zip(columns, cells, strict=False)))

    return Rows(columns, read, lambda: sum(1 for _ in read()))


def _parts(path: Path) -> tuple[Path, ...]:
    """The file itself; the first of several with all that follow it, up to the first number that is missing."""
    if not _NUMBERED.fullmatch(path.suffix):
        return (path,)
    width = sum(map(str.isdecimal, path.suffix))
    stem, first = path.name[:-width], int(path.name[-width:])
    following = (path.with_name(f"{stem}{number:0{width}}") for number in itertools.count(first + 1))
    return (path, *itertools.takewhile(Path.exists, following))


def _lines(path: Path) -> Iterator[str]:
    # surrogateescape: a path may hold the bytes of a name that is no valid text.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
        for line in file:
            yield line.rstrip("\r\n")


def _records(lines: Iterator[str], width: int) -> Iterator[list[str] | str]:
    """The values of each row, or a few words on what is wrong with it."""
    waiting: list[str] = []
    while True:
        line = waiting.pop(0) if waiting else next(lines, None)
        if line is None:
            return
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) == width:
            yield [_unquoted(cell) for cell in cells]
            continue
        if '"' in line:
            waiting += itertools.islice(lines, _MAX_LINES - len(waiting))
            taken, quoted = _quoted([line, *waiting], width)
            if quoted is not None:
                del waiting[: taken - 1]
                yield quoted
                continue
        yield cells if len(cells) < width else f"{len(cells)} values for {width} columns"


def _quoted(lines: list[str], width: int) -> tuple[int, list[str] | None]:
    """How many of the lines make one CSV record of this width, and its values; None where no number of them does."""
    for taken in range(1, len(lines) + 1):
        try:
            cells = next(csv.reader(["\n".join(lines[:taken])], delimiter="\t", strict=True), [])
        except csv.Error:  # the value is still open: the next line belongs to it
            continue
        return taken, cells if len(cells) == width else None
    return 0, None


def _unquoted(cell: str) -> str:
    if len(cell) < 2 or cell[0] != '"' or cell[-1] != '"':
        return cell
    inside = cell[1:-1]
    # "one" and "two" is two quotations in a plain value; a quoted value doubles every mark inside.
    return inside.replace('""', '"') if '"' not in inside.replace('""', "") else cell
