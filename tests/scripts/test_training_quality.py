"""What comes with the project must be good: the bundled model and Combiner on products that nothing was trained on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pytest
import torch

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.composition import NormalizedSum, load_composition
from retrieval.embedding import normalize
from retrieval.errors import ReferenceUnknown
from retrieval.exact_index import ExactIndex
from retrieval.protocols import Features, Rows
from retrieval.searcher import Searcher
from scripts.evaluation.composed import score_requests
from scripts.evaluation.words import score_album
from scripts.rendering.attributes import Product, sample_products
from scripts.rendering.product_photo import render
from scripts.training.bundle import BUNDLE, COMBINER_FILE
from scripts.training.held_out import Request, Wording, has

LARGEST = 25_000_000
KINDS = {"dress", "T-shirt", "skirt"}
COLOURS = {"red", "green", "navy"}


@dataclass(frozen=True)
class _Item:
    id: str


class _Products:
    """Some freshly rendered products of the demo catalogue, as a searcher wants them."""

    def __init__(self, products: Sequence[Product], encoder: ClipEncoder) -> None:
        self.products = products
        self._rows = {product.id: row for row, product in enumerate(products)}
        self.raw = encoder.encode_images([render(product) for product in products])

    def __len__(self) -> int:
        return len(self.products)

    def row(self, item_id: str) -> int:
        if item_id not in self._rows:
            raise ReferenceUnknown(item_id)
        return self._rows[item_id]

    def item_at(self, row: int) -> _Item:
        return _Item(self.products[row].id)

    def features(self, rows: Rows | Sequence[int]) -> Features:
        found: Features = self.raw[np.asarray(rows)]
        return found


@pytest.fixture(scope="module")
def encoder() -> ClipEncoder:
    torch.set_num_threads(1)
    return load_encoder("tiny-clip")


@pytest.fixture(scope="module")
def products(encoder: ClipEncoder) -> _Products:
    """Everything of three kinds in three colours, and some of all else."""
    everything = sample_products(3080, 1)
    chosen = [
        p
        for kind in sorted(KINDS)
        for colour in sorted(COLOURS)
        for p in everything
        if (p.category, p.colour) == (kind, colour)
    ]
    few = [p for number, p in enumerate(chosen) if number % 2 == 0]
    others = [p for p in everything if p.category not in KINDS or p.colour not in COLOURS]
    return _Products([*few, *others[:: len(others) // 40]], encoder)


@pytest.fixture(scope="module")
def searchers(encoder: ClipEncoder, products: _Products) -> dict[str, Searcher]:
    index = ExactIndex(encoder.dimension)
    index.add(normalize(products.raw))
    compositions = {"combiner": load_composition("auto", encoder), "sum": NormalizedSum()}
    return {name: Searcher(encoder, composition, index, products) for name, composition in compositions.items()}


@pytest.fixture(scope="module")
def items(products: _Products) -> dict[str, dict[str, object]]:
    return {product.id: asdict(product) for product in products.products}


@pytest.mark.slow
def test_words_find_kind_and_colour(searchers: dict[str, Searcher], items: dict[str, dict[str, object]]) -> None:
    wordings = [
        Wording("a red summer dress", {"category": "dress", "colour": "red"}),
        Wording("got any green T-shirts?", {"category": "T-shirt", "colour": "green"}),
        Wording("my sister wants a dark blue skirt", {"category": "skirt", "colour": "navy"}),
        Wording("T-SHIRT IN RED", {"category": "T-shirt", "colour": "red"}),
        Wording("how about a green gown", {"category": "dress", "colour": "green"}),
        Wording("a skirt to go with my jeans, red", {"category": "skirt", "colour": "red"}),
    ]
    assert score_album(searchers["combiner"], wordings, items)["words.kind_colour.p6"] >= 0.9


@pytest.mark.slow
def test_requests_change_what_they_name_and_keep_the_kind(
    searchers: dict[str, Searcher], items: dict[str, dict[str, object]]
) -> None:
    requests = [
        Request("make it green", {"category": "dress", "colour": "red"}, {"colour": "green"}),
        Request("in navy instead", {"category": "skirt", "colour": "green"}, {"colour": "navy"}),
        Request("the same with long sleeves", {"category": "dress", "sleeve": "short"}, {"sleeve": "long"}),
        Request("same but sleeveless", {"category": "T-shirt", "sleeve": "long"}, {"sleeve": "sleeveless"}),
        Request("could you find this in red?", {"category": "T-shirt", "colour": "green"}, {"colour": "red"}),
    ]
    references = [next(name for name, item in items.items() if has(item, request.reference)) for request in requests]
    shares = score_requests(searchers, requests, references, items)
    assert shares["composed.wanted_kind.p6"] >= 0.75
    assert shares["composed.wanted_kind.p6"] > shares["composed.wanted_kind.p6.baseline.image_only"]


def test_the_bundle_is_small_and_its_combiner_fits(encoder: ClipEncoder) -> None:
    assert sum(file.stat().st_size for file in BUNDLE.iterdir()) < LARGEST
    assert (BUNDLE / COMBINER_FILE).exists()
    assert load_composition("auto", encoder).name.startswith("combiner:")
