"""A small shop whose pictures and words have features that a Combiner can learn to join, made without any model."""

import numpy as np

from retrieval.protocols import Features
from scripts.training.examples import Examples
from scripts.training.triplets import Collection, Requests, collect, make_requests

DIMENSION = 48
COLOURS = ("red", "blue", "green", "black")
KINDS = ("dress", "hat", "skirt")
_DIRECTIONS = np.random.default_rng(7).normal(size=(3, 8, DIMENSION)).astype(np.float32)
"""[key, code, d]: what each attribute value adds to the features of pictures."""
_TURNED = np.linalg.qr(np.random.default_rng(8).normal(size=(DIMENSION, DIMENSION)))[0].astype(np.float32)
"""Words lie elsewhere, so that nothing is gained by adding them to pictures."""


def shop_rows(count: int = 240) -> list[dict[str, object]]:
    """Metadata with three attributes, a title and a price."""
    rng = np.random.default_rng(0)
    return [
        {
            "category": str(rng.choice(KINDS)),
            "colour": str(rng.choice(COLOURS)),
            "pattern": str(rng.choice(("plain", "striped"))),
            "title": f"number {number}",
            "price": number,
        }
        for number in range(count)
    ]


def picture_features(collection: Collection) -> Features:
    """The sum of what its attributes add, and noise."""
    noise = 0.3 * np.random.default_rng(1).normal(size=(len(collection.codes), DIMENSION))
    clean = sum(_DIRECTIONS[key, collection.codes[:, key]] for key in range(len(collection.keys)))
    return np.asarray(clean + noise, np.float32)


def text_features(collection: Collection, requests: Requests) -> Features:
    """What a request names beside the kind, as a model would say it that understands words."""
    rows = []
    for bits in requests.bits[..., 0]:
        named = [
            _DIRECTIONS[key, code]
            for key, name in enumerate(collection.keys)
            for code in range(8)
            if name != "category" and bits[key] >> code & 1
        ]
        rows.append(np.mean(named, axis=0) if named else np.full(DIMENSION, 0.01))
    return np.array(rows, np.float32) @ _TURNED


def shop_examples(count: int, seed: int, plain: bool = False) -> Examples:
    """Requests next to the pictures of the shop."""
    collection = collect(shop_rows())
    references = np.random.default_rng(seed).integers(0, len(collection.rows), count)
    requests = make_requests(collection, references, seed, plain=plain)
    return Examples(picture_features(collection), collection, requests, text_features(collection, requests))
