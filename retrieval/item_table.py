"""The items of one snapshot in a SQLite file.

    items(row INTEGER PRIMARY KEY, id TEXT UNIQUE, content_hash TEXT, path BLOB, metadata TEXT)

Rows count from 0 in step with features and index. Paths are stored as the file system's bytes, because a file name
need not be valid text; metadata is JSON.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from retrieval.errors import ReferenceUnknown, SnapshotInvalid
from retrieval.file_names import display, valid_text

K = TypeVar("K")
V = TypeVar("V")
Value = str | float | int | bool
FILE_NAME = "items.sqlite"
_PAGE = 500
_INSERTED = 64
_RECENT_ITEMS, _RECENT_ROWS = 4096, 32_768
"""What was looked up last is kept, some 4 MB of each: a dialog asks for the same pictures again and again."""
_DAMAGED = (
    "The item table of the snapshot is missing or damaged: run `python -m scripts.reindex`, "
    "or go back to the previous snapshot."
)
_COLUMNS = "id, path, content_hash, metadata"
_AMONG = "(SELECT value FROM json_each(?))"  # one statement for any number of values


@dataclass(frozen=True, slots=True)
class Item:
    """One picture of the collection.

    Attributes:
        id: the catalogue's own id, or the path inside the source folder; always valid text.
        path: absolute path of the picture; may hold surrogates (`os.fsdecode`) where the name is no valid text.
        content_hash: of the file's bytes, hexadecimal.
        metadata: everything the catalogue says: title, price, link, category, tags, anything.
    """

    id: str
    path: str
    content_hash: str
    metadata: Mapping[str, Value] = field(default_factory=dict)

    @property
    def title(self) -> str | None:
        """What to call it, when the catalogue says so."""
        return self._text("title")

    @property
    def link(self) -> str | None:
        """Address of its page, when the catalogue says so."""
        return self._text("link")

    @property
    def category(self) -> str | None:
        """Its kind, when the catalogue says so."""
        return self._text("category")

    @property
    def price(self) -> Value | None:
        """As the catalogue spells it: a number, or text with a currency."""
        return self.metadata.get("price")

    def _text(self, key: str) -> str | None:
        value = self.metadata.get(key)
        return None if value is None else str(value)


class ItemTable:
    """Read access from any thread: one connection behind a lock, for look-ups take microseconds.

    Several items are looked up at once, and rows and ids as one value: SQLite's module gives up Python's interpreter
    lock for every row that it fetches, and a thread among busy ones waits for milliseconds to have it back. What was
    looked up last is remembered for the same reason.
    """

    def __init__(self, path: Path) -> None:
        """Open the file read-only.

        Raises:
            SnapshotInvalid: it is missing or no item table.
        """
        self._lock = threading.Lock()
        self._items: dict[str, Item] = {}
        self._rows: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        try:
            # immutable: nobody writes a published snapshot, and it may lie on a read-only file system.
            self._connection = sqlite3.connect(
                path.absolute().as_uri() + "?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._count = int(self._connection.execute("SELECT count(*) FROM items").fetchone()[0])
        except sqlite3.Error as error:
            raise SnapshotInvalid(_DAMAGED) from error

    def __len__(self) -> int:
        """Number of rows."""
        return self._count

    def find(self, item_id: str) -> Item | None:
        """Look an item up by id, or None."""
        found = self._one(f"SELECT {_COLUMNS} FROM items WHERE id = ?", valid_text(item_id))
        return None if found is None else _item(found)

    def item(self, item_id: str) -> Item:
        """Look an item up by id. Raises ReferenceUnknown."""
        found = self.find(item_id)
        if found is None:
            raise _unknown(item_id)
        return found

    def item_at(self, row: int) -> Item:
        """Look an item up by row. Raises ReferenceUnknown."""
        found = self._one(f"SELECT {_COLUMNS} FROM items WHERE row = ?", row)
        if found is None:
            raise ReferenceUnknown(f"The collection has no picture number {row}.")
        return _item(found)

    def row(self, item_id: str) -> int:
        """Row of an item. Raises ReferenceUnknown."""
        for row in self.rows([item_id]).values():
            return row
        raise _unknown(item_id)

    def find_all(self, item_ids: Collection[str]) -> dict[str, Item]:
        """The items of these ids that are there, by id, in no particular order."""
        return self._remembered(self._items, _RECENT_ITEMS, [*map(valid_text, item_ids)], self._read_items)

    def rows(self, item_ids: Collection[str]) -> dict[str, int]:
        """Row of each of these items that is there, in their order."""
        wanted = [*map(valid_text, item_ids)]
        found = self._remembered(self._rows, _RECENT_ROWS, wanted, lambda ids: self._map("id, row", "id", ids))
        return {item_id: found[item_id] for item_id in wanted if item_id in found}

    def contents(self, item_ids: Collection[str]) -> dict[str, tuple[int, str]]:
        """Row and content hash of each of these items that is there, by id, in no particular order."""
        found = self._map("id, json_array(row, content_hash)", "id", [*map(valid_text, item_ids)])
        return {item_id: (row, content_hash) for item_id, (row, content_hash) in found.items()}

    def ids(self, rows: Sequence[int]) -> list[str]:
        """Ids of some rows, in their order. Raises ReferenceUnknown."""
        found = self._remembered(self._ids, _RECENT_ROWS, [*map(int, rows)], self._read_ids)
        try:
            return [found[row] for row in rows]
        except KeyError as error:
            raise ReferenceUnknown(f"The collection has no picture number {error}.") from error

    def row_of_content(self, content_hash: str) -> int | None:
        """Some row with this content, or None."""
        found = self._one("SELECT row FROM items WHERE content_hash = ? LIMIT 1", content_hash)
        return None if found is None else int(found[0])

    def items(self) -> Iterator[Item]:
        """All items in row order, read in pages, so that look-ups pass in between."""
        for start in range(0, self._count, _PAGE):
            statement = f"SELECT {_COLUMNS} FROM items WHERE row >= ? AND row < ? ORDER BY row"
            for found in self._all(statement, start, start + _PAGE):
                yield _item(found)

    def close(self) -> None:
        """Release the file; the table cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def _remembered(
        self, recent: dict[K, V], most: int, wanted: Sequence[K], read: Callable[[Sequence[K]], dict[K, V]]
    ) -> dict[K, V]:
        """What of `wanted` is there, from `recent` or else by `read`."""
        found = {each: value for each in wanted if (value := recent.get(each)) is not None}
        if missing := [each for each in wanted if each not in found]:
            new = read(missing)
            found |= new
            with self._lock:
                recent |= new
                for _ in range(len(recent) - most):
                    del recent[next(iter(recent))]  # the one that was read first
        return found

    def _read_items(self, item_ids: Sequence[str]) -> dict[str, Item]:
        found = self._all(f"SELECT {_COLUMNS} FROM items WHERE id IN {_AMONG}", json.dumps(item_ids))
        return {item.id: item for item in map(_item, found)}

    def _read_ids(self, rows: Sequence[int]) -> dict[int, str]:
        return {int(row): item_id for row, item_id in self._map("row, id", "row", rows).items()}

    def _map(self, columns: str, column: str, values: Sequence[str | int]) -> dict[str, Any]:
        """The first of two columns, as text, -> the second, where `column` has one of the values."""
        ((found,),) = self._all(
            f"SELECT json_group_object({columns}) FROM items WHERE {column} IN {_AMONG}", json.dumps(values)
        )
        return dict(json.loads(found))

    def _one(self, statement: str, parameter: str | int) -> tuple[Any, ...] | None:
        found = self._all(statement, parameter)
        return found[0] if found else None

    def _all(self, statement: str, *parameters: str | int) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(statement, parameters).fetchall()
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise  # a mistake of the caller, such as a closed table
        except sqlite3.DatabaseError as error:
            raise SnapshotInvalid(_DAMAGED) from error


class ItemTableWriter:
    """Fills a new item table. The caller owns it; any one thread at a time may use it."""

    def __init__(self, path: Path) -> None:
        """Create the file. Raises sqlite3.Error."""
        self._count = 0
        self._connection = sqlite3.connect(path, check_same_thread=False)
        try:
            self._create()
        except sqlite3.Error:
            self._connection.close()
            raise

    def _create(self) -> None:
        # A snapshot that is not finished is thrown away, so a journal would only cost time; finish() syncs once.
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        # Nobody else looks at it before finish(), and locking it anew takes longer than a look-up.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute(
            "CREATE TABLE items (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content_hash TEXT NOT NULL,"
            " path BLOB NOT NULL, metadata TEXT NOT NULL)"
        )

    def __len__(self) -> int:
        """Number of rows so far."""
        return self._count

    def having(self, item_ids: Collection[str]) -> set[str]:
        """Those of these ids, valid text, that have a row already. Raises sqlite3.Error."""
        found = self._connection.execute(
            f"SELECT json_group_array(id) FROM items WHERE id IN {_AMONG}", (json.dumps([*item_ids]),)
        ).fetchone()
        return set(json.loads(found[0]))

    def add(self, items: Sequence[Item]) -> None:
        """Append rows. Raises sqlite3.IntegrityError for an id that is there, sqlite3.Error when the disk is full."""
        for start in range(0, len(items), _INSERTED):
            # Many rows a statement, since SQLite's module gives up the interpreter's lock at each.
            block = items[start : start + _INSERTED]
            values: list[Any] = []
            for row, item in enumerate(block, start=self._count + start):
                values += row, valid_text(item.id), item.content_hash, os.fsencode(item.path), _json(item.metadata)
            places = ", ".join(["(?, ?, ?, ?, ?)"] * len(block))
            self._connection.execute(
                f"INSERT INTO items (row, id, content_hash, path, metadata) VALUES {places}", values
            )
        # Commit each time: otherwise SQLite keeps the changed pages, and memory would grow with the catalogue.
        self._connection.commit()
        self._count += len(items)

    def finish(self) -> None:
        """Build the content index and close the file. Raises sqlite3.Error."""
        self._connection.execute("CREATE INDEX items_content_hash ON items (content_hash)")
        self._connection.commit()
        self._connection.close()

    def close(self) -> None:
        """Close the file as it is; harmless after `finish`."""
        self._connection.close()


def _json(metadata: Mapping[str, Value]) -> str:
    return json.dumps(dict(metadata), ensure_ascii=True)


def _item(found: tuple[Any, ...]) -> Item:
    item_id, path, content_hash, metadata = found
    if not isinstance(path, bytes):
        raise SnapshotInvalid(_DAMAGED)
    return Item(str(item_id), os.fsdecode(path), str(content_hash), json.loads(str(metadata)))


def _unknown(item_id: str) -> ReferenceUnknown:
    return ReferenceUnknown(f"The picture {display(item_id)!r} is not in the collection any more.")
