"""Earlier turns count in full, word by word, until a later one replaces or takes back what they said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.album import trail
from bot.ledger import CAPTION_WEIGHT, MAX_ENTRIES, Entry, live, weighted
from bot.turns import Dialog, Turn
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference, TextQuery
from retrieval.slots import slots, stands_alone
from retrieval.wishes import read

STORED = TypeAdapter(Dialog)

texts = st.sampled_from(
    ["a red dress", "with long sleeves", "no, blue", "striped", "nicer", "for work", "shorter", "bag", "no sleeves"]
)


def words(text):
    return Entry(TextQuery(text), text)


def composed(item, text):
    return Entry(ComposedQuery(ItemReference(item), text), text)


def said(*several):
    ledger: tuple[Entry, ...] = ()
    for number, text in enumerate(several):
        ledger = live(ledger, composed(str(number), text) if number else words(text))
    return ledger


def texts_of(ledger):
    return [entry.text for entry in ledger]


def test_of_a_turn_only_what_is_replaced_is_dropped():
    assert texts_of(said("a red summer dress", "no, blue")) == ["summer dress", "no, blue"]
    assert texts_of(said("in red", "no, blue")) == ["no, blue"]
    assert texts_of(said("a red summer dress", "striped", "in blue", "red after all")) == [
        "summer dress",
        "striped",
        "red after all",
    ]


def test_what_nothing_replaces_stays_as_it_was_said():
    assert texts_of(said("a red summer dress", "with long sleeves", "nicer")) == [
        "a red summer dress",
        "with long sleeves",
        "nicer",
    ]


def test_what_is_taken_back_goes_and_is_not_searched_for():
    ledger = said("a coat with a belt", "without the belt")
    assert texts_of(ledger) == ["coat", "without the belt"]
    assert weighted(ledger)[0].query == TextQuery("coat")


def test_a_search_has_the_newest_request_and_all_wishes_in_one_caption():
    ledger = said("a red summer dress", "no sleeves", "no, blue")
    caption, newest = weighted(ledger)
    assert caption.query == TextQuery("summer dress, sleeveless, blue")
    assert caption.weight == CAPTION_WEIGHT
    assert newest.query == ComposedQuery(ItemReference("2"), "no, blue")
    assert newest.weight == 1


def test_a_first_request_is_searched_for_as_it_was_said():
    photo = PhotoReference(b"\x00\x01\xff\x7f", "tiny-clip@1")
    for entry in (words("Not red!"), composed("a", "no sleeves"), Entry(ImageQuery(photo), "")):
        assert [(each.query, each.weight) for each in weighted((entry,))] == [(entry.query, 1)]


def test_a_picture_counts_until_words_say_what_should_be_different():
    similar = Entry(ImageQuery(ItemReference("a")), "")
    assert live((similar,), composed("a", "in blue")) == (composed("a", "in blue"),)
    assert [each.query for each in weighted((similar, words("?")))] == [TextQuery("?")]


def test_the_person_sees_what_still_counts():
    assert trail(Turn(2, said("a red summer dress", "no, blue"))) == (
        "\u2068summer dress\u2069 › <b>\u2068no, blue\u2069</b>"
    )


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=20))
def test_invariants(several):
    ledger: tuple[Entry, ...] = ()
    for number, text in enumerate(several):
        ledger = live(ledger, composed(str(number), text))
        assert ledger[-1].text == text
        assert len(ledger) <= MAX_ENTRIES
        taken = {word.slot for word in read(text).wished} - {None}
        for earlier in ledger[:-1]:
            assert read(earlier.text).wished
            assert not taken & {word.slot for word in read(earlier.text).wished}
    assert all(query.weight > 0 for query in weighted(ledger))
    assert STORED.validate_json(STORED.dump_json(Dialog((Turn(1, ledger),)))).turns[0].ledger == ledger


OLD = (
    '{"turns":[{"number":2,"ledger":[{"query":{"text":"a red summer dress"},"text":"a red summer dress"},'
    '{"query":{"reference":{"item_id":"a"},"relative_caption":"with long sleeves"},"text":"with long sleeves"}],'
    '"seen":["a"],"pages":[],"reference":null,"base":1}],"last_number":2,"current":2,"chosen":null,"format":1}'
)


def test_a_dialog_that_an_older_version_stored_goes_on():
    dialog = STORED.validate_json(OLD)
    ledger = live(dialog.turns[0].ledger, composed("b", "no, blue"))
    assert texts_of(ledger) == ["summer dress", "with long sleeves", "no, blue"]
    assert weighted(ledger)[0].query == TextQuery("summer dress, long sleeves, blue")


def test_slots():
    assert slots("long-sleeved, in navy") == {"sleeve": {"long", "sleeved"}, "colour": {"navy"}}
    assert slots("longer sleeves").keys() == {"sleeve"}
    assert slots("with cap sleeves and a high neck").keys() == {"sleeve", "neckline"}
    assert slots("a T-shirt in dark blue") == {"kind": {"t", "shirt"}, "colour": {"dark", "blue"}}


@pytest.mark.parametrize("text", ["a black leather bag", "green striped T-shirt"])
def test_a_thing_stands_alone(text):
    assert stands_alone(text)
    assert stands_alone("a red teapot", kinds=frozenset({"teapot"}))


@pytest.mark.parametrize(
    "text",
    [
        "higher heels", "cap sleeves", "boot cut", "a smaller bag", "a different dress", "add a hat", "darker",
        "in blue", "with long sleeves", "the same dress in red", "make it a skirt", "a red teapot",
    ],
)  # fmt: skip
def test_a_change_does_not(text):
    assert not stands_alone(text)
