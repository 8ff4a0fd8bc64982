"""How composition is judged: the measures by hand, and the requests that it is judged with."""

from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.composition import NormalizedSum
from retrieval.embedding import normalize
from retrieval.errors import ReferenceUnknown
from retrieval.exact_index import ExactIndex
from retrieval.facets import Facets
from retrieval.item_table import Item
from retrieval.protocols import Features, Rows
from retrieval.searcher import Searcher
from scripts.evaluation.category_rule import score_category_rule
from scripts.evaluation.composed_answers import score_answers
from scripts.evaluation.composed_requests import draw_requests, draw_unseen_requests
from scripts.training.answers import Answers
from scripts.training.composed_quality import judge_order
from scripts.training.renders import products_of
from scripts.training.triplets import Collection, collect
from scripts.training.unseen import holds_unseen


@pytest.fixture(scope="module")
def products() -> Collection:
    return collect([*products_of(2), *products_of(3)])


def _answers(wanted: list[int], lost: list[int]) -> Answers:
    right, losses = np.array([wanted], np.int8), np.array([lost], np.int8)
    least = losses[right == 1].min()
    closest = ((right == 1) & (losses == least)).astype(np.int8)
    exact = ((right == 1) & (losses == 0)).astype(np.int8)
    return Answers(right, right, closest, exact, losses)


def test_the_measures_by_hand() -> None:
    found = _answers(wanted=[1, 1, 1, 0], lost=[0, 2, 4, 0])
    shares = judge_order(np.array([[0, 3, 1, 2]]), found, np.array([4]))
    assert shares.exact.tolist() == [1.0]
    assert shares.closest.tolist() == [1.0]
    assert shares.wanted.tolist() == [1.0], "three have what is wanted, and all three were found"
    assert shares.kept.tolist() == [1.0], "kept 1 + 1 + 0.5 of four, where 1 + 0.5 + 0 is the most; never more than all"


def test_wanted_is_a_share_of_ten_or_of_all_that_there_are() -> None:
    found = _answers(wanted=[1] * 12 + [0] * 4, lost=[0] * 16)
    shares = judge_order(np.array([[*range(7), 12, 13, 14]]), found, np.array([4]))
    assert shares.wanted.tolist() == [0.7], "twelve have it, so ten could be shown"


def test_kept_is_a_share_of_what_could_be_kept() -> None:
    found = _answers(wanted=[1, 1, 0, 0], lost=[0, 2, 2, 4])
    shares = judge_order(np.array([[1, 3, 2, 0]]), found, np.array([4]))
    assert shares.kept.tolist() == [pytest.approx((0.5 + 0) / (1 + 0.5))]
    assert shares.exact.tolist() == [0.0]


def test_without_an_exact_answer_the_closest_counts() -> None:
    shares = judge_order(np.array([[1, 0, 2]]), _answers(wanted=[1, 1, 0], lost=[2, 1, 0]), np.array([3]))
    assert np.isnan(shares.exact[0])
    assert shares.closest.tolist() == [1.0]
    assert np.isnan(shares.means()["recall_at_1"])


def test_where_fewer_pictures_were_found_the_rest_counts_as_missing() -> None:
    shares = judge_order(np.array([[0, -1, -1]]), _answers(wanted=[1, 1, 0], lost=[0, 0, 0]), np.array([1]))
    assert shares.wanted.tolist() == [0.5]


def test_each_request_has_an_answer_and_the_forms_their_shares(products: Collection) -> None:
    asked = draw_requests(products, seed=1, count=200)
    assert (asked.found.exact == 1).any(axis=1).all()
    labels = [asked.label(row) for row in range(len(asked.requests.texts))]
    assert {"colour", "pattern", "two_values", "comparative", "negation", "kind"} <= set(labels)
    assert labels.count("negation") <= 16
    assert "chat" not in labels
    assert asked.requests.texts == draw_requests(products, seed=1, count=200).requests.texts


def test_unseen_requests_hold_unseen_words(products: Collection) -> None:
    asked = draw_unseen_requests(products, seed=1, count=150)
    assert len(asked.requests.texts) == 150
    unseen = [holds_unseen(text.replace("-", " ")) or holds_unseen(text) for text in asked.requests.texts]
    assert np.mean(unseen) > 0.9, "a typo may spoil a word"
    assert (asked.found.exact == 1).any(axis=1).all()


def test_a_collection_without_unseen_values_is_refused() -> None:
    rows = [{"material": name, "room": room} for name in ("oak", "pine") for room in ("hall", "attic")] * 30
    with pytest.raises(ValueError, match=r"^No request .*\.$"):
        draw_unseen_requests(collect(rows), seed=1, count=10)


class _Encoder:
    """Pictures and words to features that say nothing."""

    fingerprint = "nothing"
    dimension = 8

    def encode_images(self, pictures: object) -> Features:
        raise NotImplementedError

    def encode_texts(self, texts: list[str]) -> Features:
        return np.stack([np.random.default_rng(len(text)).normal(size=8) for text in texts]).astype(np.float32)


class _Snapshot:
    def __init__(self, features: Features) -> None:
        self.raw = features

    def __len__(self) -> int:
        return len(self.raw)

    def row(self, item_id: str) -> int:
        if not item_id.isdigit():
            raise ReferenceUnknown(item_id)
        return int(item_id)

    def rows(self, item_ids: Sequence[str]) -> dict[str, int]:
        return {item_id: int(item_id) for item_id in item_ids if item_id.isdigit()}

    def ids(self, rows: Sequence[int]) -> list[str]:
        return [str(row) for row in rows]

    def features(self, rows: Rows) -> Features:
        found: Features = self.raw[np.asarray(rows)]
        return found


def _searcher(products: Collection, facets: Facets | None = None) -> Searcher:
    raw = np.random.default_rng(0).normal(size=(len(products.rows), 8)).astype(np.float32)
    index = ExactIndex(8)
    index.add(normalize(raw))
    return Searcher(_Encoder(), NormalizedSum(), index, _Snapshot(raw), facets=facets)


def test_the_category_rule_keeps_the_kind(products: Collection) -> None:
    asked = draw_requests(products, seed=1, count=60)
    items = {str(row): {"category": attributes["category"]} for row, attributes in enumerate(products.rows)}
    facets = Facets(Item(item_id, "/x", "0", metadata) for item_id, metadata in items.items())
    with_rule = score_category_rule(_searcher(products, facets), asked, items, "composed")
    plain = _searcher(products)
    without = score_answers({"combiner": plain, "sum": plain}, asked, list(items), "composed", print)
    for name in ("wanted_at_10", "kept_at_10"):
        assert with_rule[f"composed.same_category.{name}"] > without[f"composed.{name}"]


def test_figures_of_a_search(products: Collection) -> None:
    searcher = _searcher(products)
    asked = draw_requests(products, seed=1, count=60)
    shown: list[str] = []
    item_ids = [str(row) for row in range(len(products.rows))]
    figures = score_answers({"combiner": searcher, "sum": searcher}, asked, item_ids, "composed", shown.append)
    assert figures["composed.recall_at_1"] == figures["composed.best_baseline.recall_at_1"] < 0.2
    assert {"composed.wanted_at_10", "composed.kept_at_10", "composed.recall_at_1.colour"} <= set(figures)
    assert "composed.baseline.sum.recall_at_1" in figures
    assert "95 %" in shown[0]
