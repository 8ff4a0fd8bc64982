import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.embedding import as_embeddings, as_features, normalize

SIZES = st.floats(-(2.0**100), 2.0**100, width=32).filter(lambda value: value == 0 or abs(value) > 1e-6)
FEATURES = arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 8)), elements=SIZES)


@given(FEATURES.filter(lambda features: features.any(axis=1).all()))
def test_embeddings_have_unit_length_and_the_direction_of_the_features(features: np.ndarray) -> None:
    embeddings = normalize(features)

    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-5)
    exact = features.astype(np.float64)
    np.testing.assert_allclose(embeddings * np.linalg.norm(exact, axis=1, keepdims=True), exact, rtol=1e-5)


def test_very_large_features_do_not_overflow() -> None:
    np.testing.assert_allclose(normalize([[3e38, 3e38]]), [[0.5**0.5, 0.5**0.5]], rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1.0, 2.0], "shape"),
        ([[1.0, float("nan")]], "NaN"),
        ([[1.0, float("inf")]], "NaN"),
        ([[1.0, 2.0, 3.0]], "width 2"),
        ([[1.0, 0.0], [0.0, 0.0]], "zeros"),
    ],
)
def test_what_has_no_embedding_is_refused(values: list[object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        normalize(values, dimension=2)


def test_raw_features_are_not_mistaken_for_embeddings() -> None:
    with pytest.raises(ValueError, match="unit length"):
        as_embeddings([[3.0, 4.0]], 2)


def test_nothing_is_a_valid_number_of_features() -> None:
    assert as_features(np.empty((0, 4))).shape == (0, 4)
    assert normalize(np.empty((0, 4)), 4).shape == (0, 4)
