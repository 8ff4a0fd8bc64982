"""Replies to a whole page, and going on from another's turn; pure."""

import pytest

from bot.events import Adopted, Restarted, TextSent, WordsOpened
from bot.forking import turn_to_adopt
from bot.ledger import Entry
from bot.notices import Notice
from bot.protocols import Person
from bot.requests import NextPage, Refuse, Search, ShowCard, ShowTurn
from bot.turns import Dialog, Page, Turn
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference, TextQuery
from tests.bot.stepping import Chat


class Group(Chat):
    """A chat whose pages are collages: no message per picture."""

    def page(self, items):
        return Page(items, (), self.next_message())


@pytest.fixture
def group():
    """Two pages of dresses, then hats."""
    chat = Group()
    chat.do(TextSent("a red dress"))
    chat.do(TextSent("more"))
    chat.do(TextSent("a blue hat"))
    return chat


def test_words_in_reply_to_a_page_go_on_from_its_turn(group):
    dresses, others = group.dialog.turns
    request = group.do(TextSent("darker", reply_to=dresses.pages[0].control))
    assert isinstance(request, Search)
    assert [entry.text for entry in request.turn.ledger] == ["a red dress", "darker"]
    assert isinstance(request.turn.request.query, TextQuery)
    assert request.turn.base == dresses.number
    assert not set(request.turn.seen) & set(others.shown)


def test_a_thing_named_by_itself_is_a_new_search(group):
    request = group.do(TextSent("a black bag", reply_to=group.dialog.turns[0].pages[0].control))
    assert [entry.text for entry in request.turn.ledger] == ["a black bag"]


@pytest.mark.parametrize(("page", "said", "position"), [(0, "2", 1), (1, "2", 7), (1, "the last one", 11)])
def test_numbers_mean_the_pictures_of_the_page_replied_to(group, page, said, position):
    dresses = group.dialog.turns[0]
    request = group.do(TextSent(said, reply_to=dresses.pages[page].control))
    assert isinstance(request, ShowCard)
    assert (request.turn.number, request.item_id) == (dresses.number, dresses.shown[position])


def test_a_number_with_words_refines_that_picture(group):
    dresses = group.dialog.turns[0]
    request = group.do(TextSent("3, but in blue", reply_to=dresses.pages[1].control))
    assert request.turn.request.query == ComposedQuery(ItemReference(dresses.shown[8]), "in blue")


def test_more_and_what_is_not_there(group):
    dresses, hats = group.dialog.turns
    assert group.do(TextSent("7", reply_to=dresses.pages[0].control)) == Refuse(Notice.NO_SUCH_PICTURE)
    assert group.do(TextSent("darker", reply_to=999)) == Refuse(Notice.PICTURE_FORGOTTEN)
    assert group.do(TextSent("more", reply_to=dresses.pages[0].control)) == NextPage(dresses)
    assert len(hats.pages) == 1


def test_a_page_that_was_sent_again_is_known_by_both_messages(group):
    hats = group.dialog.turns[1].pages[0].control
    group.do(Restarted())
    group.do(TextSent("undo"))
    again = group.dialog.turns[1].pages[0].control
    assert again != hats
    assert [group.dialog.turn_in(message).number for message in (hats, again)] == [2, 2]


def test_anothers_turn_becomes_the_newest_of_ones_own(group):
    theirs = group.dialog.turns[0]
    mine = Group()
    mine.do(TextSent("a coat"))
    request = mine.do(Adopted(theirs))
    assert isinstance(request, ShowTurn)
    assert (request.turn.number, request.turn.pages) == (2, theirs.pages)
    assert mine.dialog.current == 2
    assert mine.current.pages[-1].items == theirs.pages[-1].items


def test_a_reply_goes_on_from_anothers_turn_or_picture(group):
    theirs = group.dialog.turns[0]
    to_page = Adopted(theirs, said=TextSent("darker", reply_to=theirs.pages[1].control))
    request = Group().do(to_page)
    assert [entry.text for entry in request.turn.ledger] == ["a red dress", "darker"]
    request = Group().do(Adopted(theirs, 4, TextSent("in blue", reply_to=12345)))
    assert request.turn.request.query == ComposedQuery(ItemReference(theirs.shown[4]), "in blue")
    assert Group().do(Adopted(theirs, 99, TextSent("in blue"))) == Refuse(Notice.EXPIRED)


@pytest.mark.parametrize("said", ["new", "undo", "more", "9", "this is it", "thanks", "", "!?", "x" * 301])
def test_words_of_a_link_never_touch_the_dialog_unless_they_are_a_search(group, said):
    before = group.dialog
    assert isinstance(group.do(WordsOpened(said)), Refuse)
    assert group.dialog == before


def test_words_of_a_link_are_a_search_of_its_own(group):
    request = group.do(WordsOpened("darker"))
    assert [entry.text for entry in request.turn.ledger] == ["darker"]
    assert (request.turn.number, request.turn.base) == (3, None)


class Stored:
    """Dialogs by person."""

    def __init__(self, dialogs):
        self.dialogs = dialogs

    async def load(self, person):
        return self.dialogs.get(person, Dialog()), 0


async def test_a_turn_is_looked_for_where_it_was_tapped_and_cut_after_its_page(group):
    ann, ben = Person(-5, 1, 3), Person(-5, 2, 3)
    dialogs = Stored({ann: group.dialog})
    first = group.dialog.turns[0]
    turn = await turn_to_adopt(dialogs, ben, 1, 1, first.pages[0].control)
    assert turn.pages == first.pages[:1]
    assert await turn_to_adopt(dialogs, ben, 1, 99, 0) is None
    for elsewhere in (Person(-5, 2), Person(-5, 2, 4), Person(-6, 2, 3), Person(2, 2)):
        assert await turn_to_adopt(dialogs, elsewhere, 1, 1, first.pages[0].control) is None


async def test_a_photo_is_not_handed_over():
    photo = PhotoReference(b"0123", "model")
    turn = Turn(1, (Entry(ImageQuery(photo), ""),), pages=(Page(("a", "b"), (), 7),), reference=photo)
    dialogs = Stored({Person(-5, 1): Dialog((turn,), 1, 1)})
    adopted = await turn_to_adopt(dialogs, Person(-5, 2), 1, 1, 7)
    assert adopted.request.query == ImageQuery(ItemReference("a"))
    assert (adopted.reference, adopted.shown) == (ItemReference("a"), ("a", "b"))
