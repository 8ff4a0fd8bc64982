"""Earlier turns count, less with age, until a later one contradicts them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import MAX_ENTRIES, Entry, live, weighted
from bot.slots import contradicts, slots, stands_alone
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery

texts = st.sampled_from(
    ["a red dress", "with long sleeves", "no, blue", "striped", "nicer", "for work", "shorter", "bag"]
)


def words(text):
    return Entry(TextQuery(text), text)


def composed(item, text):
    return Entry(ComposedQuery(ItemReference(item), text), text)


def test_a_contradicted_turn_is_dropped():
    ledger = live((words("a red summer dress"),), composed("a", "no, blue"))
    assert [entry.text for entry in ledger] == ["no, blue"]


def test_what_is_not_contradicted_stays():
    ledger = live((words("a red summer dress"),), composed("a", "with long sleeves"))
    assert [entry.text for entry in ledger] == ["a red summer dress", "with long sleeves"]


def test_a_replaced_picture_no_longer_counts_but_its_words_do():
    ledger = live((composed("a", "with long sleeves"),), composed("b", "make it blue"))
    assert ledger[0].query == TextQuery("with long sleeves")
    assert live((Entry(ImageQuery(ItemReference("a")), ""),), composed("a", "in blue")) == (composed("a", "in blue"),)


def test_words_of_no_slot_contradict_nothing():
    before = (words("a red dress"), composed("a", "with long sleeves"))
    assert live(before, composed("b", "nicer")) == (*before, composed("b", "nicer"))


@given(st.lists(texts, min_size=1, max_size=20))
def test_invariants(said):
    ledger: tuple[Entry, ...] = ()
    for number, text in enumerate(said):
        ledger = live(ledger, composed(str(number), text))
        assert ledger[-1].text == text
        assert len(ledger) <= MAX_ENTRIES
        for earlier, later in pairwise(ledger):
            assert not contradicts(later.text, earlier.text)
    weights = [query.weight for query in weighted(ledger)]
    assert weights[-1] == 1
    assert all(earlier < later for earlier, later in pairwise(weights))


def test_slots_and_standing_alone():
    assert slots("long-sleeved, in navy") == {"sleeve": {"sleeved"}, "colour": {"navy"}}
    assert slots("longer sleeves").keys() == {"sleeve"}
    assert contradicts("a long skirt", "a short one")
    assert not contradicts("this dress with long sleeves", "a red dress")
    for change in ("higher heels", "cap sleeves", "boot cut", "a smaller bag", "a different dress", "add a hat"):
        assert not stands_alone(change)
    assert stands_alone("a black leather bag")
    assert stands_alone("green striped T-shirt")
    assert stands_alone("a red teapot", kinds=frozenset({"teapot"}))
    for change in (
        "with long sleeves",
        "the same dress in red",
        "darker",
        "make it a skirt",
        "in blue",
        "a red teapot",
    ):
        assert not stands_alone(change)
