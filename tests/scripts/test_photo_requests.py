"""Requests next to photos: each has an answer, the same seed draws the same, and easy pictures are found."""

from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from scripts.evaluation.photo_requests import draw_photo_requests, score_photo_requests
from scripts.rendering.attributes import sample_products
from scripts.rendering.product_photo import render

LABELS = ["dress"] * 4 + ["hat"] * 2 + ["bag"]
COLOURS = ["red", "blue", "black", "brown", "red", "navy", "red"]


def test_every_request_can_be_answered_by_another_photo_of_the_kind():
    requests = list(draw_photo_requests(LABELS, COLOURS, 1))
    assert {request.form for request in requests} == {"value", "negation", "comparative"}
    assert requests == list(draw_photo_requests(LABELS, COLOURS, 1))
    for request in requests:
        others = {colour for label, colour in zip(LABELS, COLOURS, strict=True) if label == LABELS[request.row]}
        assert request.colours & (others - {COLOURS[request.row]})
        assert COLOURS[request.row] not in request.colours
    assert not any(request.row == LABELS.index("bag") for request in requests)


def test_rendered_products_are_found():
    encoder = load_encoder("tiny-clip")
    products = [product for product in sample_products(400, 5) if product.category in ("dress", "bag")][:40]
    features = encoder.encode_images([render(product) for product in products])
    labels, colours = [product.category for product in products], [product.colour for product in products]
    figures = score_photo_requests(encoder, load_composition("auto", encoder), features, labels, colours, 1)
    assert figures["photos.composed.recall_at_1"] > 0.8
    assert figures["photos.composed.recall_at_1"] > figures["photos.composed.composition_alone.recall_at_1"]
