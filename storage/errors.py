"""Everything that can go wrong with what is kept.

StorageError
├── StorageUnavailable     Redis does not answer (it may be back in a moment)
├── StoredDataInvalid      a stored value cannot be read by this version
├── WriteConflict          somebody else changed the value since it was read
├── LockHeld               the lock has another live owner
└── SnapshotMissing        no published snapshot, or none to roll back to
"""


class StorageError(Exception):
    """Root of this package's errors; `str(error)` is one clear sentence."""


class StorageUnavailable(StorageError):
    """Redis cannot be reached; the caller keeps its work and tries again."""


class StoredDataInvalid(StorageError):
    """A stored value that does not parse; the caller starts afresh and logs it."""


class WriteConflict(StorageError):
    """A compare-and-set lost: the stored version is not the one that was read."""


class LockHeld(StorageError):
    """The lock belongs to another owner that is still alive.

    Attributes:
        owner: what the owner said of itself.
    """

    def __init__(self, message: str, owner: str) -> None:
        super().__init__(message)
        self.owner = owner


class SnapshotMissing(StorageError):
    """There is no snapshot to serve or to go back to."""
