"""A search through pictures and words together: what it finds, and that every rule of a search still holds."""

import numpy as np
import pytest

from retrieval.composition import NormalizedSum, Product
from retrieval.embedding import normalize
from retrieval.errors import SnapshotInvalid
from retrieval.exact_index import ExactIndex
from retrieval.facets import Facets
from retrieval.filter import Filter, InCategory
from retrieval.item_table import Item
from retrieval.item_words import written
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from retrieval.words_channel import WordsChannel
from tests.retrieval.searching import WORDS, Shelf, WordEncoder
from tests.sentences import StemEncoder

MAKERS = ("Norwind", "Ostberg", "Quillon", "Tindra", "Halcyon")
ITEMS = tuple(
    Item(
        f"{colour} {kind} {length} {pattern} {number}",
        "/x",
        "0",
        {"title": f"{kind} by {MAKERS[(row + number) % 5]}", "category": kind},
    )
    for row, (colour, kind, length, pattern) in enumerate(
        (colour, kind, length, pattern)
        for colour in ("red", "blue")
        for kind in ("dress", "coat")
        for length in ("long", "short")
        for pattern in ("striped", "plain")
    )
    for number in range(5)
)
BY_NORWIND = {item.id for item in ITEMS if "Norwind" in str(item.metadata["title"])}


class Shortest:
    """A reranker that likes texts with a given word, and short ones."""

    def __init__(self, word):
        self.word = word
        self.asked = []

    def scores(self, text, answers):
        self.asked.append((text, tuple(answers)))
        return np.array([10.0 * (self.word in answer) - len(answer) / 100 for answer in answers], np.float32)


def channel(items=ITEMS, reranker=None, encoder=None):
    encoder = encoder or StemEncoder()
    texts = [written(item.metadata) for item in items]
    return WordsChannel(encoder.encode(texts), encoder, Facets(items), reranker, texts.__getitem__)


def searcher(words=None, composition=None, items=ITEMS, calibration=None):
    collection, index = Shelf(*(item.id for item in items)), ExactIndex(len(WORDS))
    index.add(normalize(collection.stored))
    composed = composition or NormalizedSum()
    return Searcher(
        WordEncoder(), composed, index, collection, calibration=calibration, facets=Facets(items), words=words
    )


def asked(text, words=None):
    return [WeightedQuery(TextQuery(text), words=text if words is None else words)]


def ids(result):
    return [hit.item_id for hit in result.hits]


def test_a_maker_is_found_by_what_is_written():
    assert set(ids(searcher(channel()).search(asked("Norwind"), 10))) <= BY_NORWIND
    assert not set(ids(searcher().search(asked("Norwind"), 10))) <= BY_NORWIND


def test_what_pictures_show_is_found_as_without_words():
    assert ids(searcher(channel()).search(asked("red striped long"), 10)) == ids(
        searcher().search(asked("red striped long"), 10)
    )


@pytest.mark.parametrize("composition", [NormalizedSum(), Product()])
def test_both_together_find_what_has_both(composition):
    found = searcher(channel(), composition).search(asked("red Norwind"), 8)
    assert set(ids(found)) == {item_id for item_id in BY_NORWIND if item_id.startswith("red")}


@pytest.mark.parametrize("words", ["", "  ", "?!"])
def test_without_words_in_it_a_request_is_one_for_pictures(words):
    reference = ImageQuery(ItemReference(ITEMS[0].id))
    query = [WeightedQuery(reference, words=words)]
    assert ids(searcher(channel()).search(query, 9)) == ids(searcher().search(query, 9))


def test_a_filter_holds_for_what_words_find():
    found = searcher(channel()).search(asked("Norwind"), 80, (), Filter((InCategory("coat"),)))
    assert len(found.hits) == 40
    assert {item_id.split()[1] for item_id in ids(found)} == {"coat"}
    assert set(ids(found)[:8]) <= BY_NORWIND


def test_what_was_shown_or_hidden_stays_away_and_pages_follow_one_order():
    search = searcher(channel()).search
    whole = ids(search(asked("red Norwind"), 80))
    pages: list[str] = []
    while len(pages) < 80:
        pages += ids(search(asked("red Norwind"), 6, pages))
    assert pages[:80] == whole
    assert BY_NORWIND.isdisjoint(ids(search(asked("Norwind"), 20, BY_NORWIND)))


def test_only_when_all_has_been_seen_it_comes_again():
    found = searcher(channel()).search(asked("Norwind"), 5, {item.id for item in ITEMS})
    assert found.repeated
    assert set(ids(found)) <= BY_NORWIND


def test_the_reference_of_a_request_is_not_found_by_its_words():
    query = WeightedQuery(ComposedQuery(ItemReference(ITEMS[0].id), "Norwind"), words="Norwind")
    assert ITEMS[0].id not in ids(searcher(channel()).search([query], 79))


def test_only_the_newest_request_is_looked_for_in_words():
    encoder = StemEncoder()
    earlier = WeightedQuery(TextQuery("Ostberg"), 0.7, words="Ostberg")
    searcher(channel(encoder=encoder)).search([earlier, *asked("red", words="Norwind")], 3)
    assert encoder.encoded[-1] == "Norwind"


def test_a_text_is_encoded_once():
    encoder = StemEncoder()
    search = searcher(channel(encoder=encoder)).search
    search(asked("Norwind"), 3)
    count = len(encoder.encoded)
    search(asked("Norwind"), 3)
    assert len(encoder.encoded) == count


def test_a_reranker_orders_what_is_found_by_words_and_leaves_the_rest():
    reranker = Shortest("coat")
    found = ids(searcher(channel(reranker=reranker)).search(asked("Norwind"), 80))
    assert len(set(found)) == 80
    assert "coat" in found[0]
    assert len(reranker.asked) == 1
    assert len(reranker.asked[0][1]) == 50
    searcher(channel(reranker=reranker)).search(asked("red striped long"), 3)
    assert len(reranker.asked) == 1


def test_items_without_words_keep_their_places_when_others_are_reranked():
    items = [*ITEMS, Item("red coat long plain mute", "/x", "0", {"category": "coat"})]
    found = ids(searcher(channel(items, Shortest("coat")), items=items).search(asked("Norwind"), 81))
    assert len(set(found)) == 81


@pytest.mark.parametrize("count", [1, 2, 5])
def test_small_collections(count):
    items = ITEMS[:count]
    found = searcher(channel(items), items=items).search(asked("Norwind red"), 6)
    assert len(found.hits) == count


def test_words_of_another_snapshot_are_refused():
    with pytest.raises(SnapshotInvalid, match="words for 3 pictures"):
        searcher(channel(ITEMS[:3]))
    with pytest.raises(ValueError, match="width"):
        WordsChannel(np.zeros((3, 5), np.float32), StemEncoder(), Facets(ITEMS[:3]))
