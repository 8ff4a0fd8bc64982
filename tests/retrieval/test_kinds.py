"""Groups of hits: categories where there are some, clear clusters elsewhere, and none where nothing is clear."""

import numpy as np
import pytest

from retrieval.embedding import normalize
from retrieval.kinds import CLEAR, FEW, MAX_KINDS, STAND_FOR_IT, by_category, by_looks, clearest_clusters


def cloud(seed, centre, count, spread):
    rng = np.random.default_rng(seed)
    middle = np.zeros(16, dtype=np.float32)
    middle[centre] = 1
    return normalize(middle + spread * rng.standard_normal((count, 16)).astype(np.float32))


@pytest.mark.parametrize("count", [2, 3, 4])
def test_clear_clusters_are_found(count):
    embeddings = np.concatenate([cloud(n, n, 8 + 4 * n, 0.05) for n in range(count)])
    ids = [f"{n}-{row}" for n in range(count) for row in range(8 + 4 * n)]
    kinds = by_looks(ids, embeddings)
    assert [{item[0] for item in kind.items} for kind in kinds] == [{str(n)} for n in range(count)]
    assert {len(kind.items) for kind in kinds} == {STAND_FOR_IT}
    assert by_looks(ids, embeddings) == kinds


@pytest.mark.parametrize("seed", range(5))
def test_one_cloud_is_not_divided(seed):
    embeddings = cloud(seed, 0, 50, 0.3)
    assert clearest_clusters(embeddings)[0] < CLEAR
    assert by_looks([str(n) for n in range(50)], embeddings) == ()


def test_a_few_strays_are_no_group():
    embeddings = np.concatenate([cloud(1, 0, 30, 0.05), cloud(2, 1, FEW - 1, 0.05)])
    assert by_looks([str(n) for n in range(len(embeddings))], embeddings) == ()


@pytest.mark.parametrize("count", [0, 1, 2 * FEW - 1])
def test_too_few_hits_are_not_divided(count):
    assert by_looks([str(n) for n in range(count)], cloud(1, 0, count, 0.1)) == ()


def test_categories_are_groups_the_largest_first():
    categories = ["dress"] * 10 + ["skirt"] * 20 + ["hat"] * (FEW - 1) + [None] * 5
    kinds = by_category([str(n) for n in range(len(categories))], categories)
    assert [kind.name for kind in kinds] == ["skirt", "dress"]
    assert kinds[1].items == tuple(str(n) for n in range(STAND_FOR_IT))
    assert len(by_category([str(n) for n in range(60)], [f"kind {n % 10}" for n in range(60)])) == MAX_KINDS


def test_what_is_nearly_all_of_one_category_is_of_one_kind():
    assert by_category([str(n) for n in range(50)], ["dress"] * 40 + ["skirt"] * 10) == ()
    assert by_category([], []) == ()
