"""What could be different about a picture: changes in words that the pictures near it speak for.

Where the catalogue says what its pictures show, these are values that neighbours have and the picture has not
(`bot.changes`). A plain folder of pictures says nothing: then bundled captions stand in, and those are proposed that
some of the neighbours fit much better than the picture does, by the model's own judgement. Either way they are
proposals: `bot.refinements` searches for them before anybody sees them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.changes import Change, described
from bot.vocabulary import Vocabulary
from retrieval.attributes import Attribute, attributes_of, lacking
from retrieval.embedding import normalize
from retrieval.filter import NO_FILTER, Filter, InCategory
from retrieval.protocols import Embeddings, Encoder
from retrieval.query import ImageQuery, ItemReference, WeightedQuery
from retrieval.slots import slots
from retrieval.snapshot import Snapshot
from retrieval.worker import Worker

NEAREST = 48
"""Neighbours that are asked what they have."""
_SAMPLE = 512
_SEED = 7


@dataclass(frozen=True, slots=True)
class Judge:
    """What a collection's pictures are measured with, where nothing is written of them; see `retrieval.attributes`."""

    attributes: tuple[Attribute, ...]
    texts: Embeddings
    sample: Embeddings


class Neighbourhood:
    """Proposes changes of the pictures of one snapshot."""

    def __init__(self, snapshot: Snapshot, vocabulary: Vocabulary, encoder: Encoder, worker: Worker) -> None:
        self._snapshot = snapshot
        self._vocabulary = vocabulary
        self._encoder = encoder
        self._worker = worker
        self._judge: Judge | None = None
        self._described = bool(vocabulary.tags) or any(
            slots(value) for found in vocabulary.columns.values() for value in found
        )

    async def changes(self, item_id: str) -> tuple[Change, ...]:
        """Proposals for an item, the most promising first.

        Raises:
            ReferenceUnknown: it is not in the snapshot.
            SearchOverloaded, SearchTimedOut: as every search.
        """
        item = self._snapshot.item(item_id)
        category = item.category
        known = category is not None and str(category) in self._vocabulary.categories.values()
        within = Filter((InCategory(str(category)),)) if known else NO_FILTER
        query = WeightedQuery(ImageQuery(ItemReference(item_id)))
        hits = (await self._worker.search([query], NEAREST, (), within)).hits
        nearest = [hit.item_id for hit in hits]
        if self._described:
            neighbours = self._snapshot.find_all(nearest)
            return described(item, [neighbours[each] for each in nearest if each in neighbours], self._vocabulary)
        calibration = self._snapshot.calibration
        if calibration is None:
            return ()  # nobody could tell whether any of them brings what it says
        if self._judge is None:
            sample = await asyncio.to_thread(self._sample)
            attributes = attributes_of(sample, calibration.collection.texts)
            texts = [attribute.text for attribute in attributes]
            features = await self._worker.run(lambda: self._encoder.encode_texts(texts), "attributes")
            self._judge = Judge(attributes, normalize(features), sample)
        judge = self._judge
        return await asyncio.to_thread(lambda: self._judged(item_id, nearest, judge))

    def _judged(self, item_id: str, nearest: Sequence[str], judge: Judge) -> tuple[Change, ...]:
        rows = [self._snapshot.row(each) for each in (item_id, *nearest)]
        embeddings = normalize(self._snapshot.features(rows))
        found = lacking(embeddings[0], embeddings[1:], judge.sample, judge.texts, judge.attributes)
        return tuple(Change(attribute.caption) for attribute in found)

    def _sample(self) -> Embeddings:
        count = len(self._snapshot)
        rows = np.random.default_rng(_SEED).choice(count, min(_SAMPLE, count), replace=False)
        return normalize(self._snapshot.features(np.sort(rows)))
