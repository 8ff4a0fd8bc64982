"""Filters live in turns: they go on, are taken off one by one, and come back with undo."""

import pytest
from pydantic import TypeAdapter

from bot.album import render, render_none_fit
from bot.callback_data import MAX_BYTES, pack, unpack
from bot.category_rule import keep_category, refined_item
from bot.dialog import step
from bot.events import FilterRemoved, HitChosen, ModeSwitched, PhotoSent, Restarted, SimilarAsked, TextSent, Undone
from bot.ledger import weighted
from bot.notices import Notice
from bot.requests import Refuse, Search, ShowTurn
from bot.turns import Dialog
from retrieval.filter import NO_FILTER, Filter, HasValue, InCategory, PriceFrom, PriceTo, Tagged
from retrieval.query import ComposedQuery, ImageQuery, PhotoReference, TextQuery
from tests.bot.shop import SHOP, VOCABULARY
from tests.bot.stepping import Chat

UNDER_50 = PriceTo(50, exclusive=True)


@pytest.fixture
def chat():
    return Chat(VOCABULARY)


def within(chat):
    return chat.current.within.conditions


def test_a_filter_is_taken_out_of_the_request_and_goes_with_the_turn(chat):
    request = chat.do(TextSent("a red dress under 50"))
    assert request.turn.request.text == "a red dress"
    assert request.turn.within == Filter((UNDER_50,))


def test_words_that_only_filter_search_again_for_the_same(chat):
    chat.do(TextSent("a red dress"))
    first = chat.current
    request = chat.do(TextSent("under 50"))
    assert isinstance(request, Search)
    assert request.turn.ledger == first.ledger
    assert request.turn.within == Filter((UNDER_50,))
    assert not set(request.turn.seen) & set(first.shown)  # what fits may be shown again
    chat.do(TextSent("over 20"))
    assert within(chat) == (UNDER_50, PriceFrom(20, True))
    chat.do(TextSent("over 60"))
    assert within(chat) == (PriceFrom(60, True),)


def test_undo_restores_the_filter(chat):
    chat.do(TextSent("a red dress under 50"))
    chat.do(TextSent("#summer"))
    assert within(chat) == (UNDER_50, Tagged("summer"))
    assert isinstance(chat.do(Undone()), ShowTurn)
    assert within(chat) == (UNDER_50,)


def test_refinements_keep_the_filter_and_a_thing_of_its_own_does_not(chat):
    chat.do(TextSent("a red dress under 50"))
    chat.do(HitChosen(1, 2))
    assert chat.do(TextSent("with stripes")).turn.within == Filter((UNDER_50,))
    assert chat.do(SimilarAsked(2, 1)).turn.within == Filter((UNDER_50,))
    assert chat.do(TextSent("black shoes")).turn.within == NO_FILTER


def test_a_search_that_names_nothing_new_keeps_the_filter_until_one_starts_over(chat):
    chat.do(TextSent("something cheerful under 50"))
    assert chat.do(TextSent("in yellow")).turn.within == Filter((UNDER_50,))
    chat.do(Restarted())
    assert chat.do(TextSent("in yellow")).turn.within == NO_FILTER


def test_a_tapped_picture_and_a_filter_are_more_like_it_within_the_filter(chat):
    chat.do(TextSent("a red dress"))
    chat.do(HitChosen(1, 2))
    turn = chat.do(TextSent("the same under 50")).turn
    assert isinstance(turn.request.query, ImageQuery)
    assert turn.within == Filter((UNDER_50,))
    assert turn.ledger[0].text == "a red dress"
    turn = chat.do(TextSent("the third one, but under 40")).turn
    assert turn.within == Filter((PriceTo(40, exclusive=True),))


def test_a_photo_takes_filters_in_its_caption(chat):
    photo = PhotoReference(b"0123", "model")
    assert chat.do(PhotoSent(photo, "under 50")).turn.request.query == ImageQuery(photo)
    turn = chat.do(PhotoSent(photo, "in red, under 50")).turn
    assert turn.request.query == ComposedQuery(photo, "in red")
    assert turn.within == Filter((UNDER_50,))
    assert chat.do(PhotoSent(photo, "in red, under -1")) == Refuse(Notice.PRICE_NEGATIVE)


def test_a_filter_alone_shows_what_there_is(chat):
    turn = chat.do(TextSent("under 50")).turn
    assert turn.weak_wanted
    assert len(weighted(turn.ledger)) == 1
    chat.do(Restarted())
    turn = chat.do(TextSent("only dresses")).turn
    assert turn.request.query == TextQuery("dresses")


def test_what_a_filter_leaves_out_is_no_longer_wished_for(chat):
    chat.do(TextSent("a red dress"))
    turn = chat.do(TextSent("not in red")).turn
    assert turn.within == Filter((HasValue("colour", "red", excluded=True),))
    assert "red" not in turn.ledger[-1].text.split()
    chat.do(Restarted())
    chat.do(TextSent("a red dress"))
    chat.do(HitChosen(3, 2))
    turn = chat.do(TextSent("longer, but not in red")).turn
    assert [entry.text for entry in turn.ledger] == ["dress", "longer"]


def test_each_condition_is_one_tap_away_from_being_gone(chat):
    chat.do(TextSent("a red dress under 50 #summer"))
    chat.do(TextSent("in yellow"))
    turn = chat.current
    assert chat.do(FilterRemoved(turn.number, 0)).turn.within == Filter((Tagged("summer"),))
    assert chat.current.ledger == turn.ledger
    assert chat.do(FilterRemoved(turn.number, 0)) == Refuse(Notice.ALREADY_DONE)
    assert chat.do(FilterRemoved(turn.number, 5)) == Refuse(Notice.EXPIRED)
    assert chat.do(FilterRemoved(99, 0)) == Refuse(Notice.EXPIRED)
    chat.do(Undone())
    assert chat.current == turn or within(chat) == turn.within.conditions


@pytest.mark.parametrize("text", ["under -5", "between 50 and 20", "the second one, but under -5"])
def test_nonsense_is_refused_and_changes_nothing(chat, text):
    chat.do(TextSent("a red dress"))
    before = chat.dialog
    assert isinstance(chat.do(TextSent(text)), Refuse)
    assert chat.dialog.turns == before.turns


def test_switching_the_mode_keeps_the_filter(chat):
    chat.do(TextSent("a red dress"))
    chat.do(HitChosen(1, 0))
    chat.do(TextSent("in blue under 50"))
    alone = chat.do(ModeSwitched(2)).turn
    assert (alone.request.query, alone.within) == (TextQuery("in blue"), Filter((UNDER_50,)))
    assert chat.do(ModeSwitched(3)).turn.within == Filter((UNDER_50,))


def refined(chat, text):
    chat.do(TextSent("something red"))
    chat.do(HitChosen(chat.current.number, len(chat.current.shown) - 1))
    return chat.do(TextSent(text)).turn


def test_a_dress_stays_a_dress_unless_the_words_name_another_kind(chat):
    dress = InCategory("dress", implied=True)
    turn = refined(chat, "longer")
    assert refined_item(turn) == turn.reference.item_id
    assert keep_category(turn, "dress", VOCABULARY).within == Filter((dress,))
    assert keep_category(refined(chat, "as long as the first"), "dress", VOCABULARY).within == Filter((dress,))
    assert keep_category(refined(chat, "make it a little longer"), "dress", VOCABULARY).within == Filter((dress,))
    assert keep_category(refined(chat, "a longer dress"), "dress", VOCABULARY).within == Filter((dress,))
    for text in (
        "the same as a t-shirt",
        "as a skirt",
        "with shoes",
        "as a sarong",
        "a sarong instead",
        "I see it as bermudas",
    ):
        assert keep_category(refined(chat, text), "dress", VOCABULARY).within == NO_FILTER
    assert keep_category(turn, None, VOCABULARY) == keep_category(turn, "sofa", VOCABULARY) == turn
    assert refined_item(refined(chat, "longer, only shoes")) is None
    assert refined_item(Chat(VOCABULARY).do(TextSent("a red dress")).turn) is None


def test_the_rule_is_lifted_by_a_tap_until_a_new_search():
    chat = Chat(VOCABULARY)
    turn = keep_category(refined(chat, "longer"), "dress", VOCABULARY)
    dialog = chat.dialog.with_turn(turn)
    dialog, request = step(dialog, FilterRemoved(turn.number, 0), VOCABULARY)
    assert request.turn.within == NO_FILTER
    assert refined_item(request.turn) is None
    dialog = dialog.with_turn(request.turn)
    _, request = step(dialog, TextSent("with stripes"), VOCABULARY)
    assert refined_item(request.turn) is None


def test_the_filter_is_on_screen_with_a_button_for_each_condition(chat):
    chat.do(TextSent("a red dress under 50 #summer"))
    album = render(chat.current, SHOP, 1)
    assert "Only: " in album.control
    assert "under 50" in album.control
    buttons = [button for row in album.keyboard for button in row]
    assert [(b.label, b.press) for b in buttons][-2:] == [
        ("✕ under 50", FilterRemoved(1, 0)),
        ("✕ #summer", FilterRemoved(1, 1)),
    ]
    offer = render_none_fit(chat.current)
    assert offer.text.count("<b>") == 2
    assert [button.label for button in offer.keyboard[0]] == ["✕ under 50", "✕ #summer"]
    data = pack(2**40, FilterRemoved(999_999_999, 7))
    assert len(data) <= MAX_BYTES
    assert unpack(data).press == FilterRemoved(999_999_999, 7)


def test_dialogs_with_filters_survive_the_store(chat):
    chat.do(TextSent("only red dresses over 20 and under 50, #summer, in March 2020, titled linen, not in blue"))
    assert len(within(chat)) == 8
    adapter = TypeAdapter(Dialog)
    assert adapter.validate_python(adapter.dump_python(chat.dialog, mode="json")) == chat.dialog
