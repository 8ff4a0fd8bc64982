"""Published folders, one of which is current. What is in them, this module does not know.

    <root>/
      000041-20260102T030405Z/    published: never changed, only removed
      000042-20260103T030405Z/
      current  -> 000042-...      what is served; replaced by a rename
      previous -> 000041-...      what was served before, for rollback
      .staging-5f0c.../           being written; locked (flock) as long as its writer lives
      .writer                     locked by the one process that may write; says which one it is

Nothing is ever deleted first, so a crash at any point leaves the current folder whole.
"""

import fcntl
import os
import re
import secrets
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import LockHeld, SnapshotMissing

_PUBLISHED = re.compile(r"(\d{6,})-\d{8}T\d{6}Z")
_STAGING = ".staging-"
_LINK = ".link-"


class SnapshotStore:
    """The folders below one root. Several processes may use it, one of them writing at a time."""

    def __init__(self, root: Path) -> None:
        """Use `root`, which is made at the first `staging`."""
        self._root = root.absolute()
        self._locks: dict[Path, int] = {}
        self._writing: int | None = None

    def current(self) -> Path:
        """The folder to serve. Raises SnapshotMissing."""
        current = self._linked("current")
        if current is None:
            raise SnapshotMissing("There is no snapshot yet: run `python -m scripts.reindex --images FOLDER`.")
        return current

    def previous(self) -> Path | None:
        """The folder that `rollback` would go back to, or None."""
        current = self._linked("current")
        linked = self._linked("previous")
        if linked is not None and linked != current:
            return linked
        # The link is gone, or a crash came between the two links: take the newest older one.
        older = [path for path in self.list() if current is not None and _number(path) < _number(current)]
        return older[-1] if older else None

    def list(self) -> list[Path]:
        """All published folders, oldest first."""
        if not self._root.is_dir():
            return []
        published = [path for path in self._root.iterdir() if _PUBLISHED.fullmatch(path.name) and path.is_dir()]
        return sorted(published, key=_number)

    def staging(self) -> Path:
        """A new empty folder to write into; publish it or discard it, then other processes may write again.

        Raises:
            LockHeld: another process is writing.
            OSError: the disk.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        self._claim()
        while True:
            path = self._root / f"{_STAGING}{secrets.token_hex(8)}"
            path.mkdir()
            lock = _lock(path)
            if lock is not None:
                self._locks[path] = lock
                return path

    def discard(self, staging: Path) -> None:
        """Remove a staging folder; harmless when it is gone."""
        self._check_staging(staging)
        shutil.rmtree(staging, ignore_errors=True)
        self._unlock(staging)

    def publish(self, staging: Path) -> Path:
        """Make a staging folder the current one, durably; returns its new path.

        Raises:
            SnapshotMissing: the staging folder is gone.
            OSError: the disk fails; the current folder stays what it was.
        """
        self._check_staging(staging)
        if not staging.is_dir():
            raise SnapshotMissing("The new snapshot is gone before it was published: start the reindex again.")
        _sync_tree(staging)
        published = self._rename(staging)
        self._unlock(staging)
        _sync(self._root)
        before = self._linked("current")
        if before is not None:
            self._link("previous", before)
        self._link("current", published)
        return published

    def rollback(self) -> Path:
        """Make the previous folder the current one; returns it. Raises SnapshotMissing, OSError."""
        target = self.previous()
        if target is None:
            raise SnapshotMissing("There is no earlier snapshot to go back to.")
        self._link("current", target)
        older = [path for path in self.list() if _number(path) < _number(target)]
        if older:
            self._link("previous", older[-1])
        else:
            (self._root / "previous").unlink(missing_ok=True)
            _sync(self._root)
        return target

    def prune(self, keep: int = 2) -> tuple[Path, ...]:
        """Remove published folders except current, previous and the newest; returns what it removed.

        Args:
            keep: how many stay at least, current and previous among them.
        """
        spare = [path for path in self.list() if path not in (self._linked("current"), self.previous())]
        kept = len(self.list()) - len(spare)
        removed = spare[: max(len(spare) - max(keep - kept, 0), 0)]
        for path in removed:
            # Renamed first: a half removed folder must not look like a published one.
            doomed = self._root / f"{_STAGING}{secrets.token_hex(8)}"
            path.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)
        return tuple(removed)

    def sweep(self) -> int:
        """Remove the staging folders of writers that are no more; returns how many."""
        if not self._root.is_dir():
            return 0
        swept = 0
        for path in list(self._root.iterdir()):
            if path.name.startswith(_LINK):
                path.unlink(missing_ok=True)
            elif path.name.startswith(_STAGING) and path not in self._locks:
                lock = _lock(path)
                if lock is not None:
                    shutil.rmtree(path, ignore_errors=True)
                    os.close(lock)
                    swept += 1
        return swept

    def _linked(self, name: str) -> Path | None:
        try:
            target = self._root / (self._root / name).readlink()
        except OSError:
            return None
        return target if target.is_dir() else None

    def _link(self, name: str, target: Path) -> None:
        unfinished = self._root / f"{_LINK}{secrets.token_hex(8)}"
        # Relative, so that the root can be moved or mounted elsewhere.
        unfinished.symlink_to(target.name, target_is_directory=True)
        unfinished.replace(self._root / name)
        _sync(self._root)

    def _rename(self, staging: Path) -> Path:
        while True:
            number = 1 + max((_number(path) for path in self.list()), default=0)
            target = self._root / f"{number:06}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
            if not target.exists():
                return staging.rename(target)

    def _claim(self) -> None:
        """Be the one process that writes, until the last staging folder is published or discarded."""
        if self._writing is not None:
            return
        claim = self._root / ".writer"
        descriptor = os.open(claim, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "another process"
            os.close(descriptor)
            raise LockHeld(f"Another reindexing is running ({owner}): wait until it is finished.", owner) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
        self._writing = descriptor

    def _check_staging(self, staging: Path) -> None:
        if staging.parent != self._root or not staging.name.startswith(_STAGING):
            raise ValueError(f"{staging} is no staging folder of {self._root}")

    def _unlock(self, staging: Path) -> None:
        lock = self._locks.pop(staging, None)
        if lock is not None:
            os.close(lock)
        if self._writing is not None and not any(path.is_dir() for path in self._locks):
            os.close(self._writing)
            self._writing = None


def _number(path: Path) -> int:
    return int(path.name.split("-")[0])


def _lock(path: Path) -> int | None:
    """A descriptor that locks a folder until it is closed or its process ends; None if somebody else holds it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    if path.is_dir():
        return descriptor
    # Somebody swept it between its making and this lock.
    os.close(descriptor)
    return None


def _sync_tree(directory: Path) -> None:
    for parent, _, names in os.walk(directory):
        for name in names:
            _sync(Path(parent) / name)
        _sync(Path(parent))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
