"""What comes with the project must stay good: small versions of the figures of `docs/quality.md`, inside bands.

The pictures are 275 products of a validation seed, so the figures are near those of the table and not the same. A
figure under its band means that something broke; one above it means that the bands, and the table, are out of date.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pytest
import torch

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.composition import NormalizedSum, Product, load_composition
from retrieval.protocols import Composition, Features
from retrieval.searcher import Searcher
from scripts.evaluation.composed_answers import COMBINER, score_answers
from scripts.evaluation.composed_requests import draw_requests
from scripts.evaluation.dialogs import score_dialogs
from scripts.evaluation.match import auroc_of, rendered_outcomes
from scripts.evaluation.match_galleries import Pictures
from scripts.evaluation.product_gallery import ProductGallery
from scripts.evaluation.words import known_searches, score_searches, unseen_searches
from scripts.rendering.attributes import sample_products
from scripts.rendering.product_photo import render
from scripts.training.bundle import BUNDLE, COMBINER_FILE
from scripts.training.triplets import collect

LARGEST = 25_000_000
PRODUCTS = 275
VALIDATION_SEED = 2
SEED = 1

LOW_KNOWN, LOW_UNSEEN, HIGH_UNSEEN = 0.5, 0.1, 0.95
LOW_RECALL, HIGH_RECALL, MARGIN = 0.3, 0.95, -0.5
LOW_WANTED, LOW_KEPT, LOW_DIALOGS, LOW_MATCH = 0.5, 0.5, 0.5, 0.5

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Shop:
    """A small rendered catalogue and what searches it."""

    encoder: ClipEncoder
    composition: Composition
    items: Mapping[str, Mapping[str, object]]
    features: Features

    def searcher(self, composition: Composition | None = None) -> Searcher:
        gallery = ProductGallery(list(self.items), self.features)
        return gallery.searcher(self.encoder, composition or self.composition)


@pytest.fixture(scope="module")
def shop() -> Shop:
    torch.set_num_threads(1)
    encoder = load_encoder("tiny-clip")
    products = sample_products(PRODUCTS, VALIDATION_SEED)
    features = encoder.encode_images([render(product) for product in products])
    keys = ("category", "colour", "pattern", "sleeve", "length", "neckline", "detail")
    items = {p.id: {key: value for key in keys if (value := asdict(p)[key]) is not None} for p in products}
    return Shop(encoder, load_composition("auto", encoder), items, features)


def test_words(shop: Shop) -> None:
    known = list(known_searches(shop.items, 100, SEED))
    unseen = list(unseen_searches(shop.items, 100, SEED))
    figures = score_searches(shop.searcher(), [*known, *unseen], shop.items)
    assert LOW_KNOWN <= figures["words.known.p10"] <= 1.0
    assert LOW_UNSEEN <= figures["words.unseen.p10"] <= HIGH_UNSEEN


def test_requests_next_to_a_picture(shop: Shop) -> None:
    searchers = {COMBINER: shop.searcher(), "sum": shop.searcher(NormalizedSum()), "product": shop.searcher(Product())}
    asked = draw_requests(collect(list(shop.items.values())), SEED, 150)
    figures = score_answers(searchers, asked, list(shop.items), "composed", lambda _: None)
    assert LOW_RECALL <= figures["composed.recall_at_1"] <= HIGH_RECALL
    assert figures["composed.recall_at_1"] >= figures["composed.best_baseline.recall_at_1"] + MARGIN
    assert LOW_WANTED <= figures["composed.wanted_at_10"] <= 1.0
    assert LOW_KEPT <= figures["composed.kept_at_10"] <= 1.0


def test_dialogs(shop: Shop) -> None:
    figures = score_dialogs(shop.searcher(), shop.items, 60, SEED, always_closest=False)
    assert LOW_DIALOGS <= figures["dialogs.hits10_turn3"] <= 1.0
    assert figures["dialogs.hits10_turn3"] >= figures["dialogs.last_turn_only.hits10_turn3"]


def test_what_has_a_match_is_told_from_what_has_none(shop: Shop) -> None:
    metadata = [{key: str(value) for key, value in data.items()} for data in shop.items.values()]
    products = Pictures(shop.features, metadata, np.arange(len(metadata)))
    assert LOW_MATCH <= auroc_of(rendered_outcomes(products, shop.encoder, shop.composition, SEED)) <= 1.0


def test_the_bundle_is_small_and_its_combiner_fits(shop: Shop) -> None:
    assert sum(file.stat().st_size for file in BUNDLE.iterdir()) < LARGEST
    assert (BUNDLE / COMBINER_FILE).exists()
    assert shop.composition.name.startswith("combiner:")
