"""What pointing on a page makes of a dialog: the picture is chosen, or the search goes on among those encircled."""

import pytest
from pydantic import TypeAdapter

from bot.album import render
from bot.dialog import step
from bot.events import HitChosen, InsideAsked, ItemChosen, MoreAsked, TextSent, Undone
from bot.filter_labels import labels
from bot.ledger import weighted
from bot.notices import Notice
from bot.requests import NextPage, Refuse, Search, ShowCard, ShowTurn
from bot.turns import Dialog
from retrieval.facets import Facets
from retrieval.filter import AmongItems, Filter, InCategory
from retrieval.item_table import Item
from retrieval.query import ComposedQuery, ItemReference, TextQuery
from tests.bot.shop import VOCABULARY
from tests.bot.stepping import Chat


@pytest.fixture
def chat():
    chat = Chat(VOCABULARY)
    chat.do(TextSent("a red dress"))
    return chat


def test_a_picture_that_was_shown_is_chosen_as_by_its_number(chat):
    by_number, _ = step(chat.dialog, HitChosen(1, 2), VOCABULARY)
    by_page, request = step(chat.dialog, ItemChosen("item-2", 1), VOCABULARY)
    assert isinstance(request, ShowCard)
    assert by_page == by_number


def test_a_picture_that_was_not_shown_is_shown_and_the_next_words_refine_it(chat):
    request = chat.do(ItemChosen("item-40", 1))
    assert isinstance(request, ShowTurn)
    assert request.turn.shown == ("item-40",)
    assert chat.dialog.chosen.reference == ItemReference("item-40")
    assert chat.dialog.chosen.by_hand  # so that even "a black bag" refines it
    refined = chat.do(TextSent("a black bag"))
    assert refined.turn.request.query == ComposedQuery(ItemReference("item-40"), "a black bag")
    assert "item-40" in refined.turn.seen


def test_its_turn_goes_on_with_the_search_it_was_found_in_and_undo_goes_back_to_that(chat):
    asked = chat.current
    chat.do(ItemChosen("item-40", 1))
    assert chat.current.ledger == asked.ledger
    assert chat.current.number == asked.number + 1
    more = chat.do(MoreAsked(chat.current.number, 0))
    assert isinstance(more, NextPage)
    assert set(more.turn.seen) >= set(asked.shown)
    chat.do(Undone(chat.current.number))
    assert chat.dialog.current == asked.number
    # The buttons of the album before were never out of use.
    assert isinstance(step(chat.dialog, MoreAsked(asked.number, 0), VOCABULARY)[1], NextPage)


def test_without_any_search_it_is_a_search_for_pictures_like_it():
    chat = Chat(VOCABULARY)
    chat.do(ItemChosen("item-7"))
    assert chat.dialog.chosen.reference == ItemReference("item-7")
    assert chat.do(TextSent("in blue")).turn.request.query == ComposedQuery(ItemReference("item-7"), "in blue")


def test_the_web_of_a_forgotten_turn_is_refused(chat):
    assert step(chat.dialog, ItemChosen("item-2", 99), VOCABULARY)[1] == Refuse(Notice.EXPIRED)


def test_a_circle_keeps_the_search_on_screen_to_its_items(chat):
    request = chat.do(InsideAsked(("a", "b")))
    assert isinstance(request, Search)
    assert request.turn.within == Filter((AmongItems(("a", "b")),))
    assert request.turn.request.query == TextQuery("a red dress")
    assert request.turn.weak_wanted  # whoever points at them wants to see them
    assert labels(request.turn.within) == ("2 of the map",)
    # It goes on with refinements, gives way to the next circle, and stands beside other filters.
    chat.do(TextSent("only dresses"))
    assert set(chat.current.within.conditions) == {AmongItems(("a", "b")), InCategory("dress")}
    chat.do(InsideAsked(("c",)))
    assert set(chat.current.within.conditions) == {AmongItems(("c",)), InCategory("dress")}
    chat.do(Undone())
    assert AmongItems(("a", "b")) in chat.current.within.conditions


def test_a_circle_without_a_search_shows_what_is_in_it():
    chat = Chat(VOCABULARY)
    request = chat.do(InsideAsked(("a",)))
    assert isinstance(request, Search)
    assert weighted(request.turn.ledger)


def test_such_dialogs_are_stored_and_rendered(chat):
    chat.do(ItemChosen("item-40", 1))
    chat.do(InsideAsked(("a", "b")))
    adapter = TypeAdapter(Dialog)
    assert adapter.validate_json(adapter.dump_json(chat.dialog)) == chat.dialog
    shown = render(chat.current, (Item("a", "/a", "0"), Item("b", "/b", "1")), 0)
    assert any("✕ 2 of the map" in button.label for row in shown.keyboard for button in row)


def test_the_mask_of_a_circle_is_its_items():
    facets = Facets([Item(name, "/x", "0") for name in ("a", "b", "c", "d")])
    assert facets.mask(Filter((AmongItems(("d", "b", "gone")),))).tolist() == [False, True, False, True]
    assert not facets.mask(Filter((AmongItems(()),))).any()
