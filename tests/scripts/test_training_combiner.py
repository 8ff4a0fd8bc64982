"""The Combiner's training: requests from metadata, a Combiner that learns them, and the refusal of a useless one."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from retrieval.combiner import CombinerComposition
from retrieval.composition import NormalizedSum
from retrieval.protocols import Features
from scripts.training.combiner_trainer import CombinerPlan, train_combiner
from scripts.training.composed_quality import compare_compositions
from scripts.training.triplets import Collection, answers, collect, make_requests

COLOURS = ("red", "blue", "green", "black")
KINDS = ("dress", "hat", "skirt")


@pytest.fixture(scope="module")
def shop() -> Collection:
    rng = np.random.default_rng(0)
    rows = [
        {"category": str(rng.choice(KINDS)), "colour": str(rng.choice(COLOURS)), "pattern": str(rng.choice(("plain", "striped"))),
         "title": f"number {i}", "price": i}
        for i in range(240)
    ]  # fmt: skip
    return collect(rows)


def _features(collection: Collection, rng: np.random.Generator) -> Features:
    """Pictures whose features are the sum of a direction for each attribute value, and noise."""
    directions = np.random.default_rng(7).normal(size=(len(collection.keys), 60, 24))
    sums = sum(directions[k][collection.codes[:, k]] for k in range(len(collection.keys)))
    return (sums + 0.1 * rng.normal(size=(len(collection.codes), 24))).astype(np.float32)


def _texts(texts: Sequence[str]) -> Features:
    """Words as a bag of hashed directions."""
    vectors = np.random.default_rng(8).normal(size=(997, 24))
    rows = [sum(vectors[sum(map(ord, word)) * 31 % 997] for word in text.lower().split()) for text in texts]
    return np.array(rows, np.float32)


def test_titles_and_prices_are_no_attributes(shop: Collection) -> None:
    assert set(shop.keys) == {"category", "colour", "pattern"}
    with pytest.raises(ValueError, match="no attribute to ask for"):
        collect([{"title": "a", "price": 1}, {"title": "b", "price": 2}])


@pytest.mark.parametrize("held_out", [False, True])
def test_answers_have_the_kind_and_what_was_asked_and_are_never_the_reference(shop: Collection, held_out: bool) -> None:
    requests = make_requests(shop, np.arange(200), seed=1, held_out=held_out, plain=True)
    assert len(requests.texts) == 200
    gallery = np.arange(len(shop.rows))
    fits, closest = answers(shop, requests, np.arange(200), gallery)
    for i, reference in enumerate(requests.references):
        assert fits[i, reference] == 0
        right = np.flatnonzero(fits[i] == 1)
        assert {shop.rows[row]["category"] for row in right} <= {shop.rows[reference]["category"]}
        assert set(np.flatnonzero(closest[i] == 1)) <= set(right)


def test_requests_are_seeded(shop: Collection) -> None:
    first, second = (make_requests(shop, np.arange(50), seed=2) for _ in range(2))
    assert first.texts == second.texts
    assert first.texts != make_requests(shop, np.arange(50), seed=3).texts


def test_a_trained_combiner_beats_the_sum(shop: Collection) -> None:
    torch.set_num_threads(1)
    features = _features(shop, np.random.default_rng(1))
    requests = make_requests(shop, np.arange(240).repeat(8), seed=4, plain=True)
    plan = CombinerPlan(steps=150, batch=64, gallery=200, averaging=0.95)
    combiner = train_combiner(features, shop, requests, _texts(requests.texts), plan)
    asked = make_requests(shop, np.arange(240), seed=5, plain=True)
    compositions = {"combiner": CombinerComposition(combiner, "combiner:new"), "sum": NormalizedSum()}
    quality = compare_compositions(compositions, features, shop, asked, _texts(asked.texts))
    assert quality["combiner"]["wanted"] > 0.75
    assert quality["combiner"]["wanted"] > quality["sum"]["wanted"] + 0.1
    again = train_combiner(features, shop, requests, _texts(requests.texts), CombinerPlan(steps=3, batch=64))
    twice = train_combiner(features, shop, requests, _texts(requests.texts), CombinerPlan(steps=3, batch=64))
    assert all(torch.equal(a, b) for a, b in zip(again.state_dict().values(), twice.state_dict().values(), strict=True))
