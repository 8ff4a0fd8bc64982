"""From a catalogue to a published snapshot: built beside the live one, renamed into place when it is whole."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from bot.url_list import SUFFIX, UrlList
from retrieval.catalogue import folder, read_catalogue, reopen
from retrieval.clip_encoder import ClipEncoder
from retrieval.encoded_journal import EncodedJournal
from retrieval.entry import Failure, Source
from retrieval.errors import SnapshotInvalid
from retrieval.index_builder import RECALL
from retrieval.indexing import Encode, Progress, build_snapshot
from retrieval.local_indexing import add_local_features, local_features_of
from retrieval.manifest import Provenance, read_manifest
from retrieval.map_indexing import add_map, map_of
from retrieval.protocols import Composition, Embeddings
from retrieval.query import Query
from retrieval.query_encoder import QueryEncoder, ReferenceFeatures
from retrieval.sentence_encoder import SentenceEncoder
from retrieval.snapshot import Snapshot
from retrieval.snapshot_words import add_words, has_words
from retrieval.words_models import WordsModels
from storage.errors import SnapshotMissing
from storage.snapshots import SnapshotStore

T = TypeVar("T")

FAILURES_FILE = "failures.tsv"
"""In a snapshot's folder, what was skipped when it was made: path and reason, a line each."""
JOURNAL_FILE = "encoded.sqlite"
"""Beside the snapshots, while a reindexing runs or after one that was cut off: what it has encoded."""
KEEP_SNAPSHOTS = 2
"""The live one and the one to roll back to."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What to index: a file, a folder, or with neither what the published snapshot was made from.

    Attributes:
        catalog: a catalogue file, or a .txt with addresses of pictures.
        downloads: where those pictures are kept.
    """

    images: Path | None = None
    catalog: Path | None = None
    downloads: Path = Path("var/downloads")

    def open(self, store: SnapshotStore) -> Source | None:
        """Ready to be read; None when nothing says which pictures.

        Raises:
            CatalogueInvalid: it cannot be read at all.
        """
        if self.catalog is not None:
            return self._file(self.catalog.expanduser())
        if self.images is not None:
            return folder(self.images.expanduser())
        try:
            description = read_manifest(store.current()).source
        except (SnapshotMissing, SnapshotInvalid):
            return None
        if description and "urls" in description:
            return self._file(Path(description["urls"]))
        return reopen(description) if description else None

    def at(self, written: str) -> Source:
        """The folder, catalogue file or list of addresses of that path.

        Raises:
            CatalogueInvalid: there is none, or it cannot be read.
        """
        path = Path(written).expanduser()
        return folder(path) if path.is_dir() else self._file(path)

    def _file(self, path: Path) -> Source:
        return UrlList(path, self.downloads) if path.suffix.lower() == SUFFIX else read_catalogue(path)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What snapshots are made with here.

    Attributes:
        model: as the admin writes it (`CLIP_MODEL`).
        pretrained: its tag or path (`CLIP_PRETRAINED`).
        index: kind of vector index, as `retrieval.indexes` names it.
        templates: that short searches are put into, see `retrieval.prompts`.
        strengths: whether hits get a strength, so that the bot can say when nothing is close.
        min_recall: of the 50 nearest the index must find so many, or nothing is published.
        exact_matches: whether local features are kept, so that the very picture of a photo is known again.
        words: read what is written beside the pictures; None leaves that out.
        map: whether the map of the collection is drawn.
    """

    encoder: ClipEncoder
    composition: Composition
    model: str
    pretrained: str | None
    index: str
    templates: tuple[str, ...] = ()
    strengths: bool = True
    exact_matches: bool = True
    words: WordsModels | None = None
    map: bool = False
    min_recall: float = RECALL


class Door(Protocol):
    """Where the model may be used: runs a function there and waits for it, as `Worker.call`."""

    def __call__(self, function: Callable[[], T], /) -> T:
        """What the function returns."""
        ...


def here(function: Callable[[], T], /) -> T:
    """The door of a process that has the model to itself."""
    return function()


def publish_catalogue(
    store: SnapshotStore, recipe: Recipe, source: Source, encode: Encode, batch_size: int, door: Door = here
) -> Generator[Progress, None, None]:
    """Build and publish a snapshot of `source`; the last progress carries the report and comes after the publication.

    A snapshot that says the same as the published one is not published. Closing the generator before that leaves the
    live one as it was. The caller holds the reindex lock. `encode` is what runs the model, on `batch_size` pictures at
    once; queries, for the calibration, run through the `door`.

    Raises:
        CatalogueInvalid, IndexingFailed: it cannot be done; the live snapshot is untouched.
        OSError: the disk.
    """
    store.sweep()
    directory = store.staging()
    previous = _published(store)
    published = done = False
    provenance = Provenance(
        fingerprint=recipe.encoder.fingerprint,
        model=recipe.model,
        pretrained=recipe.pretrained,
        dimension=recipe.encoder.dimension,
        composition=recipe.composition.name,
        index=recipe.index,
        source=source.description,
        templates=recipe.templates,
    )

    def ask(references: ReferenceFeatures, queries: Sequence[Query]) -> Sequence[Embeddings]:
        encoder = QueryEncoder(recipe.encoder, recipe.composition, references, recipe.templates)
        return door(lambda: encoder(queries).factors)

    journal = EncodedJournal(directory.parent / JOURNAL_FILE, provenance.fingerprint, provenance.dimension)
    try:
        steps = build_snapshot(
            source,
            encode,
            directory,
            provenance,
            previous=previous,
            batch_size=batch_size,
            total=source.count(),
            ask=ask if recipe.strengths else None,
            prepare=recipe.encoder.prepare,
            journal=journal,
            min_recall=recipe.min_recall,
        )
        with closing(steps):
            for progress in steps:
                if progress.report is None:
                    yield progress
                    continue
                encoder = recipe.words.encoder() if recipe.words is not None and has_words(directory) else None
                lacking = recipe.exact_matches and local_features_of(previous) is None
                if encoder is not None and previous is not None:
                    lacking |= previous.manifest.words != encoder.fingerprint
                lacking = lacking or (recipe.map and map_of(previous) is None)
                # A copy would only push out the snapshot to roll back to.
                if not progress.report.nothing_new or lacking:
                    if recipe.exact_matches:
                        for _ in add_local_features(directory, previous):
                            yield replace(progress, report=None)
                    if encoder is not None:
                        read = partial(_encoded, encoder, door)
                        for _ in add_words(directory, encoder, read, previous):
                            yield replace(progress, report=None)
                    if recipe.map:
                        for placed, total in add_map(directory, previous):
                            yield replace(progress, report=None, map_share=placed / total)
                    (directory / FAILURES_FILE).write_bytes(listing_of(progress.report.failed))
                    store.publish(directory)
                    published = True
                    store.prune(KEEP_SNAPSHOTS)
                done = True
                yield progress
    finally:
        if done:
            journal.delete()
        else:
            journal.close()
        if not published:
            store.discard(directory)
        if previous is not None:
            previous.close()


def _encoded(encoder: SentenceEncoder, door: Door, texts: Sequence[str]) -> Embeddings:
    return door(lambda: encoder.encode(texts))


def listing_of(failures: Sequence[Failure]) -> bytes:
    """What was skipped, as `FAILURES_FILE` holds it."""
    return "\n".join(f"{failure.path}\t{failure.reason}" for failure in failures).encode("utf-8", "replace")


def _published(store: SnapshotStore) -> Snapshot | None:
    """The published snapshot, to take features of unchanged pictures from; whatever model made it."""
    try:
        return Snapshot.open(store.current(), None, None, with_index=False)
    except (SnapshotMissing, SnapshotInvalid):
        return None
