"""The grammars: what a text names is true of the picture, and what is held out stays out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import lexicon
from scripts.training import requests, wordings
from scripts.training.held_out import load_requests, load_wordings
from scripts.training.labels import KEYS, encode_constraints, encode_table, match

ATTRIBUTES = st.fixed_dictionaries(
    {"category": st.sampled_from(KEYS["category"][:11])},
    optional={key: st.sampled_from(values) for key, values in KEYS.items() if key not in ("category", "detail")},
)
SEEDS = st.integers(0, 2**32 - 1)


@given(ATTRIBUTES, SEEDS)
def test_a_description_is_true_of_what_it_describes(attributes: dict[str, str], seed: int) -> None:
    text, constraints = wordings.describe(attributes, np.random.default_rng(seed))
    assert text.strip()
    assert "{" not in text
    assert all(attributes[key] in values for key, values in constraints.items())
    assert match(encode_table([attributes]), encode_constraints(constraints)[None])[0, 0] == 1


def test_the_same_seed_gives_the_same_words() -> None:
    attributes = {"category": "dress", "colour": "red", "sleeve": "long"}
    first, second = (
        [wordings.describe(attributes, rng) for _ in range(20)]
        for rng in (np.random.default_rng(3), np.random.default_rng(3))
    )
    assert first == second


@pytest.mark.parametrize("grammar", [wordings, requests])
def test_training_and_held_out_sentences_are_disjoint(grammar: object) -> None:
    trained, held_out = grammar.FRAMES, grammar.HELD_OUT_FRAMES  # type: ignore[attr-defined]
    assert not set(trained) & set(held_out)


@given(ATTRIBUTES, SEEDS, st.booleans())
def test_a_request_says_something(attributes: dict[str, str], seed: int, held_out: bool) -> None:
    rng = np.random.default_rng(seed)
    changes = {"colour": "blue", "pattern": "striped"}
    for text in (
        requests.ask(attributes, changes, rng, held_out),
        requests.ask(attributes, {"colour": "blue"}, rng, held_out),
    ):
        assert text.strip()
        assert "{" not in text


@given(ATTRIBUTES, SEEDS)
def test_a_restated_request_is_answered_by_the_picture_itself(attributes: dict[str, str], seed: int) -> None:
    restated = requests.restate(attributes, np.random.default_rng(seed))
    if restated is None:
        assert set(attributes) == {"category"}
        return
    text, constraints = restated
    assert text.strip()
    assert match(encode_table([attributes]), encode_constraints(constraints)[None])[0, 0] == 1


def test_every_value_that_the_renderer_draws_has_words() -> None:
    assert set(lexicon.COLOURS) == set(KEYS["colour"])
    assert set(lexicon.NOUNS) == set(KEYS["category"])
    for key in ("pattern", "sleeve", "length", "neckline", "detail"):
        worded = {*lexicon.ADJECTIVES[key], *lexicon.PHRASES[key]}
        worded |= set(lexicon.DETAIL_NOUNS) if key == "detail" else set()
        assert set(KEYS[key]) <= worded


def test_held_out_wordings_cover_every_kind_and_colour() -> None:
    found = load_wordings()
    asked = load_requests()
    assert len(found) == 60
    assert len(asked) == 60
    assert {wording.wanted["category"] for wording in found} == set(KEYS["category"][:11])
    assert {wording.wanted["colour"] for wording in found} == set(KEYS["colour"])
    assert {request.changed for request in asked} == {"colour", "sleeve", "pattern", "length"}
    assert all(request.reference.get(request.changed) != request.wanted[request.changed] for request in asked)
