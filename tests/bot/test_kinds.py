"""Which kind? Offered where it helps, chosen by a tap, and never in the way of the album."""

from dataclasses import replace

from bot import texts
from bot.album import render
from bot.events import HitChosen, MoreAsked, TextSent
from bot.judgements import KindChosen, KindsAsked
from bot.kinds import asking, kinds_row, offered
from bot.marks import Marks
from bot.notices import Notice
from bot.requests import Refuse, Search, ShowItems
from bot.turns import Page
from retrieval.filter import Filter, InCategory
from retrieval.item_table import Item
from retrieval.kinds import Kind
from tests.bot.shop import VOCABULARY
from tests.bot.stepping import Chat

NAMED = (Kind("dress", ("a", "b")), Kind("skirt", ("c", "d")))
UNNAMED = (Kind("", ("a", "b")), Kind("", ("c", "d")))


def asked(kinds, text="something striped"):
    it = Chat(VOCABULARY)
    it.do(TextSent(text))
    it.dialog = it.dialog.with_turn(replace(it.current, kinds=kinds))
    return it


def labels(rows):
    return [[button.label for button in row] for row in rows]


def test_categories_are_one_row_of_buttons_and_a_tap_is_a_filter():
    it = asked(NAMED)
    assert labels(kinds_row(it.current)) == [["dress", "skirt"]]
    request = it.do(KindChosen(1, 1))
    assert isinstance(request, Search)
    assert request.turn.within == Filter((InCategory("skirt"),))
    assert (request.turn.request.text, request.turn.kinds) == ("something striped", ())
    assert it.do(KindChosen(1, 1)) == Refuse(Notice.ALREADY_DONE)
    assert it.do(KindChosen(1, 0)).turn.within == Filter((InCategory("dress"),))


def test_groups_without_a_name_are_a_page_of_tiles_whose_numbers_choose_them():
    it = asked(UNNAMED)
    assert labels(kinds_row(it.current)) == [[texts.BUTTON_KINDS]]
    request = it.do(KindsAsked(1))
    assert request == ShowItems(it.current, ("a", "c"))
    tiles = tuple(Item(item_id, "/x", item_id, {}) for item_id in request.item_ids)
    album = asking(it.current, render(it.current, tiles, 1))
    assert [button.press for button in album.keyboard[0]] == [KindChosen(1, 0), KindChosen(1, 1)]
    assert album.control == texts.WHICH_KIND
    assert any(button.press == MoreAsked(1, 1) for button in album.keyboard[1])
    it.dialog = it.dialog.with_page(it.current, Page(("a", "c")))
    assert it.do(KindsAsked(1)) == Refuse(Notice.ALREADY_DONE)

    request = it.do(KindChosen(1, 1))
    assert request == ShowItems(request.turn, ("c", "d"))
    assert request.turn.marks == Marks(("c", "d"))
    it.dialog = it.dialog.with_page(request.turn, Page(("c", "d")))
    assert it.do(KindChosen(1, 1)) == Refuse(Notice.ALREADY_DONE)
    assert it.do(MoreAsked()).turn.marks == Marks(("c", "d"))


def test_ordinary_albums_keep_their_numbers():
    it = asked(UNNAMED)
    shown = tuple(Item(item_id, "/x", item_id, {}) for item_id in ("a", "b", "c"))
    album = asking(it.current, render(it.current, shown, 1))
    assert all(isinstance(button.press, HitChosen) for button in album.keyboard[0])


def test_groups_that_are_gone_are_refused():
    it = asked(())
    assert kinds_row(it.current) == ()
    assert it.do(KindsAsked(1)) == Refuse(Notice.EXPIRED)
    assert it.do(KindChosen(1, 0)) == Refuse(Notice.EXPIRED)
    assert it.do(KindChosen(9, 0)) == Refuse(Notice.EXPIRED)


def test_who_names_a_kind_a_picture_or_a_category_is_not_asked():
    it = asked(())
    assert offered(it.current, NAMED, VOCABULARY) == NAMED
    assert offered(it.current, UNNAMED, VOCABULARY) == UNNAMED
    assert offered(replace(it.current, within=Filter((InCategory("dress"),))), NAMED, VOCABULARY) == ()
    assert offered(replace(it.current, marks=Marks(("a",))), NAMED, VOCABULARY) == ()
    assert offered(asked((), "a red dress").current, NAMED, VOCABULARY) == ()
    it.do(TextSent("the first one but longer"))
    assert offered(it.current, NAMED, VOCABULARY) == ()
