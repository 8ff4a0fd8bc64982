"""Requests made from metadata: what they say, what answers them, and what they never say."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import lexicon
from scripts.training.answers import Answers, answers
from scripts.training.clauses import as_predicate, compare, name_value, negate
from scripts.training.labels import KEYS, match
from scripts.training.renders import products_of
from scripts.training.request_frames import HELD_OUT_FRAMES, composed_frame
from scripts.training.requests import chat
from scripts.training.synonyms import dictionary_words
from scripts.training.triplets import FORMS, Collection, Requests, collect, make_requests
from scripts.training.unseen import holds_unseen
from tests.scripts.shop import shop_rows

ATTRIBUTES = st.fixed_dictionaries(
    {"category": st.sampled_from(KEYS["category"][:11])},
    optional={key: st.sampled_from(values) for key, values in KEYS.items() if key != "category"},
)
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def shop() -> Collection:
    return collect(shop_rows())


@pytest.fixture(scope="module")
def products() -> Collection:
    return collect(products_of(100))


def _all_answers(collection: Collection, requests: Requests) -> Answers:
    return answers(collection, requests, np.arange(len(requests.texts)), np.arange(len(collection.rows)))


def test_titles_and_prices_are_no_attributes(shop: Collection) -> None:
    assert set(shop.keys) == {"category", "colour", "pattern"}


@pytest.mark.parametrize(
    "rows",
    [
        [{"title": "a", "price": 1}, {"title": "b", "price": 2}],
        [{}, {}],
        [],
        [{"category": "dress"}] * 120,
        [{"caption": f"{number} " + "long " * 2000} for number in range(120)],
        [{"caption": ""}, {"caption": None}],
    ],
    ids=["titles alone", "no metadata", "no pictures", "one category", "endless captions", "no captions"],
)
def test_metadata_with_nothing_to_ask_for_is_refused_in_one_sentence(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match=r"^The metadata has no attribute to ask for: .*\.$"):
        collect(rows)


def test_one_category_is_enough_where_something_else_differs() -> None:
    rows = [{"category": "dress", "colour": colour} for colour in ("red", "blue")] * 60
    collection = collect(rows)
    assert set(collection.keys) == {"colour"}
    requests = make_requests(collection, np.arange(40), seed=0)
    assert (_all_answers(collection, requests).wanted == 1).any()


@pytest.mark.parametrize("held_out", [False, True])
def test_answers_have_the_kind_and_what_was_asked_and_are_never_the_reference(shop: Collection, held_out: bool) -> None:
    requests = make_requests(shop, np.arange(200), seed=1, held_out=held_out, plain=True)
    assert len(requests.texts) == 200
    found = _all_answers(shop, requests)
    for i, reference in enumerate(requests.references.tolist()):
        assert found.wanted[i, reference] == found.same_look[i, reference] == found.closest[i, reference] == 0
        right = np.flatnonzero(found.wanted[i] == 1)
        assert {shop.rows[row]["category"] for row in right.tolist()} <= {shop.rows[reference]["category"]}
        for table in (found.same_look, found.closest, found.exact):
            assert set(np.flatnonzero(table[i] == 1)) <= set(right)
        assert (found.same_look[i] == 1).any()
        assert (found.closest[i] == 1).any()
        for row in np.flatnonzero(found.exact[i] == 1):
            differing = {key for key in shop.keys if shop.rows[row][key] != shop.rows[reference][key]}
            assert differing == set(requests.asked[i])


def test_what_answers_is_what_labels_call_a_match(products: Collection) -> None:
    requests = make_requests(products, np.arange(300), seed=2)
    expected = match(products.codes, requests.bits).T
    expected[np.arange(len(expected)), requests.references] = 0
    np.testing.assert_array_equal(_all_answers(products, requests).wanted, expected)


def test_every_form_comes_up_and_requests_are_short(products: Collection) -> None:
    requests = make_requests(products, np.arange(550).repeat(4), seed=3)
    assert set(requests.forms) == set(FORMS)
    assert 4 <= np.median([len(text.split()) for text in requests.texts]) <= 6
    texts = " | ".join(requests.texts).lower()
    for said in ("darker", "longer", "more formal", "no sleeves", "without", "instead of", "thanks", "is red"):
        assert said in texts, said


def test_comparisons_lead_only_to_what_the_collection_has(shop: Collection) -> None:
    requests = make_requests(shop, np.arange(240).repeat(10), seed=6)
    compared = [row for row, form in enumerate(requests.forms) if form == "comparative"]
    found = _all_answers(shop, requests)
    assert len(compared) > 50
    assert (found.wanted[compared] == 1).any(axis=1).mean() > 0.9


def test_sentences_from_parts_have_a_place_for_the_wish_and_are_none_of_those_held_out() -> None:
    rng = np.random.default_rng(3)
    frames = {composed_frame(rng) for _ in range(3000)}
    assert len(frames) > 1500
    assert all(frame.count("{p}") == 1 and set(re.findall(r"{\w+}", frame)) <= {"{p}", "{noun}"} for frame in frames)
    assert not {frame.rstrip("?") for frame in frames} & {frame.rstrip("?") for frame in HELD_OUT_FRAMES}


def test_requests_are_seeded(shop: Collection) -> None:
    first, second = (make_requests(shop, np.arange(50), seed=2) for _ in range(2))
    assert first.texts == second.texts
    assert first.texts != make_requests(shop, np.arange(50), seed=3).texts


def test_no_request_has_an_unseen_word_but_the_dictionarys(products: Collection) -> None:
    requests = make_requests(products, np.arange(550).repeat(8), seed=5)
    told = {word for table in dictionary_words().values() for words in table.values() for word in words}
    untold = [text for text in requests.texts if holds_unseen(text) and not any(word in text for word in told)]
    assert not untold


@given(ATTRIBUTES, SEEDS)
def test_a_comparison_leads_away_from_what_is_there(attributes: dict[str, str], seed: int) -> None:
    clause = compare(attributes, np.random.default_rng(seed))
    if clause is not None:
        assert clause.text.strip()
        assert clause.values
        assert attributes[clause.key] not in clause.values
        assert clause.values <= set(KEYS[clause.key])


@given(ATTRIBUTES, SEEDS, st.sampled_from([key for key in KEYS if key != "category"]), st.booleans())
def test_a_negation_allows_everything_else(attributes: dict[str, str], seed: int, key: str, named: bool) -> None:
    clause = negate(attributes, key, ("", *KEYS[key]), np.random.default_rng(seed), named)
    if clause is not None:
        assert attributes[key] not in clause.values
        assert "{" not in clause.text
        if named and key != "detail":
            assert not re.search("another|different|other ", clause.text)


def test_more_formal_is_never_asked_of_the_most_formal() -> None:
    rng = np.random.default_rng(0)
    said = {clause.text for _ in range(200) if (clause := compare({"detail": "high heel"}, rng))}
    assert said
    assert not {"more formal", "dressier", "smarter"} & said
    assert {value for scale in lexicon.FORMALITY for group in scale for value in group} <= set(KEYS["detail"])


@pytest.mark.parametrize(
    ("clause", "predicate"),
    [
        ("with long sleeves", "has long sleeves"),
        ("without a pattern", "has no pattern"),
        ("no sleeves", "has no sleeves"),
        ("darker", "is darker"),
        ("longer sleeves", "has longer sleeves"),
        ("to the floor", "goes to the floor"),
        ("that is long", "is long"),
    ],
)
def test_clauses_as_annotators_write_them(clause: str, predicate: str) -> None:
    assert as_predicate(clause) == predicate


def test_values_that_no_lexicon_knows_are_named_as_they_are() -> None:
    rng = np.random.default_rng(1)
    assert all("oak" in name_value("material", {}, "oak", rng).text for _ in range(10))


def test_chatter_asks_for_nothing() -> None:
    rng = np.random.default_rng(2)
    values = {value.lower() for key, names in KEYS.items() if key != "category" for value in names}
    for _ in range(100):
        assert not values & set(re.findall(r"[a-z]+", chat(rng).lower()))
