"""`step` decides purely; any sequence of events leaves a dialog that can be stored, and undo goes back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialog import MAX_TEXT, step
from bot.events import (
    Accepted,
    CardClosed,
    EntryRemoved,
    HistoryAsked,
    HitChosen,
    ModeSwitched,
    MoreAsked,
    OfferTaken,
    PhotoSent,
    RemovalsAsked,
    Restarted,
    SimilarAsked,
    StartAsked,
    TextSent,
    TurnChosen,
    Undone,
)
from bot.ledger import Entry
from bot.notices import Notice
from bot.requests import AcceptItem, CloseCard, NextPage, Refuse, Search, ShowCard, ShowTurn, StartOver
from bot.stored_dialogs import ADAPTER
from bot.turns import MAX_TURNS, Dialog, Page, Turn
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference, TextQuery
from tests.bot.stepping import OFFERS, Chat

PHOTO = PhotoReference(b"\x00\x01\xff\x7f", "tiny-clip@1")


@pytest.fixture
def chat():
    return Chat()


def test_words_with_nothing_chosen_are_a_new_search(chat):
    request = chat.do(TextSent("  a red\n summer dress "))
    assert isinstance(request, Search)
    assert request.turn.request.query == TextQuery("a red summer dress")
    chat.do(TextSent("a blue hat"))
    assert len(chat.current.ledger) == 1
    assert chat.current.seen == ()


def test_words_after_a_tap_refine_the_picture_and_earlier_turns_count(chat):
    chat.do(TextSent("a red summer dress"))
    card = chat.do(HitChosen(1, 2))
    assert card == ShowCard(chat.current, 2, "item-2", None)
    request = chat.do(TextSent("the same with long sleeves"))
    assert isinstance(request, Search)
    assert request.turn.request.query == ComposedQuery(ItemReference("item-2"), "the same with long sleeves")
    assert [entry.text for entry in request.turn.ledger] == ["a red summer dress", "the same with long sleeves"]
    assert set(request.turn.seen) == {f"item-{n}" for n in range(6)}


def test_a_change_said_after_a_refinement_goes_on_refining_but_a_thing_is_a_new_search(chat):
    chat.do(TextSent("a red summer dress"))
    chat.do(HitChosen(1, 2))
    chat.do(TextSent("with long sleeves"))
    assert isinstance(chat.do(TextSent("darker")).turn.request.query, ComposedQuery)
    assert chat.do(TextSent("a black leather bag")).turn.request.query == TextQuery("a black leather bag")


def test_one_tap_turns_a_refinement_into_a_search_and_back(chat):
    chat.do(TextSent("a red summer dress"))
    chat.do(HitChosen(1, 2))
    chat.do(TextSent("in blue"))
    alone = chat.do(ModeSwitched(2))
    assert alone.turn.request.query == TextQuery("in blue")
    back = chat.do(ModeSwitched(3))
    assert back.turn.request.query == ComposedQuery(ItemReference("item-2"), "in blue")


def test_refinements_build_on_each_other(chat):
    chat.do(TextSent("a summer dress"))
    chat.do(HitChosen(1, 2))
    chat.do(TextSent("with long sleeves"))
    request = chat.do(TextSent("in blue"))
    assert [entry.text for entry in request.turn.ledger] == ["a summer dress", "with long sleeves", "in blue"]
    assert request.turn.base == 2
    assert set(request.turn.seen) == {f"item-{number}" for number in range(12)}


def test_undo_restores_what_was_chosen(chat):
    chat.do(TextSent("a summer dress"))
    chat.do(HitChosen(1, 2))
    chat.do(TextSent("with long sleeves"))
    chat.do(TextSent("a black bag"))
    chat.do(Undone())
    assert isinstance(chat.do(TextSent("darker")).turn.request.query, ComposedQuery)
    chat.do(Restarted())
    chat.do(Undone())
    assert chat.dialog.chosen.reference == ItemReference("item-2")


def test_buttons_of_an_old_card_act_on_that_card(chat):
    chat.do(TextSent("a summer dress"))
    chat.do(HitChosen(1, 0))
    first = chat.dialog.chosen.card
    chat.do(TextSent("in blue"))
    chat.do(HitChosen(2, 0))
    second = chat.dialog.chosen.card
    assert second != first
    assert chat.do(CardClosed(1, message=first)) == CloseCard(first)
    assert chat.dialog.chosen.card == second
    assert chat.do(Accepted(1, 0, message=first)) == AcceptItem("item-0", first, chat.dialog.turn(1))


def test_commands_said_as_a_reply_are_commands(chat):
    chat.do(TextSent("a summer dress"))
    message = chat.current.pages[0].messages[4]
    assert chat.do(TextSent("this is it", message)) == AcceptItem("item-4", None, chat.current)
    assert chat.do(TextSent("more like this", message)).turn.request.query == ImageQuery(ItemReference("item-4"))
    assert isinstance(chat.do(TextSent("undo", message)), ShowTurn)


def test_a_card_opened_before_more_is_left_above_the_new_page(chat):
    chat.do(TextSent("a summer dress"))
    chat.do(HitChosen(1, 0))
    chat.do(MoreAsked(1, 0))
    assert chat.do(HitChosen(1, 7)).card is None


def test_a_single_picture_is_refined_by_what_is_said_next():
    dialog = Dialog().with_page(Turn(1, (Entry(TextQuery("a hat"), "a hat"),)), Page(("only",)))
    _, request = step(dialog, TextSent("in blue"))
    assert request.turn.request.query == ComposedQuery(ItemReference("only"), "in blue")


def test_a_reply_chooses_that_picture_even_of_an_older_turn(chat):
    chat.do(TextSent("a red summer dress"))
    chat.do(TextSent("a blue hat"))
    message = chat.dialog.turn(1).pages[0].messages[4]
    request = chat.do(TextSent("striped", reply_to=message))
    assert request.turn.request.query == ComposedQuery(ItemReference("item-4"), "striped")
    assert request.turn.base == 1
    assert chat.do(TextSent("striped", reply_to=9999)) == Refuse(Notice.PICTURE_FORGOTTEN)


def test_a_photo_is_a_reference_and_with_a_caption_a_composed_query(chat):
    assert chat.do(PhotoSent(PHOTO)).turn.request.query == ImageQuery(PHOTO)
    assert chat.do(TextSent("in red")).turn.request.query == ComposedQuery(PHOTO, "in red")
    assert chat.do(PhotoSent(PHOTO, "in red")).turn.request.query == ComposedQuery(PHOTO, "in red")
    assert chat.do(PhotoSent(PHOTO, "😍")).turn.request.query == ImageQuery(PHOTO)


def test_undo_shows_the_turn_before_and_keeps_what_was_refined_chosen(chat):
    chat.do(TextSent("a red summer dress"))
    chat.do(HitChosen(1, 2))
    chat.do(TextSent("in blue"))
    request = chat.do(Undone(2))
    assert isinstance(request, ShowTurn)
    assert request.turn.number == 1
    assert chat.do(TextSent("in green")).turn.request.query == ComposedQuery(ItemReference("item-2"), "in green")
    assert chat.dialog.last_number == 3  # the number of the undone turn does not come back
    assert chat.do(Undone(2)) == Refuse(Notice.NOT_THE_LATEST)


def test_undo_after_new_goes_back_to_the_search_before(chat):
    chat.do(TextSent("a red summer dress"))
    assert chat.do(Undone()) == Refuse(Notice.NOTHING_TO_UNDO)
    assert chat.do(Restarted()) == StartOver()
    assert isinstance(chat.do(TextSent("undo")), ShowTurn)
    assert chat.dialog.current == 1


def test_an_undone_page_can_still_be_replied_to(chat):
    chat.do(TextSent("a red summer dress"))
    first = chat.current.pages[0].messages[1]
    chat.do(TextSent("a blue hat"))
    chat.do(Undone())
    assert chat.current.pages[0].messages[1] != first
    assert chat.dialog.picture_of(first) == (chat.current, "item-1")


def test_a_second_tap_on_more_does_nothing(chat):
    chat.do(TextSent("a red summer dress"))
    assert isinstance(chat.do(MoreAsked(1, 0)), NextPage)
    assert chat.do(MoreAsked(1, 0)) == Refuse(Notice.ALREADY_DONE)
    assert chat.do(HitChosen(1, 7)).item_id == "item-7"


def test_spoken_commands(chat):
    chat.do(TextSent("a red summer dress"))
    assert chat.do(TextSent("the second one")) == ShowCard(chat.current, 1, "item-1", None)
    assert chat.do(TextSent("the third one, but in blue")).turn.request.query == ComposedQuery(
        ItemReference("item-2"), "in blue"
    )
    assert chat.do(TextSent("9")) == Refuse(Notice.NO_SUCH_PICTURE)
    chat.do(TextSent("2"))
    assert isinstance(chat.do(TextSent("this is it")), AcceptItem)
    assert chat.do(TextSent("this is it")) == Refuse(Notice.NOTHING_CHOSEN)


def test_cards_open_close_and_end(chat):
    chat.do(TextSent("a red summer dress"))
    chat.do(HitChosen(1, 0))
    card = chat.dialog.chosen.card
    assert chat.do(HitChosen(1, 3)).card == card  # changed in place
    assert chat.do(CardClosed(1)) == CloseCard(card)
    assert chat.dialog.chosen is None
    assert chat.do(CardClosed(1)) == Refuse(Notice.ALREADY_DONE)
    chat.do(HitChosen(1, 3))
    assert chat.do(Accepted(1, 3, message=chat.message)) == AcceptItem("item-3", chat.message, chat.dialog.turn(1))


def test_similar_forgets_the_words_before(chat):
    chat.do(TextSent("a red summer dress"))
    request = chat.do(SimilarAsked(1, 1))
    assert [entry.query for entry in request.turn.ledger] == [ImageQuery(ItemReference("item-1"))]
    assert "item-0" in request.turn.seen


@pytest.mark.parametrize(
    ("text", "notice"),
    [("x" * (MAX_TEXT + 1), Notice.TEXT_TOO_LONG), ("😀👗", Notice.NO_WORDS), ("   ", Notice.NO_WORDS)],
)
def test_texts_that_say_nothing(chat, text, notice):
    assert chat.do(TextSent(text)) == Refuse(notice)
    assert chat.dialog == Dialog()


@pytest.mark.parametrize("event", [HitChosen(7, 0), SimilarAsked(7, 0), Accepted(7, 0), MoreAsked(7, 0), Undone(7)])
def test_buttons_of_unknown_turns_have_expired(chat, event):
    assert chat.do(event) == Refuse(Notice.EXPIRED)


numbers = st.integers(0, 12)
events = st.one_of(
    st.builds(
        TextSent,
        st.sampled_from(
            ["a red dress", "in blue", "darker", "undo", "more", "the 2nd", "new", "3", "a bag", "take it"]
        ),
        st.none() | st.integers(100, 200),
        st.none() | numbers,
    ),
    st.builds(PhotoSent, st.just(PHOTO), st.sampled_from(["", "in red"])),
    st.builds(HitChosen, numbers, numbers),
    st.builds(SimilarAsked, numbers, numbers),
    st.builds(Accepted, numbers, numbers),
    st.builds(CardClosed, numbers),
    st.builds(MoreAsked, st.none() | numbers, st.none() | st.integers(0, 2)),
    st.builds(Undone, st.none() | numbers),
    st.just(Restarted()),
    st.builds(ModeSwitched, numbers),
    st.builds(TurnChosen, numbers),
    st.builds(EntryRemoved, numbers, st.integers(0, 3)),
    st.builds(RemovalsAsked, numbers),
    st.builds(HistoryAsked, st.integers(0, 3)),
    st.builds(OfferTaken, numbers, st.integers(0, 3), st.none() | numbers),
    st.just(StartAsked()),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(events, max_size=30))
def test_any_sequence_leaves_a_dialog_that_can_be_stored(sequence):
    chat = Chat(offers=OFFERS)
    for event in sequence:
        before, last_number = chat.dialog, chat.dialog.last_number
        request = chat.do(event)
        dialog = chat.dialog
        assert dialog.last_number >= last_number
        assert len(dialog.turns) <= MAX_TURNS
        assert len({turn.number for turn in dialog.turns}) == len(dialog.turns)
        assert dialog.current is None or dialog.turn(dialog.current) is not None
        assert dialog.current is None or dialog.been()[-1] == dialog.current
        assert dialog.chosen is None or dialog.chosen.base is None or dialog.chosen.base <= dialog.last_number
        if isinstance(request, Refuse):
            assert dialog.turns == before.turns
        if isinstance(request, Search | NextPage):
            assert not set(request.turn.seen) & set(chat.current.pages[-1].items)
            assert chat.current.number == dialog.current
        document = json.dumps(ADAPTER.dump_python(dialog, mode="json"))
        assert ADAPTER.validate_python(json.loads(document)) == dialog
