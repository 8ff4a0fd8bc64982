"""The Combiner's training: requests from metadata, a Combiner that learns them, and the refusal of a useless one."""

import numpy as np
import pytest
import torch

from retrieval.combiner import CombinerComposition
from retrieval.composition import NormalizedSum
from retrieval.protocols import Composition, Features
from scripts.training.combiner_trainer import CombinerPlan, train_combiner
from scripts.training.composed_quality import compare_compositions
from scripts.training.triplets import Collection, Requests, answers, collect, make_requests

COLOURS = ("red", "blue", "green", "black")
KINDS = ("dress", "hat", "skirt")


@pytest.fixture(scope="module")
def shop() -> Collection:
    rng = np.random.default_rng(0)
    rows = [
        {
            "category": str(rng.choice(KINDS)),
            "colour": str(rng.choice(COLOURS)),
            "pattern": str(rng.choice(("plain", "striped"))),
            "title": f"number {number}",
            "price": number,
        }
        for number in range(240)
    ]
    return collect(rows)


DIRECTIONS = np.random.default_rng(7).normal(size=(3, 8, 48)).astype(np.float32)
"""[key, code, d]: what each attribute value adds to features, of pictures and of words alike."""


def _picture_features(collection: Collection) -> Features:
    noise = 0.3 * np.random.default_rng(1).normal(size=(len(collection.codes), 48))
    clean = sum(DIRECTIONS[key, collection.codes[:, key]] for key in range(len(collection.keys)))
    return np.asarray(clean + noise, np.float32)


def _text_features(collection: Collection, requests: Requests) -> Features:
    """What a request names beside the kind, as a model that understands words would say it."""
    rows = []
    for bits, kept in zip(requests.bits[..., 0], requests.kept, strict=True):
        named = [(key, int(bits[key]).bit_length() - 1) for key in range(len(kept)) if bits[key]]
        asked = [DIRECTIONS[key, code] for key, code in named if list(collection.keys)[key] != "category"]
        rows.append(np.sum(asked, axis=0) if asked else np.full(48, 0.01))
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
    found = answers(shop, requests, np.arange(200), gallery)
    for i, reference in enumerate(requests.references.tolist()):
        assert found.wanted[i, reference] == found.same_look[i, reference] == found.closest[i, reference] == 0
        right = np.flatnonzero(found.wanted[i] == 1)
        assert {shop.rows[row]["category"] for row in right.tolist()} <= {shop.rows[reference]["category"]}
        assert set(np.flatnonzero(found.closest[i] == 1)) <= set(right)
        assert set(np.flatnonzero(found.same_look[i] == 1)) <= set(right)
        assert (found.same_look[i] == 1).any()


def test_requests_are_seeded(shop: Collection) -> None:
    first, second = (make_requests(shop, np.arange(50), seed=2) for _ in range(2))
    assert first.texts == second.texts
    assert first.texts != make_requests(shop, np.arange(50), seed=3).texts


def test_a_trained_combiner_beats_the_sum(shop: Collection) -> None:
    torch.set_num_threads(1)
    features = _picture_features(shop)
    requests = make_requests(shop, np.arange(240).repeat(8), seed=4, plain=True)
    plan = CombinerPlan(steps=200, batch=64, gallery=200, averaging=0.95, learning_rate=3e-3)
    combiner = train_combiner(features, shop, requests, _text_features(shop, requests), plan)
    asked = make_requests(shop, np.arange(240), seed=5, plain=True)
    compositions: dict[str, Composition] = {
        "combiner": CombinerComposition(combiner, "combiner:new"),
        "sum": NormalizedSum(),
    }
    quality = compare_compositions(compositions, features, shop, asked, _text_features(shop, asked))
    assert quality["combiner"]["wanted"] > quality["sum"]["wanted"]
    assert quality["combiner"]["wanted"] > 0.95


def test_training_is_seeded(shop: Collection) -> None:
    features = _picture_features(shop)
    requests = make_requests(shop, np.arange(60), seed=4)
    plan = CombinerPlan(steps=3, batch=16)
    first, second = (
        train_combiner(features, shop, requests, _text_features(shop, requests), plan).state_dict() for _ in range(2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
