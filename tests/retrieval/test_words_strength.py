"""How strong a match a hit is where words are searched too, and what a name means in a request with a picture."""

import numpy as np
import pytest

from bot.closeness import is_close
from retrieval.query import ComposedQuery, ItemReference, WeightedQuery
from retrieval.strength import COMPOSED_EVIDENCE, EVIDENCE, Calibration, Collection, Logistic
from tests.retrieval.searching import WORDS
from tests.retrieval.test_words_channel import ITEMS, asked, channel, ids, searcher

STRONG = 0.8
"""From which the bot calls a match strong (`bot.texts.STRENGTH_WORDS`)."""
TITLES = {item.id: str(item.metadata["title"]) for item in ITEMS}


def judging(strength):
    """A calibration for which every picture is such a match for everything."""
    bias = float(np.log(strength / (1 - strength)))
    rows = np.eye(len(WORDS), dtype=np.float32)
    models = {
        "text": Logistic(np.zeros(len(EVIDENCE)), bias),
        "composed": Logistic(np.zeros(len(COMPOSED_EVIDENCE)), bias),
    }
    return Calibration(Collection.describe(rows, rows), models)


def strengths(by_pictures, queries):
    found = searcher(channel(), calibration=judging(by_pictures)).search(queries, len(ITEMS))
    return {hit.item_id: hit for hit in found.hits}


def about(reference, text):
    return [WeightedQuery(ComposedQuery(ItemReference(reference), text), words=text)]


def test_what_is_written_as_it_was_asked_for_is_never_withheld():
    found = strengths(0.01, asked("Norwind coat"))
    for item_id, hit in found.items():
        assert is_close(hit) == (TITLES[item_id] == "coat by Norwind")


def test_a_word_that_is_written_nowhere_leaves_a_good_match_but_no_strong_one():
    found = strengths(0.01, asked("lovely Norwind coat"))
    of_maker = [hit for item_id, hit in found.items() if TITLES[item_id] == "coat by Norwind"]
    assert of_maker
    assert all(is_close(hit) and hit.strength < STRONG for hit in of_maker)


def test_a_hit_of_the_maker_that_is_not_what_was_asked_for_is_no_strong_match():
    for text in ("red Norwind", "red coat by Norwind", "striped Norwind"):
        found = strengths(0.3, asked(text))
        assert all(hit.strength < STRONG for hit in found.values()), text


def test_a_hit_without_the_name_is_no_strong_match_whatever_its_picture_shows():
    found = strengths(0.9, asked("Quillon coat"))
    for item_id, hit in found.items():
        assert (hit.strength >= STRONG) == (TITLES[item_id] == "coat by Quillon")


def test_where_pictures_are_asked_for_their_own_word_counts_in_full():
    found = strengths(0.9, asked("red striped long"))
    assert all(hit.strength == pytest.approx(0.9, abs=0.01) for hit in found.values())


def test_a_strength_that_nobody_knows_stays_unknown():
    assert {hit.strength for hit in searcher(channel()).search(asked("Norwind"), 5).hits} == {None}


def test_the_same_from_another_maker():
    reference = next(item_id for item_id, title in TITLES.items() if title == "dress by Norwind")
    found = searcher(channel(), calibration=judging(0.1)).search(about(reference, "Ostberg"), 16).hits
    assert all("Ostberg" in TITLES[hit.item_id] for hit in found)
    kind, length, pattern = reference.split()[1:4]
    assert all(word in found[0].item_id.split() for word in (kind, length, pattern))
    assert all(is_close(hit) and hit.strength < STRONG for hit in found)  # how alike it is, is not in its words


def test_what_a_picture_shall_show_instead_is_left_to_the_pictures():
    request = about(ITEMS[0].id, "blue")
    assert ids(searcher(channel()).search(request, 10)) == ids(searcher().search(request, 10))


def test_a_maker_that_is_written_nowhere_changes_nothing():
    request = about(ITEMS[0].id, "Gucci")
    assert ids(searcher(channel()).search(request, 10)) == ids(searcher().search(request, 10))
