"""Simulated people, their dialogs with the bot's own `step`, and what is reported of them."""

import math

import numpy as np
import pytest

from bot.ledger import weighted
from retrieval.query import ComposedQuery, Hit, TextQuery
from retrieval.search_result import SearchResult
from scripts.evaluation.dialog_figures import best_rank_integral, best_ranks, summarize, turn_of_success
from scripts.evaluation.dialog_replay import HIT, TURNS, Replay, replay
from scripts.evaluation.dialogs import score_dialogs
from scripts.evaluation.simulated_people import CHANGES_OF_MIND, KEYS, Habits, Person, properties
from scripts.rendering.attributes import sample_products
from scripts.training import requests, wordings

NOBODY = Habits(change=0.0)
EVERYBODY = Habits(change=1.0)


class WordSearch:
    """Ranks products by how many words of the queries are among their attributes."""

    def __init__(self, items):
        self._words = {name: set(" ".join(each.values()).lower().split()) for name, each in items.items()}
        self.shown_again = 0

    def search(self, queries, k, exclude):
        """The k best, ties by name."""
        said = [(each.weight, _text(each.query).lower().replace(",", "").split()) for each in queries]
        scores = {
            name: sum(weight * len(words & set(text)) for weight, text in said)
            for name, words in self._words.items()
            if name not in exclude
        }
        best = sorted(scores, key=lambda name: (-scores[name], name))[:k]
        return SearchResult(tuple(Hit(name, scores[name]) for name in best), False, {})


def _text(query):
    match query:
        case TextQuery(text):
            return text
        case ComposedQuery(_, relative_caption):
            return relative_caption
    raise AssertionError


@pytest.fixture(scope="module")
def items():
    return {product.id: properties({key: getattr(product, key) for key in KEYS}) for product in sample_products(220, 2)}


def test_figures_of_known_dialogs():
    found_at_once = Replay((3,), None, ("a",))
    found_late = Replay((100, 40, HIT), None, ("a", "b", "c"))
    never = Replay((200,) * TURNS, None, ("a",) * TURNS)
    changed = Replay((2, 50, 9), 2, ("a", "b", "c"))
    figures = summarize([found_at_once, found_late, never, changed], "d")
    assert [figures[f"d.hits10_turn{turn}"] for turn in range(1, 6)] == [0.25, 0.25, 0.75, 0.75, 0.75]
    assert figures["d.turns_to_success"] == (1 + 3 + 6 + 3) / 4
    assert figures["d.recovered"] == 1
    assert "d.recovered" not in summarize([never], "d")


def test_what_was_found_before_a_change_of_mind_is_not_found():
    changed = Replay((1, 30, 20, 1), 2, ("a", "b", "c", "d"))
    assert turn_of_success(changed) == 4
    assert best_ranks(changed) == [1, 30, 20, 1, 1]
    assert summarize([changed], "d")["d.recovered"] == 0


def test_the_best_rank_integral_is_the_area_under_the_logarithms():
    assert best_rank_integral([1, 1, 1, 1, 1]) == 0
    assert best_rank_integral([math.e] * 5) == pytest.approx(1)
    ranks = [100, 40, 40, 7, 2]
    assert best_rank_integral(ranks) == pytest.approx(np.trapezoid(np.log(ranks)) / 4)
    with pytest.raises(ValueError, match="at least two rounds"):
        best_rank_integral([3])


def test_people_say_what_is_true(items):
    catalogue = list(items.values())
    for number, target in enumerate(catalogue[::5]):
        person = Person(target, NOBODY, np.random.default_rng(number))
        assert person.first_words()
        other = catalogue[(7 * number) % len(catalogue)]
        if other != target:
            assert person.difference(other)
        assert catalogue[person.closest(catalogue)] == target


def test_a_changed_mind_takes_a_near_product_that_differs_in_what_was_said(items):
    target = items["dress-0003"]
    person = Person(target, EVERYBODY, np.random.default_rng(1))
    assert person.changes_at in (2, 3)
    person.first_words()
    assert person.change_mind(list(items.values()))
    assert person.changes_at is None
    assert person.target["category"] == "dress"
    assert 1 <= sum(person.target[key] != target[key] for key in KEYS) <= 5
    assert Person(target, EVERYBODY, np.random.default_rng(1)).change_mind([]) is None


def test_the_frames_of_people_are_in_no_training_text():
    assert not {*CHANGES_OF_MIND} & {*requests.FRAMES, *wordings.FRAMES}
    assert not {*requests.HELD_OUT_FRAMES} & {*requests.FRAMES}
    assert not {*wordings.HELD_OUT_FRAMES} & {*wordings.FRAMES}


def test_dialogs_are_the_same_each_time_and_end_with_a_hit(items):
    dialogs = [replay(WordSearch(items), items, weighted, 30, 5, Habits()) for _ in range(2)]
    assert dialogs[0] == dialogs[1]
    for each in dialogs[0]:
        assert len(each.ranks) == len(each.texts) <= TURNS
        assert len(each.ranks) == TURNS or each.ranks[-1] <= HIT


def test_everybody_who_changes_their_mind_says_so(items):
    dialogs = replay(WordSearch(items), items, weighted, 20, 5, EVERYBODY)
    changed = [each for each in dialogs if each.changed_at is not None]
    assert len(changed) >= 18
    assert all(2 <= each.changed_at <= 3 for each in changed)


def test_the_suite_reports_what_the_issue_names(items):
    figures = score_dialogs(WordSearch(items), items, dialogs=25, seed=3)
    for name in ("hits10_turn1", "hits10_turn5", "last_turn_only.hits10_turn3", "turns_to_success", "bri", "recovered"):
        assert f"dialogs.{name}" in figures
    assert "dialogs.always_closest.last_turn_only.hits10_turn3" in figures
    assert figures["dialogs.hits10_turn3"] > figures["dialogs.last_turn_only.hits10_turn3"]
    assert figures["dialogs.hits10_turn1"] == figures["dialogs.last_turn_only.hits10_turn1"]
