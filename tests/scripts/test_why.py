"""The heat map points at what was asked for; `docs/explanations.md` has the figures of many more maps."""

import numpy as np

from retrieval.clip_encoder import load_encoder
from retrieval.explanation import explain_words
from scripts.evaluation.why import _near, questions, score
from scripts.rendering.attributes import sample_products
from scripts.rendering.product_photo import render
from scripts.rendering.regions import region_of


def test_a_region_is_where_the_attribute_shows():
    product = next(p for p in sample_products(400, 3) if p.category == "shirt" and p.detail == "chest pocket")
    pocket = region_of(product, "detail", None)
    sleeves = region_of(product, "sleeve", "sleeveless" if product.sleeve == "long" else "long")
    assert 0 < pocket.mean() < 0.02
    assert sleeves.mean() > 3 * pocket.mean()


def test_maps_point_at_what_was_asked_for():
    encoder = load_encoder("tiny-clip")
    hits = []
    for asked in questions(20, seed=5):
        heat = explain_words(encoder, render(asked.product), asked.words, asked.product.category)
        hits.append(_near(encoder, asked.region)[np.unravel_index(heat.argmax(), heat.shape)])
    assert np.mean(hits) >= 0.65


def test_every_figure_is_there():
    figures = score(load_encoder("tiny-clip"), list(questions(2, seed=6)))
    for name in ("pointing_game", "deletion", "insertion"):
        assert {f"why.{name}", f"why.{name}.occlusion", f"why.{name}.random"} <= figures.keys()
    assert 0 < figures["why.pointing_game.chance"] < 0.6
