"""A calibration is made of the collection alone, and says which hits are what was asked for."""

import numpy as np
import pytest

from retrieval.calibration import MAX_SAMPLE, MIN_ITEMS, calibrate, sample_rows
from retrieval.composition import NormalizedSum, Product
from retrieval.embedding import normalize
from retrieval.item_table import Item
from retrieval.query_bank import CAPTIONS, KIND_CAPTIONS, TEXTS, bare_queries, described_queries
from retrieval.query_encoder import QueryEncoder
from scripts.training.requests import HELD_OUT_FRAMES

KINDS = ("dress", "coat", "shirt", "bag", "hat")
COLOURS = ("red", "blue", "green", "black")
WORDS = (*KINDS, *COLOURS, "skirt", "toaster", "car")
WIDTH = len(WORDS) + 1


class WordEncoder:
    """One axis for each known word and one for all the others, with a little noise that the text decides."""

    dimension = WIDTH
    fingerprint = "axes@1"

    def encode_texts(self, texts):
        return np.stack([self._features(text) for text in texts])

    def _features(self, text):
        said = text.lower().split()
        features = np.array([3.0 * (word in said) for word in WORDS] + [0.5 * sum(w not in WORDS for w in said)])
        noise = np.random.default_rng(sum(text.encode())).normal(size=WIDTH)
        return (features + 0.15 * noise + 0.2).astype(np.float32)


def collection(count=200, without=(), described=True):
    """Items, and their raw features: what their words give, with noise."""
    rng = np.random.default_rng(3)
    looks = [(kind, colour) for kind in KINDS for colour in COLOURS if (kind, colour) not in without]
    chosen = [looks[int(number)] for number in rng.integers(0, len(looks), count)]
    encoder = WordEncoder()
    features = encoder.encode_texts([f"{colour} {kind}" for kind, colour in chosen])
    features += rng.normal(size=features.shape).astype(np.float32) * 0.25
    items = [
        Item(str(row), "", "", {"category": kind, "colour": colour} if described else {})
        for row, (kind, colour) in enumerate(chosen)
    ]
    return items, features


def asker(composition):
    return lambda references, queries: QueryEncoder(WordEncoder(), composition, references)(queries).factors


def strongest(calibration, features, text):
    query, embeddings = normalize(WordEncoder().encode_texts([text])), normalize(features)
    best = np.argsort(-(embeddings @ query[0]))[:6]
    return max(calibration.strengths("text", query, embeddings[best]))


def test_what_is_there_is_strong_and_what_is_not_is_weak():
    items, features = collection(without=[("dress", "red")])
    calibration = calibrate(items, features, asker(NormalizedSum()))
    assert set(calibration.models) == {"text", "image", "composed"}
    for present in ("blue dress", "red coat", "green hat"):
        assert strongest(calibration, features, present) > 0.5, present
    for absent in ("red dress", "a toaster", "a car"):
        assert strongest(calibration, features, absent) < 0.5, absent


def test_it_is_the_same_each_time():
    items, features = collection()
    one, two = (calibrate(items, features, asker(NormalizedSum())) for _ in range(2))
    for kind, model in one.models.items():
        assert model.weights.tolist() == two.models[kind].weights.tolist()


def test_a_folder_without_metadata_is_calibrated_too():
    items, features = collection(described=False)
    calibration = calibrate(items, features, asker(NormalizedSum()))
    assert calibration is not None
    assert "text" in calibration.models


def test_a_composition_of_several_factors_is_calibrated_by_their_mean():
    items, features = collection()
    assert "composed" in calibrate(items, features, asker(Product())).models


@pytest.mark.parametrize("count", [0, 1, 2, MIN_ITEMS - 1])
def test_a_tiny_collection_has_none(count):
    items, features = collection(max(count, 1))
    assert calibrate(items[:count], features[:count], asker(NormalizedSum())) is None


def test_equal_pictures_cannot_be_told_apart_and_do_no_harm():
    items, features = collection(40)
    calibration = calibrate(items, np.repeat(features[:1], 40, axis=0), asker(NormalizedSum()))
    if calibration is not None:
        assert 0 < strongest(calibration, features, "red dress") < 1


def test_nan_is_refused():
    items, features = collection(40)
    features[3, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        calibrate(items, features, asker(NormalizedSum()))


def test_a_large_collection_is_sampled():
    assert sample_rows(10).tolist() == list(range(10))
    rows = sample_rows(1_000_000)
    assert len(rows) == MAX_SAMPLE
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert rows.tolist() == sample_rows(1_000_000).tolist()


def test_the_banks_answers_are_those_of_the_catalogue():
    items, _ = collection()
    bank = described_queries(items, np.random.default_rng(0))
    seen = {type(entry.query).__name__ for entry in bank}
    assert seen == {"TextQuery", "ImageQuery", "ComposedQuery"}
    for entry in bank:
        if type(entry.query).__name__ == "TextQuery":
            said = set(entry.query.text.strip("?").split()) & {*KINDS, *COLOURS}
            if not said & {*KINDS}:  # something that nobody has, in whatever colour
                assert not entry.matches.any()
                continue
            right = [said <= {*item.metadata.values()} for item in items]
            assert entry.matches.tolist() == right
    assert described_queries([Item("a", "", "", {"title": "one"})], np.random.default_rng(0)) == []


def test_the_banks_requests_are_none_of_those_that_are_measured_with():
    held_out = {frame.replace("{p}", "{new}").strip("?!.") for frame in HELD_OUT_FRAMES}
    assert not held_out & {caption.strip("?!.") for caption in (*CAPTIONS, *KIND_CAPTIONS)}


def test_what_nobody_described_is_named_by_the_bundled_texts():
    items, features = collection(described=False)
    encoder = WordEncoder()
    bank = bare_queries(items, normalize(features), normalize(encoder.encode_texts(TEXTS)), np.random.default_rng(0))
    assert any(entry.matches.any() for entry in bank)
    assert len(set(TEXTS)) == len(TEXTS)
