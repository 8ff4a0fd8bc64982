"""What people with a target like and dislike, and how the dial is judged."""

from dataclasses import replace

from retrieval.query import ComposedQuery, ImageQuery, TextQuery
from scripts.evaluation.dial import is_monotonic
from scripts.evaluation.dialog_replay import TURNS
from scripts.evaluation.feedback import judged, score_feedback
from scripts.evaluation.simulated_people import KEYS, properties
from scripts.rendering.attributes import sample_products
from tests.scripts.test_evaluation_dialogs import WordSearch


def product(**values):
    return {key: values.get(key, "other") for key in KEYS}


def test_people_like_what_adds_to_the_closest_and_dislike_what_is_clearly_further():
    target = product(category="dress", colour="red", pattern="dots", sleeve="long")
    shown = [
        product(category="bag"),
        product(category="dress", colour="red"),
        product(category="dress", pattern="dots"),
        product(category="dress", colour="red"),
        product(category="dress"),
    ]
    assert judged(target, shown) == ([1, 2], [0])
    assert judged(target, shown[1:]) == ([0, 1], [])
    far = {key: "else" for key in KEYS}
    assert judged(target, [*shown, far]) == ([1, 2], [5])


class PictureWords(WordSearch):
    """Ranks by the words of texts, and by what liked and disliked pictures show."""

    def __init__(self, items):
        super().__init__(items)
        self.items = items

    def search(self, queries, k, exclude):
        """As `WordSearch`, a picture standing for the words that describe it."""
        return super().search([replace(each, query=self._in_words(each.query)) for each in queries], k, exclude)

    def _in_words(self, query):
        match query:
            case ImageQuery(reference):
                return TextQuery(" ".join(self.items[reference.item_id].values()))
            case ComposedQuery(reference, words):
                return TextQuery(f"{' '.join(self.items[reference.item_id].values())} {words}")
        return query


def test_every_way_is_understood_and_judged_pictures_help():
    items = {one.id: properties({key: getattr(one, key) for key in KEYS}) for one in sample_products(220, 2)}
    figures = score_feedback(PictureWords(items), items, 25, 1)
    assert len(figures) == 6 * (TURNS + 1)
    assert figures["feedback.alone.marked.turns_to_success"] < figures["feedback.alone.more.turns_to_success"]
    assert figures["feedback.words.marked.hits10_turn5"] >= figures["feedback.words.marked.hits10_turn1"]


def test_the_dial_is_monotonic_where_all_its_steps_are():
    names = ("picture2", "picture1", "middle", "words1", "words2")
    figures = {}
    for place, name in enumerate(names):
        figures |= {f"dial.{name}.picture_share": -place, f"dial.{name}.like_picture": -place}
        figures[f"dial.{name}.like_words"] = place
    assert is_monotonic(figures)
    assert not is_monotonic(figures | {"dial.middle.like_words": 5})
