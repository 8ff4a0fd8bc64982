"""Where in a picture the words are seen."""

import io

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from retrieval.clip_encoder import load_encoder
from retrieval.errors import ModelUnavailable
from retrieval.explanation import direction_of, explain_likeness, explain_words
from retrieval.heat_map import layer_cam, occlusion, stages
from retrieval.heat_picture import heat_picture
from retrieval.preprocess import Preprocess

SIZE = 64
EAST = np.array([[1.0, 0.0]], dtype=np.float32)
PLAIN = dict.fromkeys(("mean", "std"), (0.5, 0.5, 0.5))

VIT = {"image_size": SIZE, "patch_size": 16, "width": 64, "head_width": 32, "layers": 4}
RESNET = {"image_size": SIZE, "layers": (1, 1, 1, 1), "width": 16}


@pytest.fixture(scope="module")
def encoder():
    return load_encoder("tiny-clip")


def _corner(pixels: torch.Tensor) -> torch.Tensor:
    """A network that looks at the upper left corner alone: brightness there is east, north otherwise."""
    bright = pixels[:, :, : SIZE // 4, : SIZE // 4].mean(dim=(1, 2, 3))
    return torch.stack([bright, torch.ones_like(bright)], dim=1)


def test_occlusion_finds_the_only_place_that_matters():
    pixels = torch.zeros(1, 3, SIZE, SIZE)
    pixels[:, :, : SIZE // 4, : SIZE // 4] = 1.0
    heat = occlusion(_corner, pixels, EAST)
    assert heat.shape == (SIZE, SIZE)
    assert np.unravel_index(heat.argmax(), heat.shape) < (SIZE // 4, SIZE // 4)
    assert heat[SIZE // 2 :].max() == 0


@pytest.mark.parametrize("vision", [VIT, RESNET], ids=["ViT", "ResNet"])
def test_both_kinds_of_towers_have_maps(vision):
    torch.manual_seed(1)
    text = {"context_length": 8, "vocab_size": 50, "width": 32, "heads": 2, "layers": 1}
    network = open_clip.model.CLIP(32, vision, text).eval()
    direction = np.random.default_rng(1).normal(size=(1, 32)).astype(np.float32)
    heat = layer_cam(
        network.visual, lambda p: network.encode_image(p, normalize=False), torch.rand(1, 3, SIZE, SIZE), direction
    )
    assert heat.shape == (SIZE, SIZE)
    assert heat.dtype == np.float32
    assert heat.min() >= 0
    assert heat.max() == 1
    assert heat.std() > 0
    assert not any(parameter.grad is not None for parameter in network.parameters())


def test_nobody_knows_the_stages_of_just_any_network():
    with pytest.raises(ModelUnavailable, match="Linear"):
        stages(torch.nn.Linear(2, 2))


def test_a_picture_of_one_colour_has_a_map(encoder):
    heat = explain_words(encoder, Image.new("RGB", (300, 400), "red"), "with long sleeves", "dress")
    assert heat.shape == (encoder.preprocess.size,) * 2
    assert np.isfinite(heat).all()


def test_words_that_only_name_the_kind_leave_something_to_look_for(encoder):
    assert np.linalg.norm(direction_of(encoder, "a dress", "dress")) == pytest.approx(1, abs=1e-3)


def test_likeness_is_looked_for_in_the_same_picture(encoder):
    picture = Image.effect_noise((200, 300), 60).convert("RGB")
    assert explain_likeness(encoder, picture, encoder.encode_images([picture])).max() == 1


@pytest.mark.parametrize("ratio", [1.0, 1.25])
@pytest.mark.parametrize("size", [(300, 400), (400, 300), (200, 200), (40, 900)])
def test_what_the_model_sees_lies_where_it_is_in_the_picture(size, ratio):
    preprocess = Preprocess(64, **PLAIN, target_ratio=ratio)
    width, height = size
    there = np.zeros((height, width), dtype=np.uint8)
    top, left = height // 2, width // 2
    there[top : top + height // 8 + 2, left : left + width // 4] = 255
    back = preprocess.spread(preprocess.gather(there).astype(np.float32) / 255, Image.new("RGB", size))
    assert back.shape == (height, width)
    y, x = np.unravel_index(back.argmax(), back.shape)
    assert top - height // 20 - 2 <= y <= top + height // 8 + height // 20 + 2
    assert left - width // 10 - 2 <= x <= left + width // 4 + width // 10


@pytest.mark.parametrize("size", [(30, 30), (3000, 1000), (1, 500)])
def test_the_drawing_is_a_picture_for_telegram(size):
    preprocess = Preprocess(64, **PLAIN)
    drawn = heat_picture(Image.new("RGB", size, "green"), np.ones((64, 64), dtype=np.float32), preprocess)
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) <= 1024
