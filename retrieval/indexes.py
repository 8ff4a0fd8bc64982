"""Which kinds of vector index there are, and which one a file holds.

    faiss   exact, single precision, FAISS; on a GPU where FAISS was built for one
    exact   exact, single precision, NumPy
    torch   exact, half precision, torch; on a GPU where FAISS has none
    ivf     inverted lists of codes, and half precision: for large collections with clusters
    scan    all codes, and half precision: for large collections without

`auto` is no kind but the wish that `retrieval.index_builder` chooses one.
"""

import logging
from pathlib import Path
from typing import Literal, get_args

import torch

from retrieval.compressed_index import CompressedIndex
from retrieval.errors import SnapshotInvalid
from retrieval.exact_index import ExactIndex
from retrieval.faiss_index import FaissIndex, faiss_has_gpu
from retrieval.index_file import MAGIC, read_kind
from retrieval.protocols import VectorIndex
from retrieval.torch_index import KIND as TORCH
from retrieval.torch_index import TorchIndex

logger = logging.getLogger(__name__)

IndexKind = Literal["faiss", "exact", "torch", "ivf", "scan"]
INDEX_KINDS: tuple[str, ...] = get_args(IndexKind)
_NUMPY_MAGIC = b"\x93NUMPY"


def new_index(kind: str, dimension: int, device: str = "cpu") -> VectorIndex:
    """An empty index of width `dimension`. Raises ValueError for an unknown kind."""
    match kind:
        case "faiss":
            return FaissIndex(dimension, device)
        case "exact":
            return ExactIndex(dimension)
        case "torch":
            return TorchIndex(dimension, device)
        case "ivf" | "scan":
            return CompressedIndex(dimension, "ivf" if kind == "ivf" else "scan")
        case _:
            raise ValueError(f"unknown kind of index {kind!r}: choose one of {', '.join(INDEX_KINDS)}")


def load_index(path: Path, device: str = "cpu") -> VectorIndex:
    """An index of any kind from its file, which tells the kind by its first bytes.

    On a GPU that torch can use, half precision is searched exactly there, and so is what FAISS has no GPU for.

    Raises:
        SnapshotInvalid: the file is missing, damaged, or of another version.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise SnapshotInvalid(f"The index file cannot be read ({error.strerror}): build the snapshot again.") from error
    by_torch = device.startswith("cuda") and torch.cuda.is_available()
    if start == MAGIC:
        kind = read_kind(path)
        if kind == TORCH or by_torch:
            return TorchIndex.load(path, device if by_torch else "cpu")
        if device.startswith("cuda"):
            logger.info("torch sees no GPU, so the index is searched on the CPU")
        return CompressedIndex.load(path)
    if start.startswith(_NUMPY_MAGIC):
        return ExactIndex.load(path)
    if by_torch and not faiss_has_gpu():
        logger.info("FAISS sees no GPU, so torch searches the index there")
        return TorchIndex.of(FaissIndex.load(path).halves(), device)
    return FaissIndex.load(path, device)
