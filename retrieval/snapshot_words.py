"""One vector for the words of each item of a snapshot: added before it is published, opened for searching.

    <snapshot>/
      words.f32   embeddings of what is written beside the pictures, little-endian float32 [n, e]; zeros for nothing

The manifest says which model made them; snapshots of catalogues without words have none.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from retrieval.errors import IndexingFailed, SnapshotInvalid
from retrieval.item_table import Item
from retrieval.item_words import written
from retrieval.manifest import write_manifest
from retrieval.protocols import Embeddings
from retrieval.sentence_encoder import SentenceEncoder
from retrieval.snapshot import Snapshot
from retrieval.words_channel import WordsChannel
from retrieval.words_models import WordsModels

logger = logging.getLogger(__name__)

FILE_NAME = "words.f32"
BATCH = 64
"""Texts encoded between two looks at the queue of searches: a fifth of a second for titles on one core."""

EncodeTexts = Callable[[Sequence[str]], Embeddings]


def has_words(directory: Path) -> bool:
    """Whether anything is written beside any picture of a whole snapshot."""
    with closing(Snapshot.open(directory, None, None, with_index=False)) as snapshot:
        return any(written(item.metadata) for item in snapshot.items())


def add_words(
    directory: Path, encoder: SentenceEncoder, encode: EncodeTexts, previous: Snapshot | None = None
) -> Generator[int]:
    """Write them beside the snapshot's other files and into its manifest, yielding how many rows are done.

    Args:
        directory: a whole snapshot.
        encoder: names the model and the width.
        encode: runs it; usually the worker thread's door.
        previous: of items whose words it has, made by the same model, the vectors are taken from it.

    Raises:
        IndexingFailed: the disk, or the model stopped.
    """
    with closing(Snapshot.open(directory, None, None, with_index=False)) as snapshot:
        try:
            known = words_of(previous)
            if previous is None or previous.manifest.words != encoder.fingerprint:
                known = None
            items = snapshot.items()
            with (directory / FILE_NAME).open("wb") as file:
                done = 0
                while batch := list(islice(items, BATCH)):
                    vectors = _vectors(batch, encoder.dimension, encode, previous, known)
                    file.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
                    done += len(batch)
                    yield done
            made_by = replace(snapshot.manifest, words=encoder.fingerprint, words_dimension=encoder.dimension)
            write_manifest(directory, made_by)
        except OSError as error:
            raise IndexingFailed(
                f"The words could not be written ({error.strerror or error}): free some disk space and start again; "
                "the collection as it was stays in service."
            ) from error
        except (RuntimeError, MemoryError) as error:
            raise IndexingFailed(f"The sentence model stopped while encoding words ({error}).") from error


def words_of(snapshot: Snapshot | None) -> Embeddings | None:
    """[n, e], mapped from the file; None where there are none that can be read."""
    if snapshot is None:
        return None
    try:
        return open_words(snapshot)
    except SnapshotInvalid:
        return None


def open_words(snapshot: Snapshot) -> Embeddings | None:
    """[n, e], mapped from the file; None where the snapshot was made without.

    Raises:
        SnapshotInvalid: they are missing or of another size than the manifest says.
    """
    if not snapshot.manifest.words:
        return None
    shape = (len(snapshot), snapshot.manifest.words_dimension)
    path = snapshot.directory / FILE_NAME
    try:
        whole = path.stat().st_size == 4 * shape[0] * shape[1]
        mapped: Embeddings | None = np.memmap(path, dtype="<f4", mode="r", shape=shape) if whole else None
    except (OSError, ValueError):
        mapped = None
    if mapped is None:
        raise SnapshotInvalid(
            "The snapshot is damaged (the vectors of its words are not whole): run `python -m scripts.reindex`, "
            "or go back to the previous snapshot."
        )
    return mapped


def open_channel(snapshot: Snapshot, models: WordsModels) -> WordsChannel | None:
    """What searches the words of a snapshot; None where nothing is written there, or the model is another one now.

    Raises:
        SnapshotInvalid: its words are damaged.
    """
    vectors = open_words(snapshot)
    encoder = models.encoder() if vectors is not None else None
    if vectors is None or encoder is None:
        return None
    if snapshot.manifest.words != encoder.fingerprint:
        logger.warning(
            "Searching without the words beside the pictures: they were read with %s, now it is %s; reindex.",
            snapshot.manifest.words,
            encoder.fingerprint,
        )
        return None
    return WordsChannel(
        vectors, encoder, snapshot.facets, models.reranker(), lambda row: written(snapshot.item_at(row).metadata)
    )


def _vectors(
    items: Sequence[Item], dimension: int, encode: EncodeTexts, previous: Snapshot | None, known: Embeddings | None
) -> Embeddings:
    """[n, e]; each text is encoded once, and not at all where it is known."""
    texts = [written(item.metadata) for item in items]
    vectors = np.zeros((len(items), dimension), np.float32)
    fresh: dict[str, list[int]] = {}
    for place, (item, text) in enumerate(zip(items, texts, strict=True)):
        before = None if previous is None or known is None else previous.find(item.id)
        if before is not None and previous is not None and known is not None and written(before.metadata) == text:
            vectors[place] = known[previous.row(item.id)]
        elif text:
            fresh.setdefault(text, []).append(place)
    if fresh:
        encoded: Iterator[Embeddings] = iter(encode(list(fresh)))
        for places, vector in zip(fresh.values(), encoded, strict=True):
            vectors[places] = vector
    return vectors
