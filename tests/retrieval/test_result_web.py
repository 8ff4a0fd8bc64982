"""Webs of results: every number of them has a place of its own, and groups are found where there are some."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from retrieval.clusters import cluster, silhouette
from retrieval.embedding import normalize
from retrieval.result_web import QUERY, Spot, weave

WIDTH, HEIGHT = 960.0, 1196.0


def families(count: int, kinds: int = 4, seed: int = 0) -> np.ndarray:
    """Vectors around a few centres, so that there are groups to be found."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(kinds, 32))
    return normalize(centres[np.arange(count) % kinds] + 0.3 * random.normal(size=(count, 32)))


def falling(count: int) -> list[float]:
    return np.linspace(0.9, 0.2, count).tolist()


def overlapping(spots: list[Spot]) -> list[tuple[int, int]]:
    return [
        (a, b)
        for a, one in enumerate(spots)
        for b, other in enumerate(spots[:a])
        if max(abs(one.x - other.x), abs(one.y - other.y)) < (one.side + other.side) / 2
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 12, 49, 50])
def test_each_result_has_a_place_of_its_own_inside_the_canvas(count):
    web = weave(families(count), falling(count), WIDTH, HEIGHT)
    assert len(web.spots) == len(web.groups) == count
    assert overlapping([web.query, *web.spots]) == []
    for spot in (web.query, *web.spots):
        assert spot.side / 2 <= spot.x <= WIDTH - spot.side / 2
        assert spot.side / 2 <= spot.y <= HEIGHT - spot.side / 2
    assert (web.query.x, web.query.y) == (WIDTH / 2, HEIGHT / 2)
    assert web.spots[0].side >= web.spots[-1].side  # the best is drawn the largest
    joined = {edge.b for edge in web.edges} | {edge.a for edge in web.edges}
    assert joined >= set(range(count))
    assert QUERY in joined


def test_the_number_of_groups_is_that_of_the_families():
    for kinds in (2, 3, 5):
        labels = cluster(families(40, kinds))
        assert len(set(labels.tolist())) == kinds
        assert all(len(set(labels[kind::kinds].tolist())) == 1 for kind in range(kinds))


def test_the_silhouette_is_scikit_learns():
    vectors = families(30)
    distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    for labels in (np.arange(30) % 3, np.arange(30) // 7, np.array([0] * 29 + [1])):
        assert silhouette(distances, labels) == pytest.approx(silhouette_score(vectors, labels), abs=1e-6)
    assert silhouette(distances, np.zeros(30, dtype=np.int64)) == 0


def test_what_has_no_groups_is_one():
    identical = np.repeat(families(1), 49, axis=0)
    assert set(cluster(identical).tolist()) == {0}
    assert set(cluster(families(2)).tolist()) == {0}
    web = weave(identical, [0.5] * 49, WIDTH, HEIGHT)
    assert overlapping([web.query, *web.spots]) == []


def test_edges_join_what_is_most_alike_and_the_strongest_come_last():
    vectors = families(20, kinds=2)
    web = weave(vectors, falling(20), WIDTH, HEIGHT)
    likeness = [edge.likeness for edge in web.edges]
    assert likeness == sorted(likeness)
    assert (likeness[0], likeness[-1]) == (0.0, 1.0)
    similar = vectors @ vectors.T - 2 * np.eye(20)
    best = np.unravel_index(similar.argmax(), similar.shape)
    strongest = [edge for edge in web.edges if edge.a != QUERY][-1]
    assert {strongest.a, strongest.b} == {int(best[0]), int(best[1])}
    assert all(web.groups[e.a] == web.groups[e.b] for e in web.edges if e.a != QUERY)


def test_the_same_results_make_the_same_web():
    assert weave(families(30), falling(30), WIDTH, HEIGHT) == weave(families(30), falling(30), WIDTH, HEIGHT)


def test_no_results_make_no_web():
    with pytest.raises(ValueError, match="make no web"):
        weave(families(0), [], WIDTH, HEIGHT)
    with pytest.raises(ValueError, match="make no web"):
        weave(families(2), [0.5], WIDTH, HEIGHT)
