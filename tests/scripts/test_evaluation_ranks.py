"""Numbers that can be told by hand."""

import itertools
import math

import numpy as np
import pytest

from scripts.evaluation.ranks import FirstFound, figures, first_found, precision, search_all


def found(above: int, tied: int = 1, right: int = 1) -> FirstFound:
    return FirstFound(np.array([above]), np.array([tied]), np.array([right]))


def test_ranks_that_are_known() -> None:
    ranks = FirstFound(np.array([0, 1, 4, 9, 10]), np.ones(5, dtype=int), np.ones(5, dtype=int))
    assert figures("x", ranks) == {
        "x.recall_at_1": 0.2,
        "x.recall_at_5": 0.6,
        "x.recall_at_10": 0.8,
        "x.median_rank": 5.0,
    }


@pytest.mark.parametrize(("above", "tied", "right"), [(0, 4, 1), (0, 4, 2), (2, 3, 1), (1, 5, 3), (6, 2, 1), (0, 3, 3)])
def test_ties_are_what_every_order_gives_on_average(above: int, tied: int, right: int) -> None:
    orders = [above + 1 + order.index(1) for order in set(itertools.permutations([1] * right + [0] * (tied - right)))]
    for k in (1, 3, 5):
        assert found(above, tied, right).recall(k) == pytest.approx(np.mean([rank <= k for rank in orders]))
    assert found(above, tied, right).median_rank() == pytest.approx(np.mean(orders))


def test_the_best_of_several_right_answers_counts() -> None:
    scores = np.array([[0.9, 0.8, 0.7, 0.8], [0.1, 0.1, 0.1, 0.1]], dtype=np.float32)
    right = np.array([[False, True, True, False], [True, False, False, True]])
    ranks = first_found(scores, right)
    assert ranks.above.tolist() == [1, 0]
    assert ranks.tied.tolist() == [2, 4]
    assert ranks.right.tolist() == [1, 2]


def test_no_order_of_the_file_makes_a_constant_model_look_good() -> None:
    same = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (20, 1))
    owners = np.arange(20)
    assert search_all(same, owners, same, owners).recall(5) == pytest.approx(0.25)
    assert search_all(same, owners, same, owners).median_rank() == pytest.approx(10.5)


def test_in_parts_it_is_the_same_as_at_once() -> None:
    chance = np.random.default_rng(3)
    queries, gallery = (chance.normal(size=(size, 8)).astype(np.float32) for size in (1200, 300))
    owners, gallery_owners = chance.integers(0, 50, 1200), np.arange(300) % 50
    ranks = search_all(queries, owners, gallery, gallery_owners)
    scores = queries @ gallery.T
    expected = [
        1 + int((scores[row] > scores[row][gallery_owners == owner].max()).sum()) for row, owner in enumerate(owners)
    ]
    assert (ranks.above + 1 == np.array(expected)).mean() > 0.999, "but for scores closer than the tolerance"
    assert ranks.median_rank() == pytest.approx(np.median(expected))


def test_random_embeddings_are_found_by_chance() -> None:
    chance = np.random.default_rng(1)
    queries, gallery = (chance.normal(size=(2000, 16)).astype(np.float32) for _ in range(2))
    owners = np.arange(2000)
    recall = search_all(queries, owners, gallery, owners).recall(10)
    expected = 10 / 2000
    assert abs(recall - expected) < 4 * math.sqrt(expected * (1 - expected) / 2000)


def test_what_has_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="no right answer"):
        first_found(np.ones((1, 2)), np.zeros((1, 2), dtype=bool))
    with pytest.raises(ValueError, match="NaN"):
        first_found(np.full((1, 2), np.nan), np.ones((1, 2), dtype=bool))


def test_precision() -> None:
    scores = np.array([5.0, 4.0, 3.0, 3.0, 3.0, 1.0])
    right = np.array([True, False, True, False, False, True])
    assert precision(scores, right, 1) == 1
    assert precision(scores, right, 2) == 0.5
    assert precision(scores, right, 3) == pytest.approx((1 + 1 / 3) / 3)
    assert precision(scores, right, 4) == pytest.approx((1 + 2 / 3) / 4)
    assert precision(scores, right, 6) == 0.5
    for k in (0, 7):
        with pytest.raises(ValueError, match="of 6 answers"):
            precision(scores, right, k)
