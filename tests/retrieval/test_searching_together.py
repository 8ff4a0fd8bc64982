"""Searches that wait are answered together, with what each would find alone."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.composition import load_composition
from retrieval.embedding import normalize
from retrieval.errors import ReferenceUnknown
from retrieval.faiss_index import FaissIndex
from retrieval.protocols import Features
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.ranking import Wanted, nearest
from retrieval.search_request import SearchRequest
from retrieval.searcher import Searcher
from retrieval.worker import Worker
from tests.retrieval.searching import WORDS, Shelf, WordEncoder, searcher_over

SHOWN = ("red dress", "blue coat", "long red coat", "short blue dress", "striped red dress", "plain coat")
TEXTS = ("a red dress", "a blue coat", "something long", "a plain coat with stripes")


def requests() -> list[SearchRequest]:
    """Of every kind, with other depths and other pictures left out."""
    item = ItemReference(SHOWN[2])
    asked = [
        *([WeightedQuery(TextQuery(text))] for text in TEXTS),
        [WeightedQuery(ImageQuery(item))],
        *([WeightedQuery(ComposedQuery(item, change))] for change in ("darker", "with short sleeves")),
        [WeightedQuery(TextQuery("red"), 0.7), WeightedQuery(ComposedQuery(item, "darker"))],
    ]
    return [SearchRequest(queries, 2 + number % 3, SHOWN[: number % 3]) for number, queries in enumerate(asked)]


@pytest.fixture(scope="module")
def encoder() -> ClipEncoder:
    return load_encoder("tiny-clip", text_runtime="auto")


def searcher(encoder: ClipEncoder, composition: str) -> Searcher:
    collection = Shelf(*SHOWN)
    noise = np.random.default_rng(3).standard_normal((len(SHOWN), encoder.dimension))
    collection.stored = (encoder.encode_texts(SHOWN) + noise).astype(np.float32)
    index = FaissIndex(encoder.dimension)
    index.add(normalize(collection.stored))
    return Searcher(encoder, load_composition(composition, encoder), index, collection)


@pytest.mark.parametrize("composition", ["auto", "sum", "product"])
def test_each_finds_what_it_would_find_alone(encoder: ClipEncoder, composition: str) -> None:
    together = searcher(encoder, composition).search_together(requests())

    for request, found in zip(requests(), together, strict=True):
        alone = searcher(encoder, composition).search(request.queries, request.k, request.exclude)
        assert [hit.item_id for hit in found.hits] == [hit.item_id for hit in alone.hits]
        assert [hit.score for hit in found.hits] == pytest.approx([hit.score for hit in alone.hits], abs=1e-5)
        assert [hit.picture_share for hit in found.hits] == pytest.approx(
            [hit.picture_share for hit in alone.hits], abs=1e-3
        )
        assert found.repeated == alone.repeated


def test_rows_found_and_dropped_are_those_that_an_index_would_skip() -> None:
    index = FaissIndex(len(WORDS))
    rng = np.random.default_rng(4)
    index.add(normalize(rng.standard_normal((5000, len(WORDS)))))
    queries = normalize(rng.standard_normal((6, len(WORDS))))
    only = np.arange(5000) % 3 == 0
    wanted = [
        Wanted(query[None], 3 + number, np.arange(number * 400), only if number == 4 else None)
        for number, query in enumerate(queries)
    ]

    for one, (rows, scores) in zip(wanted, nearest(index, wanted), strict=True):
        ((expected, their_scores),) = index.search(one.query, one.k, one.left_out, one.only)
        assert rows.tolist() == expected.tolist()
        assert scores.tolist() == pytest.approx(their_scores.tolist(), abs=1e-6)


class _CountingEncoder(WordEncoder):
    """Knows how many texts came at once."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def encode_texts(self, texts: Sequence[str]) -> Features:
        self.batches.append(len(texts))
        return super().encode_texts(texts)


async def answered_while_busy(*asked: list[WeightedQuery]) -> tuple[list[Any], list[int]]:
    """What searches give that have all waited behind something else; how many texts were encoded at once for them."""
    encoder = _CountingEncoder()
    worker = Worker(searcher_over(*SHOWN, encoder=encoder), queue_size=len(asked))
    await worker.start()
    entered, opened = threading.Event(), threading.Event()

    def gate() -> None:
        entered.set()
        opened.wait(10)

    busy = asyncio.create_task(worker.run(gate))
    await asyncio.to_thread(entered.wait)
    encoder.batches.clear()
    waiting = [asyncio.create_task(worker.search(queries, 2)) for queries in asked]
    while worker.waiting < len(asked):  # noqa: ASYNC110  the queue belongs to threads, and tells nobody
        await asyncio.sleep(0.001)
    opened.set()
    await busy
    results = await asyncio.gather(*waiting, return_exceptions=True)
    await worker.stop()
    return results, encoder.batches


async def test_texts_that_wait_are_encoded_in_one_batch() -> None:
    results, batches = await answered_while_busy(*([WeightedQuery(TextQuery(text))] for text in TEXTS))

    assert batches == [len(TEXTS)]
    assert all(not isinstance(result, BaseException) for result in results)


async def test_one_that_cannot_be_searched_spoils_nobody_elses() -> None:
    gone = [WeightedQuery(ImageQuery(ItemReference("gone")))]
    red, blue = [WeightedQuery(TextQuery("red dress"))], [WeightedQuery(TextQuery("blue coat"))]

    (first, second, third), _ = await answered_while_busy(red, gone, blue)

    assert first.hits[0].item_id == "red dress"
    assert isinstance(second, ReferenceUnknown)
    assert third.hits[0].item_id == "blue coat"
