"""Two channels, one ranking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import LITTLE, MUCH, Found, fused, openness, standardised

COUNT = 200


def found(pictures_best: float, named_best: float, same: bool, seed: int = 1) -> Found:
    """Random scores, with ten rows that the words name, and ten that the pictures prefer: the same ones or others."""
    rng = np.random.default_rng(seed)
    pictures, words = rng.normal(size=(2, COUNT)).clip(-2, 2).astype(np.float32)
    named = np.zeros(COUNT, np.float32)
    named[:10] = named_best
    words[:10] += 4 * named_best
    preferred = slice(0, 10) if same else slice(10, 20)
    pictures[preferred] += pictures_best
    both = standardised(words / 5 + named, words / 5 + named)
    return Found(pictures, words, named, both, COUNT)


def test_the_words_open_where_they_name_what_no_picture_shows():
    assert openness(found(0.0, 1.0, same=False)) > 0.9


def test_the_words_stay_shut_where_the_pictures_have_the_answer():
    assert openness(found(4.0, 0.3, same=False)) < 0.1


def test_an_open_gate_puts_first_what_is_named_and_a_shut_one_what_is_seen():
    both = found(3.0, 1.0, same=False)
    assert set(np.argsort(-fused(both, 1.0))[:10]) == set(range(10))
    assert set(np.argsort(-fused(both, 0.0))[:10]) == set(range(10, 20))


@given(st.floats(0, 1), st.integers(0, 5))
def test_the_score_is_the_sum_of_both(opened, seed):
    both = found(2.0, 0.5, same=True, seed=seed)
    wanted = both.pictures + (LITTLE + (MUCH - LITTLE) * opened) * both.both
    assert fused(both, opened) == pytest.approx(wanted, abs=1e-4)


def test_scores_that_do_not_vary_say_nothing():
    same = np.full(5, 0.3, np.float32)
    assert standardised(same, same).tolist() == [0] * 5


def test_one_row_is_ranked_too():
    one = np.ones(1, np.float32)
    assert 0 < openness(Found(one * 0, one * 0, one, one * 0, 1)) < 1
