"""Training batches made ahead of the optimiser by one background thread."""

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scripts.training.architecture import DEVIATION, MEAN
from scripts.training.attribute_texts import name_attributes
from scripts.training.augmentation import PLAIN, Staging, augment
from scripts.training.labels import KEYS, UNKNOWN, ambiguous_kinds, match

_AMBIGUOUS = ambiguous_kinds()
_NOT_IN_CLOSE_UPS = [position for position, key in enumerate(KEYS) if key not in ("colour", "pattern")]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures [n, 3, s, s] normalised, bits [n, 7, 2] that a text of each names, matches [n, n], codes [n, 7]."""

    pictures: Tensor
    bits: Tensor
    matches: Tensor
    codes: Tensor


@dataclass(frozen=True, slots=True)
class Source:
    """Pictures with labels, and how many of each batch come from here.

    Attributes:
        kinds_per_batch: how many kinds share one batch; 0 for all, the rare ones more often than they come.
        close_ups: share of the pictures that are magnified, so that patterns are learned from large to small.
        staging: how they are put before the camera.
    """

    canvases: NDArray[np.uint8]
    codes: NDArray[np.int64]
    per_batch: int
    kinds_per_batch: int = 0
    close_ups: float = 0.0
    staging: Staging = PLAIN


def to_tensor(pictures: NDArray[np.uint8]) -> Tensor:
    """uint8 [n, s, s, 3] -> normalised float32 [n, 3, s, s], channels last in memory."""
    scaled = torch.from_numpy(pictures).float().div_(255)
    return ((scaled - torch.tensor(MEAN)) / torch.tensor(DEVIATION)).permute(0, 3, 1, 2)


def make_batch(sources: Sequence[Source], size: int, seed: tuple[int, ...]) -> Batch:
    """The batch that belongs to a seed: the same arguments give the same batch."""
    rng = np.random.default_rng(seed)
    pictures, codes = [], []
    for source in sources:
        rows = _draw(source, rng)
        close_ups = rng.random(len(rows)) < source.close_ups
        pictures += [
            augment(source.canvases[row], size, rng, bool(near), source.staging)
            for row, near in zip(rows, close_ups, strict=True)
        ]
        known = source.codes[rows]
        # A piece of cloth does not show how long the sleeves are.
        known[np.ix_(np.flatnonzero(close_ups), np.array(_NOT_IN_CLOSE_UPS))] = UNKNOWN
        codes.append(known)
    all_codes = np.concatenate(codes)
    bits = name_attributes(all_codes, _AMBIGUOUS, rng)
    return Batch(
        to_tensor(np.stack(pictures)),
        torch.from_numpy(bits),
        torch.from_numpy(match(all_codes, bits).astype(np.int64)),
        torch.from_numpy(all_codes),
    )


def _draw(source: Source, rng: np.random.Generator) -> NDArray[np.int64]:
    """Pictures of a few kinds only: against other kinds, a text about a pattern would be right for the kind alone."""
    if not source.kinds_per_batch:
        kinds, counts = np.unique(source.codes[:, 0], return_counts=True)
        weights = (counts**-0.5)[np.searchsorted(kinds, source.codes[:, 0])]
        return rng.choice(len(source.canvases), source.per_batch, replace=False, p=weights / weights.sum())
    kinds = rng.choice(np.unique(source.codes[:, 0]), source.kinds_per_batch, replace=False)
    return rng.choice(np.flatnonzero(np.isin(source.codes[:, 0], kinds)), source.per_batch, replace=False)


def batches_ahead(
    sources: Sequence[Source], sizes: Sequence[int], seed: tuple[int, ...], first: int
) -> Iterator[Batch]:
    """The batches of the steps `first` … `len(sizes) - 1`, each at its picture size, two made ahead."""
    ready: queue.Queue[Batch | Exception] = queue.Queue(maxsize=2)
    stopped = threading.Event()

    def offer(thing: Batch | Exception) -> bool:
        while not stopped.is_set():
            try:
                ready.put(thing, timeout=0.5)
            except queue.Full:
                continue
            return True
        return False

    def produce() -> None:
        try:
            for step in range(first, len(sizes)):
                if not offer(make_batch(sources, sizes[step], (*seed, step))):
                    return
        except (ValueError, IndexError, MemoryError) as error:
            offer(error)

    threading.Thread(target=produce, name="batches", daemon=True).start()
    try:
        for _ in range(first, len(sizes)):
            thing = ready.get()
            if isinstance(thing, Exception):
                raise thing
            yield thing
    finally:
        stopped.set()
