"""The live collection: which snapshot is searched, and the change to another one while questions are answered."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.query_language import is_english
from bot.vocabulary import NO_VOCABULARY, Vocabulary
from retrieval.clip_encoder import ClipEncoder
from retrieval.errors import ReferenceUnknown
from retrieval.exact_matches import CANDIDATES, ExactMatcher
from retrieval.filter import NO_FILTER, Filter
from retrieval.item_table import Item
from retrieval.local_features import PHOTO_SIDE
from retrieval.photo_condition import Condition, condition_of
from retrieval.preprocess import open_picture
from retrieval.protocols import Composition
from retrieval.query import ImageQuery, PhotoReference, WeightedQuery
from retrieval.searcher import Searcher, SearchResult
from retrieval.snapshot import Snapshot
from retrieval.worker import Worker
from storage.errors import SnapshotMissing, StorageUnavailable
from storage.hidden import HiddenItems
from storage.snapshots import SnapshotStore

logger = logging.getLogger(__name__)

WATCH_S = 2.0
"""How often the live snapshot is compared with the published one, in seconds: other processes publish too."""
_MULTILINGUAL = ("siglip2", "xlm", "nllb", "mclip", "i18n", "multilingual", "mt5")


@dataclass(frozen=True, slots=True)
class Examined:
    """What a photo is beside what it is like.

    Attributes:
        exact: id of the item whose very picture it shows.
        condition: what keeps it from being searched well.
    """

    exact: str | None = None
    condition: Condition | None = None


class Gallery:
    """Searches the published snapshot; `conversation.Gallery` over the worker and the snapshot store."""

    def __init__(self, worker: Worker, encoder: ClipEncoder, composition: Composition, store: SnapshotStore) -> None:
        self.worker = worker
        self.encoder = encoder
        self.composition = composition
        self.store = store
        self._snapshot: Snapshot | None = None
        self._retired: Snapshot | None = None
        self._vocabulary = NO_VOCABULARY
        self._matcher: ExactMatcher | None = None
        self._refusal = ""
        self._hidden_items: HiddenItems | None = None
        self._hidden: frozenset[str] = frozenset()
        self._changing = asyncio.Lock()
        self.observe: Callable[[Mapping[str, float]], None] = lambda timings_ms: None  # of each search's stages

    @property
    def snapshot(self) -> Snapshot:
        """The live snapshot.

        Raises:
            SnapshotMissing: nothing has been indexed yet.
        """
        if self._snapshot is None:
            raise SnapshotMissing("There is no snapshot yet: run `python -m scripts.reindex`, or send /reindex.")
        return self._snapshot

    @property
    def vocabulary(self) -> Vocabulary:
        """What words can name in the live snapshot."""
        return self._vocabulary

    @property
    def size(self) -> int:
        """Number of pictures of the live snapshot; 0 without one."""
        return 0 if self._snapshot is None else len(self._snapshot)

    async def refresh(self) -> bool:
        """Serve the published snapshot; whether it was another one than before.

        Raises:
            SnapshotInvalid: it is damaged, or does not fit model and Combiner; the one before goes on being served.
        """
        async with self._changing:
            try:
                directory = self.store.current()
            except SnapshotMissing:
                return False
            if self._snapshot is not None and directory == self._snapshot.directory:
                return False
            await self._serve(await asyncio.to_thread(self._open, directory))
            return True

    async def rollback(self) -> None:
        """Publish and serve the snapshot before the current one.

        Raises:
            SnapshotMissing: there is none.
            SnapshotInvalid: it does not fit model and Combiner; nothing is changed.
        """
        async with self._changing:
            previous = self.store.previous()
            if previous is None:
                raise SnapshotMissing("There is no earlier snapshot to go back to.")
            snapshot = await asyncio.to_thread(self._open, previous)
            await asyncio.to_thread(self.store.rollback)
            await self._serve(snapshot)

    def _open(self, directory: Path) -> Snapshot:
        return Snapshot.open(directory, self.encoder.fingerprint, self.composition.name, device=self.encoder.device)

    async def _serve(self, snapshot: Snapshot) -> None:
        try:
            facets = await asyncio.to_thread(lambda: snapshot.facets)
            matcher = await asyncio.to_thread(ExactMatcher.over, snapshot)
            templates, calibration = snapshot.manifest.templates, snapshot.calibration
            searcher = Searcher(
                self.encoder, self.composition, snapshot.index, snapshot, templates, calibration, facets
            )
            await self.worker.swap(searcher)
        except BaseException:
            snapshot.close()
            raise
        # A turn in flight may still be looking items up in the old one, so it is closed one change later.
        if self._retired is not None:
            self._retired.close()
        self._retired, self._snapshot, self._vocabulary = self._snapshot, snapshot, Vocabulary.of(facets)
        self._matcher = matcher
        logger.info("Serving snapshot %s with %d pictures", snapshot.directory.name, len(snapshot))

    async def watch(self) -> None:
        """Follow what other processes publish, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                with contextlib.suppress(StorageUnavailable):  # then what is known to be hidden stays so
                    await self.refresh_hidden()
                await self.refresh()
            except Exception as error:  # whatever is wrong with it, the next one may be right
                if str(error) != self._refusal:
                    logger.exception("A published snapshot is not served")
                    self._refusal = str(error)

    async def leave_out(self, hidden: HiddenItems) -> None:
        """Show nothing, from now on, of what is hidden there.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        self._hidden_items = hidden
        await self.refresh_hidden()

    async def refresh_hidden(self) -> None:
        """Read again what is hidden: this or another process may have changed it.

        Raises:
            StorageUnavailable: Redis does not answer; what is known to be hidden stays so.
        """
        if self._hidden_items is not None:
            self._hidden = await self._hidden_items.all()

    async def search(
        self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str], within: Filter = NO_FILTER
    ) -> SearchResult:
        """See `retrieval.worker.Worker.search`."""
        _ = self.snapshot  # says so if there is none
        await self.refresh_hidden()
        result = await self.worker.search(queries, k, {*exclude, *self._hidden}, within)
        self.observe(result.timings_ms)
        return result

    async def examine(self, data: bytes, photo: PhotoReference) -> Examined:
        """What can be said of a photo beside what it is like. Raises PictureUnreadable, and what `search` raises."""
        nearest: list[int] = []
        snapshot, matcher = self.snapshot, self._matcher
        if matcher is not None:
            hits = (await self.search([WeightedQuery(ImageQuery(photo))], CANDIDATES, ())).hits
            nearest = [snapshot.row(hit.item_id) for hit in hits if snapshot.find(hit.item_id) is not None]

        def look() -> Examined:
            picture = open_picture(data, enough=PHOTO_SIDE)
            row = None if matcher is None else matcher.find(picture, nearest)
            return Examined(None if row is None else snapshot.item_at(row).id, condition_of(picture))

        return await asyncio.to_thread(look)

    async def encode_photo(self, data: bytes) -> PhotoReference:
        """See `retrieval.worker.Worker.encode_photo`."""
        _ = self.snapshot  # what the photo would be compared with
        return await self.worker.encode_photo(data)

    def items(self, item_ids: Sequence[str]) -> tuple[Item, ...]:
        """The items of these ids, in order, without those that are hidden or no longer there."""
        found = []
        for item_id in item_ids:
            if item_id in self._hidden:
                continue
            try:
                found.append(self.snapshot.item(item_id))
            except ReferenceUnknown:
                logger.info("Item %r is not in the live snapshot any more", item_id)
        return tuple(found)

    def examples(self, count: int) -> tuple[str, ...]:
        """Short descriptions of some pictures of this collection, for people who do not know what to say."""
        if self._snapshot is None:
            return ()
        said = []
        for item in self._snapshot.sample(count * 4, seed=1):
            words = [item.metadata.get("colour"), item.metadata.get("category")]
            phrase = " ".join(str(word) for word in words if word)
            if phrase and phrase not in said:
                said.append(phrase)
        return tuple(said[:count])

    def filter_examples(self) -> tuple[str, ...]:
        """Filters that this collection understands, in words."""
        known = self._vocabulary
        return (
            *(f"only {form}" for form in sorted(known.categories)[:1]),
            *(["under 50"] if known.priced else []),
            *(f"#{tag.replace(' ', '_')}" for tag in sorted(known.tags)[:1]),
            *(["from 2019"] if known.dated else []),
        )

    def understands(self, text: str) -> bool:
        """Whether the model was trained on the language that the text is written in, as far as words tell it."""
        multilingual = any(name in self.encoder.fingerprint.lower() for name in _MULTILINGUAL)
        return multilingual or is_english(text)

    def close(self) -> None:
        """Release the snapshots."""
        for snapshot in (self._retired, self._snapshot):
            if snapshot is not None:
                snapshot.close()
