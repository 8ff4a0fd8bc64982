"""Which kind of vector index: `faiss` (the default) or `exact`."""

from pathlib import Path
from typing import Literal, get_args

from retrieval.errors import SnapshotInvalid
from retrieval.exact_index import ExactIndex
from retrieval.faiss_index import FaissIndex
from retrieval.protocols import VectorIndex

IndexKind = Literal["faiss", "exact"]
INDEX_KINDS: tuple[str, ...] = get_args(IndexKind)
_NUMPY_MAGIC = b"\x93NUMPY"


def new_index(kind: str, dimension: int, device: str = "cpu") -> VectorIndex:
    """An empty index of width `dimension`. Raises ValueError for an unknown kind."""
    match kind:
        case "faiss":
            return FaissIndex(dimension, device)
        case "exact":
            return ExactIndex(dimension)
        case _:
            raise ValueError(f"unknown kind of index {kind!r}: choose one of {', '.join(INDEX_KINDS)}")


def load_index(path: Path, device: str = "cpu") -> VectorIndex:
    """An index of either kind from its file, which tells the kind by its first bytes. Raises SnapshotInvalid."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_NUMPY_MAGIC))
    except OSError as error:
        raise SnapshotInvalid(f"The index file cannot be read ({error.strerror}): build the snapshot again.") from error
    return ExactIndex.load(path) if start == _NUMPY_MAGIC else FaissIndex.load(path, device)
