"""Likes, dislikes and the dial, by words and by taps, on a dialog without a search."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from bot.dial import LEANS, MOST
from bot.events import HitChosen, MoreAsked, Restarted, TextSent, Undone
from bot.judgements import DialTurned, DuplicatesAsked, Marked, MarkedSearched
from bot.ledger import weighted
from bot.marks import ALONE, BESIDE_REFERENCE, MAX_MARKS, Marks
from bot.notices import Notice
from bot.requests import Refuse, Search, ShowCard, ShowItems
from bot.turns import Dialog, Page
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, TextQuery
from tests.bot.stepping import Chat


def chat(*texts):
    it = Chat()
    for text in texts or ("a red dress",):
        it.do(TextSent(text))
    return it


def test_likes_and_dislikes_in_words_move_the_same_search():
    it = chat()
    turn = it.do(TextSent("more like 1 and 4, not 3")).turn
    assert turn.marks == Marks(("item-0", "item-3"), ("item-2",))
    assert turn.request.text == "a red dress"
    assert set(turn.seen) == {f"item-{n}" for n in range(6)}
    queries = weighted(turn.ledger, turn.marks)
    assert [(each.query, each.weight) for each in queries] == [
        (ImageQuery(ItemReference("item-0")), ALONE[0] / 2),
        (ImageQuery(ItemReference("item-3")), ALONE[0] / 2),
        (ImageQuery(ItemReference("item-2")), -ALONE[1]),
        (TextQuery("a red dress"), 1),
    ]


def test_words_after_likes_change_the_first_of_them():
    it = chat()
    turn = it.do(TextSent("more like 4 and 1, not 3, but blue")).turn
    assert turn.request.query == ComposedQuery(ItemReference("item-3"), "blue")
    liked = [each.weight for each in weighted(turn.ledger, turn.marks) if isinstance(each.query, ImageQuery)]
    assert liked == [BESIDE_REFERENCE[0] / 2] * 2 + [-BESIDE_REFERENCE[1]]
    assert it.do(TextSent("longer")).turn.marks == Marks()


def test_words_after_dislikes_go_on_from_what_was_there():
    it = chat()
    turn = it.do(TextSent("not 3, but blue")).turn
    assert turn.request.query == TextQuery("blue")
    assert turn.marks == Marks((), ("item-2",))
    assert "dress" in str(weighted(turn.ledger, turn.marks))
    it = chat("a red dress", "the first one but longer")
    assert it.do(TextSent("not 2, but blue")).turn.request.query == ComposedQuery(ItemReference("item-0"), "blue")


def test_marks_add_up_over_turns_and_the_later_one_counts():
    it = chat()
    it.do(TextSent("more like 1 and 2"))
    turn = it.do(TextSent("more like 3, not 1")).turn
    assert turn.marks == Marks(("item-0", "item-1", "item-8"), ("item-6",))
    marks = Marks(("a",), ("b",)).and_then(Marks(("b",), ("a",)))
    assert marks == Marks(("b",), ("a",))
    many = Marks(tuple(map(str, range(30))))
    assert len(Marks().and_then(many).liked) == MAX_MARKS


@pytest.mark.parametrize("text", ["not 9", "more like 1 and 12", "more like 0 and 1"])
def test_numbers_that_are_not_on_screen_are_refused(text):
    assert chat().do(TextSent(text)) == Refuse(Notice.NO_SUCH_PICTURE)
    assert Chat().do(TextSent(text)) == Refuse(Notice.NO_SUCH_PICTURE)


def test_taps_mark_pictures_until_they_are_searched_for():
    it = chat()
    it.do(HitChosen(1, 0))
    shown = it.do(Marked(1, 0, liked=True, message=9))
    assert isinstance(shown, ShowCard)
    assert (shown.card, shown.marks, shown.marked) == (9, Marks(("item-0",)), True)
    it.do(Marked(1, 2, liked=False))
    turn = it.do(MarkedSearched(1)).turn
    assert turn.marks == Marks(("item-0",), ("item-2",))
    assert it.dialog.marks == Marks()
    assert it.do(MarkedSearched(1)) == Refuse(Notice.ALREADY_DONE)
    it.do(Undone())
    assert it.current.marks == Marks()


def test_a_second_tap_takes_a_mark_back_and_the_other_one_changes_it():
    it = chat()
    it.do(Marked(1, 0, liked=True))
    it.do(Marked(1, 0, liked=False))
    assert it.dialog.marks == Marks((), ("item-0",))
    it.do(Marked(1, 0, liked=False))
    assert it.dialog.marks == Marks()


def test_words_take_tapped_marks_along_and_never_refine_what_is_disliked():
    it = chat()
    it.do(Marked(1, 1, liked=True))
    it.do(Marked(1, 2, liked=False))
    turn = it.do(TextSent("in blue")).turn
    assert turn.request.query == ComposedQuery(ItemReference("item-1"), "in blue")
    assert turn.marks == Marks(("item-1",), ("item-2",))
    it.do(Marked(2, 0, liked=True))
    it.do(Restarted())
    assert it.do(TextSent("in green")).turn.marks == Marks()


def test_the_dial_turns_step_by_step_and_knows_second_taps():
    it = chat("a red dress", "the first one but longer")
    seen = []
    for position in (1, 2):
        request = it.do(DialTurned(it.current.number, position))
        assert isinstance(request, Search)
        seen.append(weighted(request.turn.ledger, request.turn.marks, request.turn.dial)[-1].query.lean)
        assert (request.turn.base, request.turn.dial) == (1, position)
        assert it.do(DialTurned(it.current.number, position)) == Refuse(Notice.ALREADY_DONE)
    assert seen == [LEANS[1], LEANS[2]]
    assert it.do(DialTurned(2, 2)) == Refuse(Notice.ALREADY_DONE)
    assert it.do(DialTurned(1, 1)) == Refuse(Notice.EXPIRED)
    assert it.do(TextSent("shorter")).turn.dial == 0


def test_the_steps_of_the_dial_go_one_way():
    assert [LEANS[position] for position in range(-MOST, MOST + 1)] == sorted(LEANS.values())
    assert LEANS[0] == 0


def test_near_duplicates_count_as_shown_and_are_a_page_on_tap():
    it = chat()
    turn = it.current
    page = replace(turn.pages[0], similar=(("twin-1", "twin-2"), *((),) * 5))
    it.dialog = it.dialog.with_turn(replace(turn, pages=(page,)))
    assert {"twin-1", "twin-2"} <= set(it.current.covered)
    assert {"twin-1", "twin-2"} <= set(it.do(TextSent("the first one but longer")).turn.seen)
    request = it.do(DuplicatesAsked(1, 0))
    assert isinstance(request, ShowItems)
    assert request.item_ids == ("twin-1", "twin-2")
    it.dialog = it.dialog.with_page(request.turn, Page(("twin-1",)))
    assert it.do(DuplicatesAsked(1, 0)).item_ids == ("twin-2",)
    it.dialog = it.dialog.with_page(it.current, Page(("twin-2",)))
    assert it.do(DuplicatesAsked(1, 0)) == Refuse(Notice.ALREADY_DONE)
    assert it.do(DuplicatesAsked(1, 1)) == Refuse(Notice.ALREADY_DONE)
    assert it.do(DuplicatesAsked(7, 0)) == Refuse(Notice.EXPIRED)
    assert it.do(MoreAsked(1, 2)).turn.number == 1


def test_dialogs_stored_before_this_are_read():
    adapter = TypeAdapter(Dialog)
    it = chat("a red dress", "the first one but longer")
    stored = adapter.dump_python(it.dialog, mode="json")
    del stored["marks"]
    for turn in stored["turns"]:
        for name in ("marks", "dial", "kinds"):
            del turn[name]
        for page in turn["pages"]:
            del page["similar"]
        for entry in turn["ledger"]:
            entry["query"].pop("lean", None)
    assert adapter.validate_python(stored) == it.dialog
    it.do(TextSent("more like 1, not 2"))
    assert adapter.validate_json(adapter.dump_json(it.dialog)) == it.dialog
