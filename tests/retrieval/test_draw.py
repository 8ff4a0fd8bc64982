"""A draw is as different as the collection is, another one for another seed, and keeps out what must not come."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.draw import different, draw
from retrieval.embedding import normalize
from retrieval.filter import Filter, InCategory

KINDS = 6
EACH = 20


class Shelf:
    """Pictures of `KINDS` kinds, `EACH` of every one; the category of row r is r % KINDS."""

    def __init__(self, count=KINDS * EACH):
        rng = np.random.default_rng(0)
        noise = rng.normal(scale=0.05, size=(count, 16))
        self._features = (7 * np.eye(16)[np.arange(count) % KINDS] + noise).astype(np.float32)
        self.facets = self

    def __len__(self):
        return len(self._features)

    def mask(self, within):
        (condition,) = within.conditions
        return np.arange(len(self)) % KINDS == int(condition.category)

    def rows(self, item_ids):
        return {item_id: int(item_id) for item_id in item_ids if item_id.isdigit() and int(item_id) < len(self)}

    def ids(self, rows):
        return [str(row) for row in rows]

    def features(self, rows):
        return self._features[rows]


def drawn(*args, **kwargs):
    return [int(hit.item_id) for hit in draw(Shelf(), *args, **kwargs).hits]


@pytest.mark.parametrize("seed", range(5))
def test_one_of_each_kind_is_drawn(seed):
    assert sorted(row % KINDS for row in drawn(KINDS, seed)) == list(range(KINDS))


def test_the_same_seed_draws_the_same_and_others_draw_others():
    assert drawn(KINDS, 1) == drawn(KINDS, 1)
    # All pictures are in the sample, so it takes the seen ones away to get other pictures of the same clusters.
    first = drawn(KINDS, 1)
    second = drawn(KINDS, 2, seen={str(row) for row in first})
    assert not set(first) & set(second)
    assert sorted(row % KINDS for row in second) == list(range(KINDS))


def test_what_is_hidden_never_comes_and_what_was_seen_when_nothing_else_is_left():
    hidden = {str(row) for row in range(0, 60)}
    seen = {str(row) for row in range(60, 120)} | {"gone since"}
    result = draw(Shelf(), KINDS, 3, seen, hidden)
    assert result.repeated
    assert all(int(hit.item_id) >= 60 for hit in result.hits)
    assert draw(Shelf(), KINDS, 3, (), {str(row) for row in range(120)}).hits == ()


def test_a_filter_holds():
    assert {row % KINDS for row in drawn(4, 1, within=Filter((InCategory("2"),)))} == {2}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 12), st.integers(0, 99), st.booleans())
def test_as_many_as_there_are_and_no_picture_twice(rows, count, seed, identical):
    features = np.ones((rows, 8)) if identical else np.random.default_rng(seed).normal(size=(rows, 8))
    embeddings = normalize(features.astype(np.float32))
    places, scores = different(embeddings, count, np.random.default_rng(seed))
    assert len(places) == len(scores) == min(rows, count)
    assert len(set(places.tolist())) == len(places)
    assert np.isfinite(scores).all()
