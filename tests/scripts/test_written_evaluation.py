"""What is written must stay findable, and what is seen must stay found: a small version of the suite `written`."""

from dataclasses import asdict

import numpy as np
import pytest

from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from retrieval.sentence_encoder import DEFAULT_MODEL, load_sentence_encoder
from scripts.evaluation.described_products import (
    ASKED,
    CHOSEN_ON,
    HELD_OUT,
    describe_products,
    unseen_searches,
)
from scripts.evaluation.written import score_shops, shops
from scripts.rendering.attributes import sample_products
from scripts.rendering.product_photo import render

PRODUCTS = 100
VALIDATION_SEED = 2
FEW = {"invisible": 36, "mixed": 12, "visible": 20, "refined": 10}


@pytest.fixture(scope="module")
def products():
    return sample_products(PRODUCTS, VALIDATION_SEED)


def test_the_halves_share_no_brand_material_or_wording():
    for name in ("brands", "cloths", "firm", "titles", "lead", "filler", "frames"):
        assert not set(getattr(CHOSEN_ON, name)) & set(getattr(HELD_OUT, name))


@pytest.mark.parametrize("wordings", [CHOSEN_ON, HELD_OUT])
def test_what_cannot_be_seen_is_written_and_asked_for(products, wordings):
    described = describe_products({product.id: asdict(product) for product in products}, wordings, 1)
    for one in described:
        for text in (one.title, one.description):
            assert all(one.unseen[key] in text for key in ("brand", "material", "size"))
    for search in unseen_searches(described, wordings, ASKED, 90, 1):
        assert all(value in search.text for value in search.wanted.values())
        assert any(all(one.unseen[key] == value for key, value in search.wanted.items()) for one in described)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_invisible_things_are_found_and_visible_ones_are_not_lost(products):
    encoder = load_encoder("tiny-clip")
    items = {product.id: asdict(product) for product in products}
    features = np.concatenate([encoder.encode_images([render(product)]) for product in products])
    both = shops(items, features, load_sentence_encoder(DEFAULT_MODEL), HELD_OUT, PRODUCTS, FEW)
    figures = score_shops(encoder, load_composition("auto", encoder), both)
    assert figures["words.invisible.recall_at_10"] > 0.85
    # Ten of fifty products hold a good part of the right ones by chance.
    assert figures["words.invisible.recall_at_10.clip_alone"] < figures["words.invisible.recall_at_10"] - 0.2
    assert figures["words.mixed.recall_at_10"] > 0.95
    assert figures["words.visible.loss"] < 0.03
    for form in ("symmetric", "asymmetric"):  # the searcher ranks as the arithmetic of the comparison does
        compared = figures[f"words.compared.gate.invisible.recall_at_10.{form}"]
        assert figures[f"words.invisible.recall_at_10.{form}"] == pytest.approx(compared, abs=1e-3)
