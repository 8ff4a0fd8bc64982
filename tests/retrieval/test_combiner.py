"""The Combiner against the published formula, written down once more in NumPy."""

import numpy as np
import pytest
import torch

from retrieval.combiner import Combiner, CombinerComposition

D, P, H = 6, 10, 14
PUBLISHED_SHAPES = {
    "text_projection_layer.weight": (P, D),
    "text_projection_layer.bias": (P,),
    "image_projection_layer.weight": (P, D),
    "image_projection_layer.bias": (P,),
    "combiner_layer.weight": (H, 2 * P),
    "combiner_layer.bias": (H,),
    "output_layer.weight": (D, H),
    "output_layer.bias": (D,),
    "dynamic_scalar.0.weight": (H, 2 * P),
    "dynamic_scalar.0.bias": (H,),
    "dynamic_scalar.3.weight": (1, H),
    "dynamic_scalar.3.bias": (1,),
}


@pytest.fixture
def tensors(generator: np.random.Generator) -> dict[str, np.ndarray]:
    return {name: generator.standard_normal(shape).astype(np.float32) for name, shape in PUBLISHED_SHAPES.items()}


@pytest.fixture
def composition(tensors: dict[str, np.ndarray]) -> CombinerComposition:
    combiner = Combiner(D, P, H)
    combiner.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    return CombinerComposition(combiner, "combiner:0123456789ab")


def published(tensors: dict[str, np.ndarray], image: np.ndarray, text: np.ndarray) -> np.ndarray:
    def linear(name: str, values: np.ndarray) -> np.ndarray:
        return values @ tensors[f"{name}.weight"].astype(np.float64).T + tensors[f"{name}.bias"]

    def relu(values: np.ndarray) -> np.ndarray:
        return np.maximum(values, 0)

    joined = np.concatenate(
        [relu(linear("text_projection_layer", text)), relu(linear("image_projection_layer", image))], axis=1
    )
    mixture = linear("output_layer", relu(linear("combiner_layer", joined)))
    scalar = 1 / (1 + np.exp(-linear("dynamic_scalar.3", relu(linear("dynamic_scalar.0", joined)))))
    output = mixture + scalar * text + (1 - scalar) * image
    return output / np.linalg.norm(output, axis=1, keepdims=True)


def test_names_and_shapes_are_the_published_ones() -> None:
    assert {name: tuple(tensor.shape) for name, tensor in Combiner(D, P, H).state_dict().items()} == PUBLISHED_SHAPES


def test_numbers_are_those_of_the_published_formula(
    composition: CombinerComposition, tensors: dict[str, np.ndarray], generator: np.random.Generator
) -> None:
    image, text = (3 * generator.standard_normal((2, 50, D))).astype(np.float32)

    composed = composition(image, text)

    assert composed.shape == (50, 1, D)
    assert composed.dtype == np.float32
    np.testing.assert_allclose(composed[:, 0], published(tensors, image, text), atol=1e-5)


def test_it_eats_raw_features(composition: CombinerComposition, generator: np.random.Generator) -> None:
    image, text = generator.standard_normal((2, 1, D)).astype(np.float32)

    first = composition(image, text)

    assert np.abs(composition(5 * image, text) - first).max() > 0.01, "the length of the features counts"
    assert np.abs(composition(image, 5 * text) - first).max() > 0.01
    assert np.abs(composition(text, image) - first).max() > 0.01, "and so does which is which"


def test_dropout_is_off(composition: CombinerComposition, generator: np.random.Generator) -> None:
    image, text = generator.standard_normal((2, 4, D)).astype(np.float32)

    np.testing.assert_array_equal(composition(image, text), composition(image, text))


def test_dropout_is_on_in_training() -> None:
    combiner = Combiner(D, P, H).train()
    features = torch.ones(1, D)

    assert not torch.equal(combiner(features, features), combiner(features, features))


def test_read_only_features_are_no_problem(composition: CombinerComposition) -> None:
    features = np.ones((1, D), dtype=np.float32)
    features.flags.writeable = False

    assert composition(features, features).shape == (1, 1, D)


@pytest.mark.parametrize(
    ("image", "text", "reason"),
    [
        (np.ones((1, D + 1)), np.ones((1, D)), "width 6"),
        (np.ones((2, D)), np.ones((1, D)), "2 references for 1 captions"),
        (np.full((1, D), np.nan), np.ones((1, D)), "NaN"),
        (np.ones(D), np.ones(D), "shape"),
    ],
)
def test_features_that_do_not_fit_are_refused(
    composition: CombinerComposition, image: np.ndarray, text: np.ndarray, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        composition(image, text)
