"""What an indexing job has encoded so far, so that one that was cut off goes on from there instead of from nothing.

    encoded(content_hash TEXT PRIMARY KEY, features BLOB)      little-endian float32

The file names the model in a table of its own; of another model it is begun anew. SQLite keeps
what was committed whole when the process is killed.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.protocols import Features


class EncodedJournal:
    """One job's record; one thread adds, any thread looks up. Whatever is wrong with the file only costs the record."""

    def __init__(self, path: Path, fingerprint: str, dimension: int) -> None:
        """Open the record of an unfinished job of that model, or begin one."""
        self._path = path
        self._dimension = dimension
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        with contextlib.suppress(sqlite3.Error, OSError):
            self._connection = _opened(path, f"{fingerprint} {dimension}")
            return
        self.delete()

    def features(self, content_hash: str) -> Features | None:
        """[d] raw features of a picture with this content, if it was encoded."""
        found = self._run("SELECT features FROM encoded WHERE content_hash = ?", (content_hash,))
        if not found or len(found[0][0]) != 4 * self._dimension:
            return None
        features: Features = np.frombuffer(found[0][0], dtype="<f4").astype(np.float32)
        return features

    def add(self, content_hashes: Sequence[str], features: Features) -> None:
        """Record [n, d] raw features."""
        with self._lock:
            if self._connection is None:
                return
            rows = [(name, row.astype("<f4").tobytes()) for name, row in zip(content_hashes, features, strict=True)]
            try:
                self._connection.executemany("INSERT OR REPLACE INTO encoded VALUES (?, ?)", rows)
                self._connection.commit()
            except sqlite3.Error:
                self._close()

    def close(self) -> None:
        """Keep the record for the next job."""
        with self._lock:
            self._close()

    def delete(self) -> None:
        """The job is done: nothing needs the record any more."""
        self.close()
        for path in (self._path, *(self._path.with_name(self._path.name + end) for end in ("-wal", "-shm"))):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def _run(self, statement: str, parameters: tuple[str, ...]) -> list[tuple[bytes]]:
        with self._lock:
            if self._connection is None:
                return []
            try:
                return self._connection.execute(statement, parameters).fetchall()
            except sqlite3.Error:
                self._close()
                return []

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _opened(path: Path, model: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE IF NOT EXISTS model (name TEXT)")
        connection.execute("CREATE TABLE IF NOT EXISTS encoded (content_hash TEXT PRIMARY KEY, features BLOB NOT NULL)")
        if connection.execute("SELECT name FROM model").fetchall() != [(model,)]:
            connection.execute("DELETE FROM encoded")
            connection.execute("DELETE FROM model")
            connection.execute("INSERT INTO model VALUES (?)", (model,))
        connection.commit()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
