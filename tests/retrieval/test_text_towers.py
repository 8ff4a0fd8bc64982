"""The quicker text towers give what open_clip's own gives, or are refused."""

import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.clip_models import load_model, open_clip
from retrieval.half_linear import half_linear
from retrieval.protocols import Features
from retrieval.text_towers import HalfTextTower, choose_text_tower, cut_encode_text

TEXTS = (
    "a red summer dress",
    "the same, but with long sleeves, striped, and not as short as the one before",
    "",
    "👗👠",
)
packs = pytest.mark.skipif("fbgemm" not in torch.backends.quantized.supported_engines, reason="no FBGEMM here")


def tokenised(directory: Path, *texts: str) -> torch.Tensor:
    tokens: torch.Tensor = open_clip.get_tokenizer(f"local-dir:{directory}")(list(texts))
    return tokens


@pytest.fixture
def network(clip_directory: Path) -> Any:
    return load_model(str(clip_directory)).network


@pytest.fixture
def probes(clip_directory: Path) -> list[torch.Tensor]:
    return [tokenised(clip_directory, text) for text in TEXTS]


@pytest.mark.parametrize("text", TEXTS)
def test_cutting_at_the_end_of_the_text_changes_nothing(network: Any, clip_directory: Path, text: str) -> None:
    tokens = tokenised(clip_directory, text)
    with torch.inference_mode():
        assert (cut_encode_text(network, tokens) - network.encode_text(tokens)).abs().max() < 1e-5


def test_cutting_changes_nothing_in_the_bundled_model() -> None:
    loaded = load_model("tiny-clip")
    tokens = loaded.tokenizer(list(TEXTS))
    with torch.inference_mode():
        assert (cut_encode_text(loaded.network, tokens) - loaded.network.encode_text(tokens)).abs().max() < 1e-5


@packs
def test_half_precision_is_as_good_alone_and_in_a_batch(network: Any, clip_directory: Path) -> None:
    tokens = tokenised(clip_directory, *TEXTS)
    with torch.inference_mode():
        tower = HalfTextTower(network, int(tokens[0, 0]))
        expected = network.encode_text(tokens)
        together = tower(tokens)
        alone = torch.cat([tower(row) for row in tokens.split(1)])
        many = tower(tokens.repeat(20, 1))
    for features in (together, alone, many[-len(tokens) :]):
        cosines = torch.nn.functional.cosine_similarity(features.double(), expected.double())
        assert cosines.min() > 0.999999


@packs
def test_a_text_without_the_start_token_is_encoded_as_ever(network: Any, clip_directory: Path) -> None:
    tokens = tokenised(clip_directory, "a dress")
    with torch.inference_mode():
        tower = HalfTextTower(network, int(tokens[0, 0]) - 1)
        torch.testing.assert_close(tower(tokens), cut_encode_text(network, tokens))


@packs
def test_texts_that_begin_like_the_one_before_get_the_same_features(network: Any, clip_directory: Path) -> None:
    texts = ["a red dress", "a red dress", "a red skirt with dots", "a red", "", "a blue dress", "", "a red dress"]
    tokens = tokenised(clip_directory, *texts)
    with torch.inference_mode():
        tower = HalfTextTower(network, int(tokens[0, 0]))
        for row in tokens.split(1):
            fresh = HalfTextTower(network, int(tokens[0, 0]))(row)
            torch.testing.assert_close(tower(row), fresh, rtol=0, atol=1e-6)
        together = tower(tokens[:3])  # all three begin like the one before
        torch.testing.assert_close(together, torch.cat([tower(row) for row in tokens[:3].split(1)]), rtol=0, atol=1e-6)


@packs
def test_several_threads_may_encode_at_once(network: Any, clip_directory: Path) -> None:
    tokens = tokenised(clip_directory, "a red dress", "a red skirt", "blue", "a blue hat").split(1)
    tower = HalfTextTower(network, int(tokens[0][0, 0]))

    def encode(number: int) -> torch.Tensor:
        with torch.inference_mode():
            return tower(tokens[number % len(tokens)])

    expected = [encode(number) for number in range(len(tokens))]
    with ThreadPoolExecutor(4) as pool:
        for number, features in enumerate(pool.map(encode, range(200))):
            torch.testing.assert_close(features, expected[number % len(tokens)], rtol=0, atol=1e-6)


@packs
def test_half_layers_are_linear_layers() -> None:
    weight, bias, states = torch.randn(6, 10), torch.randn(6), torch.randn(2, 10, 3).transpose(1, 2)
    expected = torch.nn.functional.linear(states, weight.half().float(), bias)
    torch.testing.assert_close(half_linear(weight, bias)(states), expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(half_linear(weight, None)(states), expected - bias, rtol=1e-5, atol=1e-5)
    with pytest.raises(RuntimeError, match="too large"):
        half_linear(torch.full((6, 10), 1e6), bias)


@packs
def test_half_layers_announce_nothing_on_the_screen() -> None:
    code = "import torch; from retrieval.half_linear import half_linear; half_linear(torch.eye(8), None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


@packs
def test_half_precision_is_used_where_it_is_asked_for(network: Any, probes: list[torch.Tensor]) -> None:
    tower = choose_text_tower(network, True, probes, "float16")
    assert tower.runtime == "float16"
    assert tower.query_ms > 0
    assert choose_text_tower(network, True, probes, "float32").runtime == "float32"


@pytest.mark.parametrize("damage", ["not a number", "too large for half precision"])
def test_weights_that_half_precision_cannot_hold_stay_as_they_are(
    damage: str, network: Any, probes: list[torch.Tensor], caplog: pytest.LogCaptureFixture
) -> None:
    weight = network.transformer.resblocks[1].mlp.c_fc.weight
    weight[0, 0] = float("nan") if damage == "not a number" else 1e6

    with caplog.at_level(logging.INFO, "retrieval.text_towers"):
        tower = choose_text_tower(network, True, probes, "float16")

    assert tower.runtime == "float32"
    assert ["float32" in record.message for record in caplog.records] == [True]


@packs
def test_a_tower_that_gives_other_features_is_refused(
    network: Any, probes: list[torch.Tensor], caplog: pytest.LogCaptureFixture
) -> None:
    # 4,097 and -4,096 cancel in float32; half precision has neither 4,097 nor their difference.
    projection = network.transformer.resblocks[-1].mlp.c_proj
    projection.bias.fill_(0)
    projection.weight[:, 0], projection.weight[:, 1] = 4097.0, -4096.0
    network.transformer.resblocks[-1].mlp.c_fc.weight[1] = network.transformer.resblocks[-1].mlp.c_fc.weight[0]
    network.transformer.resblocks[-1].mlp.c_fc.bias[1] = network.transformer.resblocks[-1].mlp.c_fc.bias[0]
    projection.weight[::2, 0], projection.weight[::2, 1] = 4096.0, -4097.0

    with caplog.at_level(logging.WARNING, "retrieval.text_towers"):
        tower = choose_text_tower(network, True, probes, "float16")

    assert tower.runtime == "float32"
    assert "cosine" in caplog.text


def test_a_tower_that_was_trained_with_its_padding_keeps_it(network: Any, probes: list[torch.Tensor]) -> None:
    tower = choose_text_tower(network, False, probes, "float16")
    with torch.inference_mode():
        torch.testing.assert_close(tower.encode(probes[0]), network.encode_text(probes[0]))
    assert tower.runtime == "float32"


class Memory:
    """A `TextMemory` in a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Features] = {}

    def get(self, fingerprint: str, texts: Sequence[str], dimension: int) -> Mapping[str, Features]:
        return {text: self.kept[fingerprint, text] for text in texts if (fingerprint, text) in self.kept}

    def put(self, fingerprint: str, features: Mapping[str, Features]) -> None:
        self.kept |= {(fingerprint, text): value for text, value in features.items()}


def test_a_text_that_is_remembered_is_not_encoded(clip_directory: Path) -> None:
    encoder, memory = load_encoder(str(clip_directory)), Memory()
    expected = encoder.encode_texts(["a", "b", "a"])
    encoder.text_memory = memory

    np.testing.assert_allclose(encoder.encode_texts(["a", "b", "a"]), expected, atol=1e-6)
    name = f"{encoder.fingerprint}+{encoder.text_runtime}"
    assert set(memory.kept) == {(name, "a"), (name, "b")}

    memory.kept[name, "a"] = np.ones_like(expected[:1])
    np.testing.assert_allclose(
        encoder.encode_texts(["b", "a"]), np.concatenate([expected[1:2], np.ones_like(expected[:1])]), atol=1e-6
    )
    assert encoder.encode_texts([]).shape == (0, encoder.dimension)
    encoder.encode_texts([f"text {number}" for number in range(50)])
    assert len(memory.kept) == 2, "the texts of a calibration are nobody's query"


def test_the_runtime_can_be_chosen(clip_directory: Path, clip_encoder: ClipEncoder) -> None:
    plain = load_encoder(str(clip_directory), text_runtime="float32")
    assert plain.text_runtime == "float32"
    assert plain.fingerprint == clip_encoder.fingerprint
