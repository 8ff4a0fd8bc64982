"""Pictures to begin with are a turn like any other, and words on buttons are said once."""

import pytest

from bot.dialog import step
from bot.events import HitChosen, MoreAsked, OfferTaken, StartAsked, TextSent, Undone
from bot.notices import Notice
from bot.requests import NextPage, Refuse, Search, ShowTurn
from bot.sharing import shareable
from bot.turns import Dialog
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery
from tests.bot.stepping import OFFERS, Chat


@pytest.fixture
def chat():
    chat = Chat(offers=OFFERS)
    chat.do(StartAsked())
    return chat


def test_drawn_pictures_are_refined_and_leave_no_wish_behind(chat):
    chat.do(HitChosen(1, 4))
    request = chat.do(TextSent("with long sleeves"))
    assert request.turn.request.query == ComposedQuery(ItemReference("item-4"), "with long sleeves")
    assert [entry.text for entry in request.turn.ledger] == ["with long sleeves"]
    assert request.turn.seen == tuple(f"item-{number}" for number in range(6))
    assert isinstance(chat.do(Undone(2)), ShowTurn)
    assert chat.current.drawn


def test_another_draw_is_the_next_page(chat):
    request = chat.do(MoreAsked(1, 0))
    assert isinstance(request, NextPage)
    assert request.turn.drawn
    assert chat.do(MoreAsked(1, 0)) == Refuse(Notice.ALREADY_DONE)


@pytest.mark.parametrize("text", ["surprise me", "Show me something!", "random pictures"])
def test_who_says_so_gets_a_draw(chat, text):
    request = chat.do(TextSent(text))
    assert isinstance(request, Search)
    assert request.turn.drawn == 2


def test_words_after_a_draw_are_a_search(chat):
    request = chat.do(TextSent("a red dress"))
    assert (request.turn.request.query, request.turn.drawn) == (TextQuery("a red dress"), 0)


def test_an_example_is_searched_once(chat):
    request = chat.do(OfferTaken(1, 1))
    assert request.turn.request.query == TextQuery(OFFERS[1])
    assert chat.do(OfferTaken(1, 1)) == Refuse(Notice.ALREADY_DONE)
    assert isinstance(chat.do(OfferTaken(1, 0)), Search)


def test_a_refinement_on_a_card_changes_its_picture_once(chat):
    chat.do(HitChosen(1, 2))
    request = chat.do(OfferTaken(1, 0, 2))
    assert request.turn.request.query == ComposedQuery(ItemReference("item-2"), OFFERS[0])
    assert chat.do(OfferTaken(1, 0, 2)) == Refuse(Notice.ALREADY_DONE)
    # A card that was left open above goes on working, whatever was searched since.
    chat.do(TextSent("a black bag"))
    assert chat.do(OfferTaken(1, 1, 2)).turn.request.query == ComposedQuery(ItemReference("item-2"), OFFERS[1])


@pytest.mark.parametrize("press", [OfferTaken(9, 0), OfferTaken(1, 7), OfferTaken(1, 0, 3), OfferTaken(1, 0, 99)])
def test_offers_that_were_never_made_have_expired(chat, press):
    assert chat.do(press) == Refuse(Notice.EXPIRED)


def test_a_draw_is_shared_as_pictures_like_the_one_chosen(chat):
    shared = shareable(chat.current, "item-1")
    assert not shared.turn.drawn
    assert shared.turn.offered == ()
    assert [entry.query for entry in shared.turn.ledger] == [ImageQuery(ItemReference("item-1"))]


def test_every_start_is_another_draw_and_everybody_s_first_is_the_same():
    dialog, first = step(Dialog(last_number=4), StartAsked())
    _, second = step(dialog.with_turn(first.turn), StartAsked())
    assert [(turn.number, turn.drawn) for turn in (first.turn, second.turn)] == [(5, 1), (6, 2)]
