"""Layers in int8: nearly what they replace, and nothing of a picture's batch in its features."""

import pytest
import torch
from torch import nn

from retrieval.clip_models import load_model
from retrieval.image_towers import choose_image_tower
from retrieval.int8_layers import Int8Attention, Int8Linear, Int8Patches, replace_layers

LEAST = 0.999


def cosines(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return nn.functional.cosine_similarity(one, other, dim=-1)


@pytest.fixture(autouse=True)
def inference():
    torch.manual_seed(0)
    with torch.inference_mode():
        yield


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_layer(bias):
    layer, states = nn.Linear(96, 40, bias=bias), torch.randn(3, 7, 96) * torch.logspace(-6, 6, 7)[:, None]
    found = Int8Linear(layer.weight, layer.bias)(states)
    assert found.shape == (3, 7, 40)
    assert cosines(found, layer(states)).min() > LEAST
    assert torch.equal(Int8Linear(layer.weight, layer.bias)(torch.zeros(2, 96)), layer(torch.zeros(2, 96)))


def test_attention():
    attention, states = nn.MultiheadAttention(64, 4, batch_first=True), torch.randn(2, 9, 64)
    found, weights = Int8Attention(attention)(states, states, states, need_weights=False, attn_mask=None)
    assert weights is None
    assert cosines(found, attention(states, states, states)[0]).min() > LEAST
    with pytest.raises(RuntimeError, match="look at others"):
        Int8Attention(attention)(states, states[:1], states[:1])


def test_patches_whatever_is_left_at_the_edges():
    convolution, pictures = nn.Conv2d(3, 24, (8, 4), (8, 4)), torch.rand(2, 3, 35, 30)
    found, expected = Int8Patches(convolution)(pictures), convolution(pictures)
    assert found.shape == expected.shape == (2, 24, 4, 7)
    assert cosines(found.flatten(1), expected.flatten(1)).min() > LEAST


def test_only_what_can_be_replaced_is():
    other = nn.Sequential(
        nn.Conv2d(3, 8, 3, 3, groups=1, padding=1),
        nn.Conv2d(8, 8, 1),
        nn.MultiheadAttention(8, 2),
        nn.Bilinear(8, 8, 4),
    )
    assert replace_layers(other) == 0
    assert replace_layers(nn.Sequential(nn.Sequential(nn.Linear(8, 8), nn.ReLU()), nn.Conv2d(3, 8, 4, 4))) == 2


def test_a_tower_gives_nearly_the_same_and_the_same_for_a_picture_alone(clip_directory):
    network = load_model(str(clip_directory)).network
    pictures = torch.randn(20, 3, 32, 32) * torch.logspace(-2, 1, 20)[:, None, None, None]
    tower = choose_image_tower(network, pictures, "int8")
    assert tower.runtime == "int8"
    found, expected = tower.encode(pictures), network.encode_image(pictures)
    assert cosines(found, expected).min() > LEAST
    likeness = nn.functional.normalize(expected) @ nn.functional.normalize(found).T
    assert torch.equal(likeness.argmax(dim=1), torch.arange(20))
    for place in (0, 7, 19):
        torch.testing.assert_close(tower.encode(pictures[place : place + 1])[0], found[place], atol=1e-4, rtol=1e-4)
    assert not any(isinstance(module, Int8Linear) for module in network.modules()), "the network stays as it was"


def test_a_tower_that_is_no_transformer_keeps_another_runtime():
    network = load_model("tiny-clip").network
    assert choose_image_tower(network, torch.randn(2, 3, 176, 176), "int8").runtime == "float32"
