"""Builds a new snapshot from a catalogue: reader -> mapper -> writer, as a stream.

The reader (a few threads) reads, hashes and decodes pictures a bounded way ahead; the mapper encodes, in batches, those
whose content the previous snapshot does not know; the writer appends rows in the catalogue's order. Memory grows with
the batch, not with the catalogue (the index itself excepted, which has to be in memory to serve anyway).
"""

import dataclasses
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from retrieval.calibration import Ask
from retrieval.decoding import PictureReader, Prepare, Read
from retrieval.encoded_journal import EncodedJournal
from retrieval.entry import Entry, Failure
from retrieval.errors import IndexingFailed
from retrieval.file_names import display
from retrieval.index_builder import RECALL
from retrieval.manifest import Provenance
from retrieval.preprocess import open_picture
from retrieval.protocols import Features
from retrieval.reading import read_catalogue_ahead
from retrieval.snapshot import Snapshot
from retrieval.snapshot_writer import SnapshotWriter
from retrieval.tally import Progress, Report, Tally

__all__ = ["Encode", "Failure", "Progress", "Provenance", "Report", "build_snapshot"]

Encode = Callable[[Sequence[Image.Image]], Features]
"""RGB pictures -> [n, d] raw features; usually the worker thread's door."""

# 48 million RGB pixels are 144 MB: the most that waits decoded, and again the most that one batch holds.
_MAX_PIXELS = 48_000_000
_KNOWN_PER_BATCH = 16


def build_snapshot(
    entries: Iterable[Entry | Failure],
    encode: Encode,
    directory: Path,
    provenance: Provenance,
    *,
    previous: Snapshot | None = None,
    batch_size: int = 32,
    total: int | None = None,
    threads: int = 2,
    ask: Ask | None = None,
    prepare: Prepare = open_picture,
    journal: EncodedJournal | None = None,
    min_recall: float = RECALL,
) -> Generator[Progress, None, None]:
    """Write a whole snapshot into `directory`, yielding after each batch; the last Progress has the report.

    Nothing happens before the first `next`. Closing the generator cancels the job; a job that is cancelled or fails
    removes the folder. The steps may run in different threads, one at a time.

    Args:
        entries: the catalogue; see `retrieval.catalogue`.
        encode: called with 1 to `batch_size` pictures.
        directory: an empty staging folder, or one that does not exist.
        provenance: what goes into the manifest; `dimension` is the width that `encode` returns.
        previous: pictures whose content it holds are not encoded again when its fingerprint is the same.
        batch_size: pictures per call of `encode`.
        total: number of entries if known (`Source.count`), for the time left.
        threads: that read and decode.
        prepare: decodes a file's content for `encode`, as far as that can be done in a thread that reads.
        journal: what a job that was cut off has encoded; this one adds to it, and the caller deletes it in the end.
        ask: runs the model on queries, to calibrate how strong a hit is; without it hits have no strength.
        min_recall: of the 50 nearest the index must find so many (`SnapshotWriter.finish`).

    Raises:
        IndexingFailed: the disk is full, nothing is readable, or the model stopped; one sentence.
        CatalogueInvalid: the catalogue broke off.
    """
    tally = Tally(previous, total)
    job = _Job(encode, SnapshotWriter(directory, provenance), tally, previous, batch_size, journal)
    finished = False
    try:
        known = previous if _reusable(previous, provenance) else None
        reading = read_catalogue_ahead(
            entries,
            PictureReader(known, prepare, journal),
            known,
            threads=threads,
            max_waiting=2 * batch_size,
            max_pixels=_MAX_PIXELS,
        )
        with closing(reading):
            for batch in job.batches(reading):
                job.write(batch)
                yield tally.progress()
        with _model_errors():
            manifest = job.writer.finish(tally.failed, ask, min_recall, previous if tally.all_the_same else None)
        finished = True
    finally:
        if not finished:
            job.writer.abort()
    yield dataclasses.replace(tally.progress(), report=tally.report(manifest))


def _reusable(previous: Snapshot | None, provenance: Provenance) -> bool:
    return (
        previous is not None
        and previous.manifest.fingerprint == provenance.fingerprint
        and previous.manifest.dimension == provenance.dimension
    )


class _Job:
    """Mapper and writer of one run."""

    def __init__(
        self,
        encode: Encode,
        writer: SnapshotWriter,
        tally: Tally,
        previous: Snapshot | None,
        batch_size: int,
        journal: EncodedJournal | None,
    ) -> None:
        self._journal = journal
        self.writer = writer
        self._encode = encode
        self._tally = tally
        self._previous = previous
        self._batch_size = batch_size

    def batches(self, reading: Iterable[Read | Failure]) -> Iterator[list[Read | Failure]]:
        """Collect until there is enough to encode, or much that is known or failed."""
        batch: list[Read | Failure] = []
        to_encode = pixels = 0
        for read in reading:
            batch.append(read)
            if isinstance(read, Read):
                to_encode += read.picture is not None
                pixels += read.pixels
            full = to_encode == self._batch_size or len(batch) == _KNOWN_PER_BATCH * self._batch_size
            if full or pixels >= _MAX_PIXELS:
                yield batch
                batch = []
                to_encode = pixels = 0
        if batch:
            yield batch

    def write(self, found: Sequence[Read | Failure]) -> None:
        """Encode what is new, fetch what is known, append both in order; count what is left out."""
        batch = self._usable(found)
        new = [read for read in batch if read.picture is not None]
        encoded = iter(self._encode_pictures(new)) if new else iter(())
        known_rows = [read.known_row for read in batch if read.known_row is not None]
        known = iter(self._previous.features(known_rows)) if self._previous is not None and known_rows else iter(())
        if not batch:
            return
        features = np.stack(
            [
                next(encoded if read.known_row is None else known) if read.features is None else read.features
                for read in batch
            ]
        )
        # The index takes neither; a damaged model or an overflow in half precision makes them.
        sound = np.isfinite(features).all(axis=1) & features.any(axis=1)
        items = [read.item for read, kept in zip(batch, sound.tolist(), strict=True) if kept]
        for row in np.flatnonzero(~sound):
            reason = "the model gives no usable features for it"
            self._tally.count_failure(Failure(display(batch[row].item.path), reason))
        if items:
            self.writer.add(items, features[sound])
        self._tally.count_items(items)

    def _usable(self, found: Sequence[Read | Failure]) -> list[Read]:
        """Without failures and without ids that are there already; both are counted in the catalogue's order."""
        written = self.writer.having([read.item.id for read in found if isinstance(read, Read)])
        usable: list[Read] = []
        for read in found:
            if isinstance(read, Failure):
                self._tally.count_failure(read)
            elif read.item.id in written:
                reason = f"the id {display(read.item.id)!r} is there twice; the first one was kept"
                self._tally.count_failure(Failure(display(read.item.path), reason))
            else:
                written.add(read.item.id)
                usable.append(read)
        return usable

    def _encode_pictures(self, new: Sequence[Read]) -> Features:
        pictures = [read.picture for read in new if read.picture is not None]
        with _model_errors():
            features: Features = np.asarray(self._encode(pictures), dtype=np.float32)
        self._tally.encoded += len(pictures)
        if self._journal is not None:
            self._journal.add([read.item.content_hash for read in new], features)
        return features


@contextmanager
def _model_errors() -> Iterator[None]:
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        # torch reports everything, a full graphics card included, as RuntimeError.
        raise IndexingFailed(f"The model stopped while encoding pictures ({_first_line(error)}).") from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
