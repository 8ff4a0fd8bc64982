"""The file of an index that keeps its embeddings in half precision: they are mapped, so that it opens at once.

    4,096 bytes   `PICTALK INDEX 1`, a line feed, a JSON object (`Header`), spaces
    2 n d bytes   embeddings, little-endian float16 [n, d]
    the rest      FAISS's own format of the codes; empty where there are none

Header and codes are verified by checksums when the file is opened; of the embeddings only their number is.
"""

import dataclasses
import json
import mmap
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import SnapshotInvalid
from retrieval.half_rows import Halves

MAGIC = b"PICTALK INDEX 1\n"
ROWS_AT = 4096
Bytes = NDArray[np.uint8]
_NOTHING: Bytes = np.empty(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Header:
    """What the file begins with.

    Attributes:
        kind: as `retrieval.indexes` names it.
        dimension: d.
        count: n.
        probes: lists that a search looks into.
        candidates: how many are scored with their embeddings.
        codes: bytes of codes.
        checksum: CRC-32 of the codes.
    """

    kind: str
    dimension: int
    count: int
    probes: int = 0
    candidates: int = 0
    codes: int = 0
    checksum: int = 0


def write_header(file: BinaryIO, header: Header) -> None:
    """At the file's beginning. Raises OSError."""
    text = json.dumps(dataclasses.asdict(header) | {"of_header": _checksum(header)}).encode()
    file.seek(0)
    file.write((MAGIC + text).ljust(ROWS_AT))


def write_index(path: Path, header: Header, parts: Sequence[Halves], codes: Bytes = _NOTHING) -> None:
    """The whole file; `header` need not know the codes. Raises OSError."""
    with path.open("wb") as file:
        file.seek(ROWS_AT)
        for part in parts:
            file.write(np.ascontiguousarray(part, dtype="<f2").data)
        write_codes(file, header, codes)


def write_codes(file: BinaryIO, header: Header, codes: Bytes) -> Header:
    """Behind the rows, and the header that fits them, which is returned. Raises OSError."""
    file.seek(ROWS_AT + 2 * header.count * header.dimension)
    file.write(codes.data)
    file.truncate()
    fitting = dataclasses.replace(header, codes=len(codes), checksum=zlib.crc32(codes.data))
    write_header(file, fitting)
    return fitting


def read_index(path: Path) -> tuple[Header, Halves, Bytes]:
    """Header, the mapped rows and the codes. Raises SnapshotInvalid."""
    try:
        with path.open("rb") as file:
            header = _parse(file.read(ROWS_AT))
            rows_end = ROWS_AT + 2 * header.count * header.dimension
            if path.stat().st_size != rows_end + header.codes:
                raise ValueError("the file is too short or too long")  # noqa: TRY301 - as any other damage
            file.seek(rows_end)
            codes = np.frombuffer(file.read(header.codes), np.uint8)
        if zlib.crc32(codes.data) != header.checksum:
            raise ValueError("the codes were changed")  # noqa: TRY301
        rows = map_rows(path, header.count, header.dimension)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SnapshotInvalid("The index file is damaged: build the snapshot again, or roll back.") from error
    return header, rows, codes


def read_kind(path: Path) -> str:
    """What the header says, without a look at the rest. Raises SnapshotInvalid."""
    try:
        with path.open("rb") as file:
            return _parse(file.read(ROWS_AT)).kind
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SnapshotInvalid("The index file is damaged: build the snapshot again, or roll back.") from error


def map_rows(path: Path, count: int, dimension: int) -> Halves:
    """[n, d] of a file whose rows are there, read from the disk when they are needed, or before. Raises OSError."""
    if not count:
        return np.empty((0, dimension), np.float16)
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hasattr(mmap, "MADV_WILLNEED"):  # the system begins to read, and nobody waits for it
        mapped.madvise(mmap.MADV_WILLNEED)
    # Not a numpy.memmap, whose every access costs 0.1 ms more than an array's.
    return np.frombuffer(mapped, "<f2", count * dimension, ROWS_AT).reshape(count, dimension)


def _parse(start: bytes) -> Header:
    if not start.startswith(MAGIC) or len(start) != ROWS_AT:
        raise ValueError("no header")
    values: dict[str, Any] = json.loads(start[len(MAGIC) :])
    checksum = values.pop("of_header", None)
    header = Header(**values)
    if checksum != _checksum(header):
        raise ValueError("the header was changed")
    return header


def _checksum(header: Header) -> int:
    return zlib.crc32(json.dumps(dataclasses.asdict(header)).encode())
