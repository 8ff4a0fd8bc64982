"""Batches in bfloat16: nearly the features of float32, or refused."""

import io
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from retrieval.clip_encoder import load_encoder
from retrieval.clip_models import load_model
from retrieval.embedding import normalize
from retrieval.image_towers import choose_image_tower
from retrieval.preprocess import open_picture
from scripts.rendering.attributes import sample_products
from scripts.rendering.product_photo import render

LEAST = 0.999
LEAST_PREPARED = 0.99


@pytest.fixture
def network(clip_directory: Path) -> Any:
    return load_model(str(clip_directory)).network


@pytest.fixture
def probe() -> torch.Tensor:
    return torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    return [render(product) for product in sample_products(40, 2)]


def test_bfloat16_gives_nearly_the_same(network: Any, probe: torch.Tensor) -> None:
    with torch.inference_mode():
        tower = choose_image_tower(network, probe, "bfloat16")
        expected, found = network.encode_image(probe), tower.encode(probe)
    assert tower.runtime == "bfloat16"
    assert found.dtype == torch.float32
    assert torch.nn.functional.cosine_similarity(found, expected).min() >= LEAST
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}, "the network stays as it was"


def test_float32_is_kept_where_it_is_asked_for(network: Any, probe: torch.Tensor) -> None:
    with torch.inference_mode():
        tower = choose_image_tower(network, probe, "float32")
        torch.testing.assert_close(tower.encode(probe), network.encode_image(probe))
    assert tower.runtime == "float32"


def test_damaged_weights_are_refused(network: Any, probe: torch.Tensor, caplog: pytest.LogCaptureFixture) -> None:
    network.visual.transformer.resblocks[0].mlp.c_fc.weight[0, 0] = float("nan")
    with torch.inference_mode(), caplog.at_level(logging.INFO, "retrieval.image_towers"):
        assert choose_image_tower(network, probe, "bfloat16").runtime == "float32"
    assert ["cosine" in record.message for record in caplog.records] == [True]


def test_the_bundled_model_finds_the_same_pictures_in_either(photos: list[Image.Image]) -> None:
    plain, quick = load_encoder("tiny-clip"), load_encoder("tiny-clip", image_runtime="bfloat16")
    expected, found = normalize(plain.encode_images(photos)), normalize(quick.encode_images(photos))
    assert plain.fingerprint == quick.fingerprint
    assert (expected * found).sum(axis=1).min() >= LEAST
    np.testing.assert_array_equal((expected @ found.T).argmax(axis=1), np.arange(len(photos)))
    np.testing.assert_array_equal(quick.encode_images(photos[:2]), plain.encode_images(photos[:2]), "a few are exact")


def test_what_is_prepared_by_the_reader_is_what_the_encoder_sees(photos: list[Image.Image]) -> None:
    encoder = load_encoder("tiny-clip")
    for photo in photos[:5]:
        file = io.BytesIO()
        photo.save(file, "PNG")
        prepared = encoder.prepare(file.getvalue())
        assert prepared.size == (encoder.preprocess.size, encoder.preprocess.size)
        torch.testing.assert_close(encoder.preprocess([prepared]), encoder.preprocess([photo]))


def test_a_large_jpeg_decoded_small_stays_the_same_picture(photos: list[Image.Image]) -> None:
    encoder = load_encoder("tiny-clip")
    files = []
    for photo in photos[:20]:
        file = io.BytesIO()
        photo.resize((3 * photo.width, 3 * photo.height), Image.Resampling.LANCZOS).save(file, "JPEG", quality=90)
        files.append(file.getvalue())
    full = normalize(encoder.encode_images([open_picture(data) for data in files]))
    small = normalize(encoder.encode_images([encoder.prepare(data) for data in files]))
    assert (full * small).sum(axis=1).min() >= LEAST_PREPARED
    np.testing.assert_array_equal((full @ small.T).argmax(axis=1), np.arange(len(files)))
