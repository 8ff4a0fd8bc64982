"""The live collection: which snapshot is searched, and the change to another one while questions are answered."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.changes import Change
from bot.examination import Examined, examined
from bot.examples import find_examples
from bot.explaining import Explanation, explain
from bot.heap_memory import give_back_memory
from bot.kinds_among import kinds_among
from bot.neighbourhood import Neighbourhood
from bot.query_language import is_english
from bot.sought import sought
from bot.turns import Turn
from bot.vocabulary import NO_VOCABULARY, Vocabulary
from retrieval.clip_encoder import ClipEncoder
from retrieval.draw import draw
from retrieval.exact_matches import CANDIDATES, ExactMatcher
from retrieval.filter import NO_FILTER, Filter
from retrieval.item_table import Item
from retrieval.item_words import words_in
from retrieval.near_duplicates import collapsed
from retrieval.protocols import Composition
from retrieval.query import ImageQuery, PhotoReference, WeightedQuery
from retrieval.search_result import SearchResult
from retrieval.searcher import Searcher
from retrieval.snapshot import Snapshot
from retrieval.snapshot_words import open_channel
from retrieval.words_models import WordsModels
from retrieval.worker import Worker
from storage.errors import SnapshotMissing, StorageUnavailable
from storage.hidden import HiddenItems
from storage.snapshots import SnapshotStore

logger = logging.getLogger(__name__)

WATCH_S = 2.0
"""How often it is looked what other processes have published and hidden, in seconds."""
WINDOW = 50
"""Hits looked at for one page, so that near-duplicates leave enough others."""
MAX_WINDOW = 1000
_MULTILINGUAL = ("siglip2", "xlm", "nllb", "mclip", "i18n", "multilingual", "mt5")


class Gallery:
    """Searches the published snapshot; `conversation.Gallery` over the worker and the snapshot store."""

    def __init__(
        self,
        worker: Worker,
        encoder: ClipEncoder,
        composition: Composition,
        store: SnapshotStore,
        words: WordsModels | None = None,
    ) -> None:
        self.words = words or WordsModels(None)
        self.worker = worker
        self.encoder = encoder
        self.composition = composition
        self.store = store
        self._snapshot: Snapshot | None = None
        self._retired: Snapshot | None = None
        self._vocabulary = NO_VOCABULARY
        self._matcher: ExactMatcher | None = None
        self._reads_words = False
        self._neighbourhood: Neighbourhood | None = None
        self._examples: tuple[str, ...] = ()
        self._refusal = ""
        self._hidden_items: HiddenItems | None = None
        self._hidden: frozenset[str] = frozenset()
        self._reading_hidden: asyncio.Future[None] | None = None  # put off until it starts, and then shared
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
            words = await asyncio.to_thread(open_channel, snapshot, self.words)
            searcher = Searcher(
                self.encoder, self.composition, snapshot.index, snapshot, templates, calibration, facets, words
            )
            await self.worker.swap(searcher)
        except BaseException:
            snapshot.close()
            raise
        # A turn in flight may still be looking items up in the old one, so it is closed one change later.
        if self._retired is not None:
            self._retired.close()
        self._retired, self._snapshot, self._vocabulary = self._snapshot, snapshot, Vocabulary.of(facets)
        self._matcher, self._reads_words = matcher, words is not None
        self._neighbourhood = Neighbourhood(snapshot, self._vocabulary, self.encoder, self.worker)
        self._examples = await find_examples(snapshot, self._vocabulary, self.worker)
        # What was needed to index, to load and to try is done with.
        await asyncio.to_thread(give_back_memory)
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
        """Show nothing, from now on, of what is hidden there, nor of what others hide within `WATCH_S`.

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
            if self._reading_hidden is None:
                self._reading_hidden = asyncio.ensure_future(self._read_hidden(self._hidden_items))
            await asyncio.shield(self._reading_hidden)

    async def _read_hidden(self, hidden_items: HiddenItems) -> None:
        self._reading_hidden = None  # whoever comes from here on could miss what has been hidden since
        self._hidden = await hidden_items.all()

    async def search(
        self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str], within: Filter = NO_FILTER
    ) -> SearchResult:
        """The k best items that differ; what is left out as a duplicate of one of them is named there.

        Raises:
            RetrievalError: as `retrieval.worker.Worker.search`.
        """
        wanted = max(WINDOW, 2 * k)
        while True:
            result = await self._nearest(queries, wanted, exclude, within)
            distinct = collapsed(result, self.snapshot)
            if len(distinct.hits) >= k or len(result.hits) < wanted or wanted >= MAX_WINDOW:
                break
            wanted *= 4
        kinds = () if exclude else await asyncio.to_thread(kinds_among, distinct.hits, self.snapshot, self._vocabulary)
        return replace(distinct, hits=distinct.hits[:k], kinds=kinds)

    async def _nearest(
        self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str], within: Filter = NO_FILTER
    ) -> SearchResult:
        """See `retrieval.worker.Worker.search`."""
        _ = self.snapshot  # says so if there is none
        result = await self.worker.search(queries, k, {*exclude, *self._hidden}, within)
        self.observe(result.timings_ms)
        return result

    async def examine(self, data: bytes, photo: PhotoReference) -> Examined:
        """What can be said of a photo beside what it is like. Raises PictureUnreadable, and what `search` raises."""
        nearest: list[int] = []
        snapshot, matcher = self.snapshot, self._matcher
        if matcher is not None:
            hits = (await self._nearest([WeightedQuery(ImageQuery(photo))], CANDIDATES, ())).hits
            nearest = [*snapshot.rows([hit.item_id for hit in hits]).values()]

        return await asyncio.to_thread(examined, data, snapshot, matcher, nearest)

    async def encode_photo(self, data: bytes) -> PhotoReference:
        """See `retrieval.worker.Worker.encode_photo`."""
        _ = self.snapshot  # what the photo would be compared with
        return await self.worker.encode_photo(data)

    def items(self, item_ids: Sequence[str]) -> tuple[Item, ...]:
        """The items of these ids, in order, without those that are hidden or no longer there."""
        found = self.snapshot.find_all(item_ids) if item_ids else {}
        for item_id in item_ids:
            if item_id not in found:
                logger.info("Item %r is not in the live snapshot any more", item_id)
        return tuple(found[item_id] for item_id in item_ids if item_id in found and item_id not in self._hidden)

    async def draw(self, count: int, seed: int, exclude: Collection[str], within: Filter = NO_FILTER) -> SearchResult:
        """See `retrieval.draw`."""
        snapshot, hidden = self.snapshot, self._hidden
        return await asyncio.to_thread(lambda: draw(snapshot, count, seed, exclude, hidden, within))

    async def changes(self, item_id: str) -> tuple[Change, ...]:
        """See `bot.neighbourhood`; none where nothing is served yet."""
        return () if self._neighbourhood is None else await self._neighbourhood.changes(item_id)

    async def explain(self, turn: Turn, item: Item) -> Explanation:
        """See `bot.explaining`."""
        return await explain(self.worker, self.encoder, self.snapshot, turn, sought(turn, self), item)

    def hidden_rows(self, snapshot: Snapshot) -> list[int]:
        """Rows of a snapshot that are hidden."""
        return [*snapshot.rows(self._hidden).values()]

    def examples(self, count: int) -> tuple[str, ...]:
        """Searches in words that were tried on this collection and find something."""
        return self._examples[:count]

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
        """Whether the model knows the text's language, as far as words tell it, or they stand beside some picture."""
        multilingual = any(name in self.encoder.fingerprint.lower() for name in _MULTILINGUAL)
        if multilingual or is_english(text):
            return True
        facets = self._snapshot.facets if self._snapshot is not None and self._reads_words else None
        return facets is not None and any(len(facets.mentioning(word)) for word in words_in(text))

    def close(self) -> None:
        """Release the snapshots."""
        for snapshot in (self._retired, self._snapshot):
            if snapshot is not None:
                snapshot.close()
