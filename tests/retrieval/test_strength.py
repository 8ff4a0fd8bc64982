"""Evidence and strength: probabilities that grow with the evidence and do not depend on who else was found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embedding import normalize
from retrieval.errors import SnapshotInvalid
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery
from retrieval.strength import (
    COMPOSED_EVIDENCE,
    EVIDENCE,
    RISING,
    Calibration,
    Collection,
    Logistic,
    evidence,
    evidence_of,
    kind_of,
    parts_of,
)

WIDTH = 8


def random_embeddings(count, seed):
    return normalize(np.random.default_rng(seed).normal(size=(count, WIDTH)) + 0.3)


def some_calibration(seed=0):
    collection = Collection.describe(random_embeddings(60, seed), random_embeddings(40, seed + 1))
    weights = np.where(np.arange(len(EVIDENCE)) < RISING, 1.0, -0.5)
    return Calibration(collection, {"text": Logistic(weights, -1.0)})


@given(st.integers(0, 1000), st.integers(0, 9))
def test_a_strength_is_a_probability_and_each_hit_has_its_own(seed, count):
    calibration = some_calibration(seed)
    query, hits = random_embeddings(1, seed + 2), random_embeddings(count + 1, seed + 3)
    strengths = calibration.strengths("text", query, hits)
    assert all(0 < strength < 1 for strength in strengths)
    order = np.random.default_rng(seed).permutation(len(hits))
    assert calibration.strengths("text", query, hits[order]) == pytest.approx([strengths[place] for place in order])
    assert calibration.strengths("text", query, hits[:1]) == pytest.approx(strengths[:1])


@given(st.integers(0, 200), st.integers(0, RISING - 1), st.floats(0, 5))
def test_more_evidence_for_a_match_never_makes_it_weaker(seed, column, more):
    model = some_calibration().models["text"]
    row = np.random.default_rng(seed).normal(size=(1, len(EVIDENCE)))
    stronger = row.copy()
    stronger[0, column] += more
    assert model(stronger)[0] >= model(row)[0]


def test_the_query_itself_is_its_own_strongest_hit():
    calibration = some_calibration()
    query = random_embeddings(1, 7)
    itself, *others = calibration.strengths("text", query, np.concatenate([query, random_embeddings(20, 8)]))
    assert itself > max(others)


def test_turning_the_whole_space_changes_nothing():
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(WIDTH, WIDTH)))[0].astype(np.float32)
    items, texts, query = random_embeddings(60, 1), random_embeddings(40, 2), random_embeddings(1, 3)
    plain = evidence(Collection.describe(items, texts), query, items[:5])
    turned = evidence(Collection.describe(items @ turn, texts @ turn), query @ turn, items[:5] @ turn)
    assert turned == pytest.approx(plain, abs=1e-4)


@pytest.mark.parametrize("count", [1, 2])
def test_evidence_is_finite_in_the_smallest_collections_and_for_equal_vectors(count):
    same = np.repeat(random_embeddings(1, 4), count, axis=0)
    found = evidence(Collection.describe(same, same[:1]), same[:1], same)
    assert np.isfinite(found).all()
    assert (found == found[0]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_is_refused(bad):
    calibration = some_calibration()
    hits = random_embeddings(3, 5)
    hits[1, 2] = bad
    with pytest.raises(ValueError, match="NaN"):
        calibration.strengths("text", random_embeddings(1, 6), hits)
    with pytest.raises(ValueError, match="NaN"):
        Collection.describe(hits, random_embeddings(2, 6))


def test_kinds_that_are_not_calibrated_have_no_strength():
    hits = random_embeddings(2, 5)
    assert some_calibration().strengths("image", hits[:1], hits) is None
    picture = ItemReference("a")
    kinds = [kind_of(query) for query in (TextQuery("x"), ImageQuery(picture), ComposedQuery(picture, "x"))]
    assert kinds == ["text", "image", "composed"]


def test_hits_of_a_composed_query_are_held_against_its_words_too():
    collection, hits = some_calibration().collection, random_embeddings(4, 5)
    composed, words, reference = random_embeddings(3, 6)
    found = evidence(collection, np.stack([composed, words, reference]), hits)
    assert found.shape == (4, len(COMPOSED_EVIDENCE))
    nearer = COMPOSED_EVIDENCE.index("nearer_to_words")
    assert found[:, nearer] == pytest.approx(hits @ words - reference @ words, abs=1e-6)
    assert np.delete(found, nearer, axis=1) == pytest.approx(evidence(collection, composed[None], hits))
    query = ComposedQuery(ItemReference("a"), "in red")
    assert parts_of(query) == (query, TextQuery("in red"), ImageQuery(ItemReference("a")))
    assert parts_of(TextQuery("x")) == (TextQuery("x"),)
    assert [len(evidence_of(kind)) for kind in ("text", "composed")] == [len(EVIDENCE), len(COMPOSED_EVIDENCE)]


def test_it_is_kept_in_a_file(tmp_path):
    calibration, hits = some_calibration(), random_embeddings(4, 9)
    calibration.save(tmp_path / "strength.npz")
    read = Calibration.load(tmp_path / "strength.npz", WIDTH)
    assert read.strengths("text", hits[:1], hits) == calibration.strengths("text", hits[:1], hits)


@pytest.mark.parametrize("damage", ["missing", "cut", "text", "width", "columns"])
def test_a_damaged_file_is_named(tmp_path, damage):
    path = tmp_path / "strength.npz"
    some_calibration().save(path)
    match damage:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(path.read_bytes()[:200])
        case "text":
            path.write_text("no archive")
        case "columns":
            few = Calibration(some_calibration().collection, {"composed": Logistic(np.ones(len(EVIDENCE)), 0.0)})
            few.save(path)
    with pytest.raises(SnapshotInvalid, match="damaged"):
        Calibration.load(path, WIDTH + (damage == "width"))
