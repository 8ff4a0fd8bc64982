import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.combiner import Combiner
from retrieval.combiner_checkpoint import save_combiner
from retrieval.composition import NormalizedSum, Product, load_composition
from retrieval.errors import CombinerInvalid


@given(seed=st.integers(0, 1000), scale=st.floats(0.01, 100))
def test_the_sum_lies_halfway_whatever_the_lengths(seed: int, scale: float) -> None:
    image, text = np.random.default_rng(seed).standard_normal((2, 3, 8)).astype(np.float32)

    composed = NormalizedSum()(image * np.float32(scale), text)

    assert composed.shape == (3, 1, 8)
    np.testing.assert_allclose(np.linalg.norm(composed, axis=2), 1, atol=1e-5)
    image /= np.linalg.norm(image, axis=1, keepdims=True)
    text /= np.linalg.norm(text, axis=1, keepdims=True)
    np.testing.assert_allclose((composed[:, 0] * image).sum(1), (composed[:, 0] * text).sum(1), atol=1e-4)


def test_the_product_keeps_picture_and_words_apart() -> None:
    composed = Product()(np.array([[3, 4]]), np.array([[0, 2]]))

    assert composed.shape == (1, 2, 2)
    assert composed.dtype == np.float32
    np.testing.assert_allclose(composed[0], [[0.6, 0.8], [0, 1]], atol=1e-6)


@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
def test_unequal_numbers_are_refused(composition: NormalizedSum | Product) -> None:
    with pytest.raises(ValueError, match="shape"):
        composition(np.ones((2, 3)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="zeros"):
        composition(np.zeros((1, 3)), np.ones((1, 3)))


@pytest.mark.parametrize(("setting", "name"), [("sum", "sum"), ("product", "product"), ("auto", "sum"), ("", "sum")])
def test_compositions_by_name(setting: str, name: str, clip_encoder: ClipEncoder) -> None:
    assert load_composition(setting, clip_encoder).name == name


def test_auto_takes_the_models_own_combiner(clip_directory: Path, tmp_path: Path) -> None:
    directory = tmp_path / "model"
    shutil.copytree(clip_directory, directory)
    save_combiner(Combiner(16, 8, 8), directory / "combiner.safetensors")
    encoder = load_encoder(str(directory))

    composition = load_composition("auto", encoder)

    assert composition.name.startswith("combiner:")
    assert load_composition(directory / "combiner.safetensors", encoder).name == composition.name
    assert composition(encoder.encode_texts(["a"]), encoder.encode_texts(["b"])).shape == (1, 1, 16)
    assert load_composition("sum", encoder).name == "sum", "one can do without it"


def test_a_combiner_of_another_size_is_refused_with_both(clip_encoder: ClipEncoder, tmp_path: Path) -> None:
    torch.save({"epoch": 1, "Combiner": Combiner(640, 8, 8).state_dict()}, tmp_path / "rn50x4.pt")

    with pytest.raises(CombinerInvalid, match=r"rn50x4\.pt .* 640, .* 16: "):
        load_composition(tmp_path / "rn50x4.pt", clip_encoder)


def test_a_combiner_for_other_weights_is_refused(clip_encoder: ClipEncoder, tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    save_combiner(Combiner(16, 8, 8), path, clip_encoder.weights_hash)
    assert load_composition(path, clip_encoder).name.startswith("combiner:")

    save_combiner(Combiner(16, 8, 8), path, "fedcba9876543210")
    with pytest.raises(CombinerInvalid, match="fedcba9876543210"):
        load_composition(path, clip_encoder)


def test_a_misspelt_setting_is_a_missing_file(clip_encoder: ClipEncoder) -> None:
    with pytest.raises(CombinerInvalid, match=r"^There is no Combiner prodcut: choose auto, sum, product, .*\.$"):
        load_composition("prodcut", clip_encoder)
