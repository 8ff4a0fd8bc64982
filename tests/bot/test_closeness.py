"""The good hits are shown, the weak ones are offered, and nobody is sent away empty twice."""

from hypothesis import given
from hypothesis import strategies as st

from bot.album import render, render_offer
from bot.callback_data import pack, unpack
from bot.closeness import is_close, select
from bot.dialog import step
from bot.events import MoreAsked, Restarted, TextSent, Undone, WeakAsked
from bot.ledger import Entry
from bot.notices import Notice
from bot.requests import NextPage, Refuse, ShowTurn
from bot.turns import Dialog, Page, Turn
from retrieval.item_table import Item
from retrieval.query import ComposedQuery, Hit, ImageQuery, ItemReference, PhotoReference, TextQuery

strengths = st.lists(st.none() | st.floats(0.01, 0.99), max_size=12)
WORDS = TextQuery("a purple dress")
CHANGE = ComposedQuery(ItemReference("a"), "in purple")
PHOTO = ImageQuery(PhotoReference(b"", ""))
SIMILAR = ImageQuery(ItemReference("a"))
ENTRY = Entry(WORDS, "a purple dress")


def hits(*strengths):
    return tuple(Hit(f"item-{place}", 1 - place / 100, strength) for place, strength in enumerate(strengths))


@given(st.sampled_from([WORDS, CHANGE, PHOTO, SIMILAR]), strengths, st.integers(1, 10), st.booleans(), st.booleans())
def test_what_is_shown_is_found_in_order_and_the_rest_is_counted(query, found, size, weak_wanted, asked_for_more):
    result = hits(*found)
    selection = select(query, result, size, weak_wanted, asked_for_more)
    assert [hit for hit in result if hit in selection.shown] == list(selection.shown)
    if weak_wanted or (asked_for_more and result):
        assert bool(selection.shown) == bool(result)
    if selection.withheld:
        assert all(is_close(hit) for hit in selection.shown)
        assert not weak_wanted
    assert selection.withheld <= size
    assert bool(result) == bool(selection.shown or selection.withheld)


def test_three_good_and_seven_weak():
    selection = select(WORDS, hits(0.9, 0.8, 0.2, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), 10, False, False)
    assert [hit.strength for hit in selection.shown] == [0.9, 0.8, 0.7]
    assert selection.withheld == 7


def test_without_strengths_everything_is_shown_as_ever():
    assert select(WORDS, hits(None, None, None), 2, False, False).shown == hits(None, None, None)


def test_good_ones_further_down_fill_the_page_and_every_weak_one_on_it_is_counted():
    selection = select(CHANGE, hits(0.9, 0.1, 0.2, 0.8), 3, False, False)
    assert [hit.strength for hit in selection.shown] == [0.9, 0.8]
    assert selection.withheld == 2


def test_what_is_like_a_picture_is_not_divided():
    found = hits(0.9, 0.1, 0.2)
    for query in (PHOTO, SIMILAR):
        assert select(query, found, 3, False, False).shown == found
    assert select(PHOTO, hits(0.1, 0.2), 3, False, False).shown == ()
    assert select(SIMILAR, hits(0.1, 0.2), 3, False, False).shown == hits(0.1, 0.2)


def test_when_nothing_is_close_the_page_is_empty_until_it_is_asked_for():
    assert select(WORDS, hits(0.1, 0.2), 6, False, False).shown == ()
    for asked in ({"weak_wanted": True, "asked_for_more": False}, {"weak_wanted": False, "asked_for_more": True}):
        selection = select(WORDS, hits(0.1, 0.2), 6, **asked)
        assert len(selection.shown) == 2
        assert selection.far


def test_an_album_offers_what_was_withheld():
    items = tuple(Item(str(number), "/x", "0") for number in range(3))
    album = render(Turn(4, (ENTRY,)), items, 0, withheld=7)
    assert "3 good, 7 weak" in album.control
    offered = [button for row in album.keyboard for button in row if isinstance(button.press, WeakAsked)]
    assert [(button.label, button.press) for button in offered] == [("Show 7 weak anyway", WeakAsked(4, 1))]
    single = render(Turn(4, (ENTRY,)), items[:1], 0, withheld=5)
    assert "1 good, 5 weak" in single.control
    assert any(isinstance(button.press, WeakAsked) for row in single.keyboard for button in row)
    assert "nearest" in render(Turn(4, (ENTRY,)), items, 0, far=True).control


def test_an_offer_names_what_was_asked_for_and_leads_on():
    offer = render_offer(Turn(2, (Entry(TextQuery("a <purple> dress"), "a <purple> dress"),)))
    assert "Nothing close to" in offer.text
    assert "a &lt;purple&gt; dress" in offer.text
    presses = [button.press for row in offer.keyboard for button in row]
    assert presses == [WeakAsked(2, 0), Undone(2), Restarted()]
    assert [unpack(pack(2**40, press)).press for press in presses] == presses


def dialog_with(*pages, turns=()):
    turn = Turn(2, (ENTRY,), pages=tuple(pages))
    return Dialog(turns=(*turns, turn), last_number=2, current=2)


def test_show_anyway_goes_on_with_the_same_turn_once():
    dialog = dialog_with()
    after, request = step(dialog, WeakAsked(2, 0))
    assert isinstance(request, NextPage)
    assert request.turn.weak_wanted
    shown = after.with_page(request.turn, Page(("a", "b"), (1, 2), 3))
    assert shown.turn(2).weak_wanted
    assert step(shown, WeakAsked(2, 0))[1] == Refuse(Notice.ALREADY_DONE)
    assert step(dialog, WeakAsked(9, 0))[1] == Refuse(Notice.EXPIRED)
    partly = dialog_with(Page(("a", "b"), (1, 2), 3))
    assert step(partly, WeakAsked(2, 1))[1].turn.weak_wanted
    assert step(partly, WeakAsked(2, 0))[1] == Refuse(Notice.ALREADY_DONE)


def test_more_after_nothing_close_shows_the_nearest():
    assert step(dialog_with(), TextSent("more"))[1].turn.weak_wanted
    partly = step(dialog_with(Page(("a", "b"), (1, 2), 3)), MoreAsked(2, 0))[1]
    assert not partly.turn.weak_wanted


def test_undo_and_new_words_work_after_nothing_close():
    before = Turn(1, (ENTRY,), pages=(Page(("a", "b"), (1, 2), 3),))
    dialog = dialog_with(turns=(before,))
    after, request = step(dialog, Undone(2))
    assert request == ShowTurn(before)
    assert after.current == 1
    again, request = step(dialog, TextSent("a blue hat"))
    assert request.turn.number == 3
    assert again.turns == dialog.turns
    assert step(dialog_with(), TextSent("the second one"))[1] == Refuse(Notice.NO_SUCH_PICTURE)


def test_a_turn_that_showed_nothing_is_undone_to_and_kept_once():
    nothing = Turn(1, (ENTRY,))
    later = Turn(2, (ENTRY,), pages=(Page(("a", "b"), (1, 2), 3),), reference=ItemReference("a"))
    dialog = Dialog().with_turn(nothing).with_turn(nothing)
    assert dialog.turns == (nothing,)
    dialog = dialog.with_page(replaced_pages(later), later.pages[0])
    assert step(dialog, Undone(2))[1] == ShowTurn(nothing)


def replaced_pages(turn):
    return Turn(turn.number, turn.ledger, reference=turn.reference)
