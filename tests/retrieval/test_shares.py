"""How much of a hit is due to the picture, and how much to the words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embedding import normalize
from retrieval.shares import picture_shares
from tests.retrieval.test_filtered_search import COMPOSED, searcher

PICTURE, WORDS = np.eye(4, dtype=np.float32)[:1], np.eye(4, dtype=np.float32)[1:2]


@given(st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.05, 1))
def test_shares_are_those_of_the_two_parts_of_the_score(a, b, like_picture, like_words):
    hit = normalize(like_picture * PICTURE + like_words * WORDS)
    (share,) = picture_shares(normalize(a * PICTURE + b * WORDS), PICTURE, WORDS, hit)
    assert share == pytest.approx(a * like_picture / (a * like_picture + b * like_words), abs=1e-4)


def test_the_extremes_are_all_picture_all_words_and_nobody_knows():
    both, other = normalize(PICTURE + WORDS), np.eye(4, dtype=np.float32)[2:3]
    assert picture_shares(both, PICTURE, WORDS, np.concatenate([PICTURE, WORDS, other])) == [1, 0, 0.5]
    assert picture_shares(both, PICTURE, WORDS, np.concatenate([-PICTURE, normalize(WORDS - PICTURE)])) == [0.5, 0]
    assert picture_shares(PICTURE, PICTURE, PICTURE, both) == pytest.approx([0.5])  # words that say what is seen


def test_hits_of_refinements_say_their_shares_and_others_none():
    shares = [hit.picture_share for hit in searcher().search([COMPOSED], 5).hits]
    assert all(0 <= share <= 1 for share in shares)
    assert len(set(shares)) > 1
