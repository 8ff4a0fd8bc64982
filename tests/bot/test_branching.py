"""Going back, going on from any earlier turn, and taking one wish away."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events import (
    EntryRemoved,
    HistoryAsked,
    HitChosen,
    MoreAsked,
    RemovalsAsked,
    Restarted,
    TextSent,
    TurnChosen,
    Undone,
)
from bot.notices import Notice
from bot.requests import NextPage, Refuse, Search, ShowHistory, ShowRemovals, ShowTurn, StartOver
from bot.stored_dialogs import ADAPTER
from bot.turns import MAX_TURNS
from bot.vocabulary import Vocabulary
from retrieval.filter import NO_FILTER
from retrieval.query import ComposedQuery, ItemReference, TextQuery
from tests.bot.stepping import Chat


@pytest.fixture
def chat():
    """Three searches, the last a refinement of the second."""
    chat = Chat(Vocabulary(priced=True))
    for text in ("a blue hat", "a red dress"):
        chat.do(TextSent(text))
    chat.do(HitChosen(2, 1))
    chat.do(TextSent("with long sleeves"))
    return chat


def test_an_earlier_turn_is_shown_again_and_the_dialog_branches_from_it(chat):
    request = chat.do(TurnChosen(2))
    assert isinstance(request, ShowTurn)
    assert (request.turn.number, request.jumped, chat.dialog.current) == (2, True, 2)
    assert chat.do(TextSent("more")).turn.number == 2
    chat.do(HitChosen(2, 3))
    branch = chat.do(TextSent("with stripes"))
    assert [entry.text for entry in branch.turn.ledger] == ["a red dress", "with stripes"]
    assert [turn.number for turn in sorted(chat.dialog.turns, key=lambda turn: turn.number)] == [1, 2, 3, 4]
    chat.do(TurnChosen(3))  # the later turn is still there, and what it refined is chosen again
    assert chat.do(TextSent("darker")).turn.request.query == ComposedQuery(ItemReference("item-7"), "darker")


def test_undo_takes_back_the_way_that_was_gone(chat):
    chat.do(TurnChosen(1))
    shown = [chat.dialog.current]
    for _ in range(4):
        request = chat.do(Undone())
        shown.append(request.turn.number if isinstance(request, ShowTurn) else request.notice)
    assert shown == [1, 3, 2, 1, Notice.NOTHING_TO_UNDO]
    assert {turn.number for turn in chat.dialog.turns} == {1, 2, 3}  # nothing is lost by going back


def test_undo_of_a_return_leaves_chosen_what_was_chosen_there(chat):
    chat.do(TurnChosen(2))
    chat.do(TurnChosen(3))
    chat.do(Undone())
    assert (chat.dialog.current, chat.dialog.chosen) == (2, None)


def test_turns_that_are_forgotten_cannot_be_gone_to(chat):
    for number in range(MAX_TURNS):
        chat.do(TextSent(f"a hat number {number} of many"))
    assert chat.do(TurnChosen(1)) == Refuse(Notice.EXPIRED)
    assert len(chat.dialog.turns) == MAX_TURNS
    assert isinstance(chat.do(Undone()), ShowTurn)


def test_a_turn_that_is_looked_at_is_not_forgotten(chat):
    for number in range(MAX_TURNS - 3):
        chat.do(TextSent(f"a hat number {number} of many"))
    chat.do(TurnChosen(1))
    chat.do(TextSent("a bag"))
    assert {turn.number for turn in chat.dialog.turns} == {1, *range(3, MAX_TURNS + 2)}


def test_a_reply_to_the_buttons_of_an_old_album_goes_on_from_it(chat):
    assert chat.do(TextSent("more", reply_to_turn=1)).turn.number == 1
    assert chat.dialog.current == 1
    request = chat.do(TextSent("darker", reply_to_turn=3))
    assert request.turn.request.query == ComposedQuery(ItemReference("item-7"), "darker")
    assert request.turn.base == 3
    assert chat.do(TextSent("the second one", reply_to_turn=1)).item_id == "item-19"  # of the page that was added
    assert chat.do(TextSent("darker", reply_to_turn=77)) == Refuse(Notice.EXPIRED)


def test_a_reply_to_an_old_picture_makes_its_album_the_one_that_is_meant(chat):
    old = chat.dialog.turn(1).pages[0].messages[0]
    request = chat.do(TextSent("more", reply_to=old))
    assert isinstance(request, NextPage)
    assert request.turn.number == 1


@pytest.mark.parametrize(("text", "expected"), [("undo", ShowTurn), ("new", StartOver), ("history", ShowHistory)])
def test_what_is_not_about_an_album_ignores_the_reply(chat, text, expected):
    before = chat.dialog.been()
    assert isinstance(chat.do(TextSent(text, reply_to_turn=1)), expected)
    assert chat.dialog.been() == (before[:-1] if text == "undo" else before)


def test_one_wish_of_several_is_taken_away(chat):
    request = chat.do(EntryRemoved(3, 0))
    assert [entry.text for entry in request.turn.ledger] == ["with long sleeves"]
    assert request.turn.request.query == ComposedQuery(ItemReference("item-7"), "with long sleeves")
    assert chat.do(EntryRemoved(3, 0)) == Refuse(Notice.ALREADY_DONE)
    assert chat.do(TextSent("in blue")).turn.base == 4


def test_without_its_own_wish_a_turn_is_what_it_went_on_from(chat):
    request = chat.do(EntryRemoved(3, 1))
    assert request.turn.request.query == TextQuery("a red dress")
    assert (request.turn.seen, request.turn.reference, chat.dialog.chosen) == ((), None, None)
    assert chat.do(EntryRemoved(3, 1)) == Refuse(Notice.ALREADY_DONE)
    chat.do(Undone())
    assert chat.dialog.chosen.base == 3


def test_a_wish_goes_and_the_filter_stays(chat):
    chat.do(TextSent("under 50"))
    filtered = chat.current
    assert filtered.within != NO_FILTER
    assert chat.do(EntryRemoved(filtered.number, 0)).turn.within == filtered.within


def test_the_only_wish_and_unknown_ones_stay(chat):
    assert chat.do(EntryRemoved(1, 0)) == Refuse(Notice.EXPIRED)
    assert chat.do(EntryRemoved(3, 2)) == Refuse(Notice.EXPIRED)
    assert chat.do(EntryRemoved(9, 0)) == Refuse(Notice.EXPIRED)
    assert chat.do(RemovalsAsked(9)) == Refuse(Notice.EXPIRED)
    assert chat.do(RemovalsAsked(3)) == ShowRemovals(chat.current)


def test_a_history_of_nothing_is_said():
    assert Chat().do(HistoryAsked()) == Refuse(Notice.NO_HISTORY)


def test_dialogs_of_earlier_versions_are_read_and_go_back(chat):
    stored = json.loads(json.dumps(ADAPTER.dump_python(chat.dialog, mode="json")))
    del stored["path"]
    for turn in stored["turns"]:
        del turn["drawn"], turn["offered"]
    chat.dialog = ADAPTER.validate_python(stored)
    assert chat.do(Undone()).turn.number == 2
    assert chat.do(Undone()).turn.number == 1
    assert chat.do(Undone()) == Refuse(Notice.NOTHING_TO_UNDO)


steps = st.one_of(
    st.builds(TextSent, st.sampled_from(["a red dress", "a bag", "a blue hat with a brim"])),
    st.builds(TurnChosen, st.integers(1, 8)),
    st.builds(EntryRemoved, st.integers(1, 8), st.integers(0, 2)),
    st.builds(HitChosen, st.integers(1, 8), st.integers(0, 5)),
    st.just(TextSent("in blue")),
    st.just(MoreAsked()),
    st.just(Restarted()),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=16))
def test_undo_shows_the_screens_in_reverse_and_ends(sequence):
    chat, screens = Chat(), []
    for event in sequence:
        request = chat.do(event)
        if isinstance(request, Search | ShowTurn | NextPage) and screens[-1:] != [chat.dialog.current]:
            screens.append(chat.dialog.current)
    if chat.dialog.current is not None and screens:
        screens.pop()
    while screens:
        assert isinstance(chat.do(Undone()), ShowTurn)
        assert chat.dialog.current == screens.pop()
    assert isinstance(chat.do(Undone()), Refuse)
