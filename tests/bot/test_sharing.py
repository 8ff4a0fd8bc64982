"""What of a search travels with a link, and which links are ours."""

import pytest

from bot.dialog import step
from bot.events import SharedOpened
from bot.ledger import Entry
from bot.requests import Search
from bot.sharing import ADAPTER, SharedSearch, shareable
from bot.turns import Dialog, Page, Turn
from retrieval.filter import Filter, PriceTo
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference, TextQuery

PHOTO = PhotoReference(b"0123", "model")
RED = Entry(TextQuery("a red dress"), "a red dress")
BLUE = Entry(ComposedQuery(ItemReference("a"), "in blue"), "in blue")
TURN = Turn(
    7, (RED, BLUE), ("a",), (Page(("b", "c"), (1, 2), 3),), ItemReference("a"), 6, within=Filter((PriceTo(50),))
)


def test_a_search_travels_without_its_messages():
    shared = shareable(TURN, "c")
    assert (shared.turn.pages, shared.turn.base, shared.item_id) == ((), None, "c")
    assert (shared.turn.ledger, shared.turn.seen, shared.turn.within) == (TURN.ledger, TURN.seen, TURN.within)
    assert ADAPTER.validate_python(ADAPTER.dump_python(shared, mode="json")) == shared


@pytest.mark.parametrize(
    "ledger",
    [(Entry(ImageQuery(PHOTO), ""),), (Entry(ComposedQuery(PHOTO, "in red"), "in red"), BLUE)],
)
def test_photos_stay_with_whoever_sent_them(ledger):
    shared = shareable(Turn(3, ledger, reference=PHOTO), "c")
    assert shared.turn.request.query == ImageQuery(ItemReference("c"))
    assert "model" not in str(ADAPTER.dump_python(shared, mode="json"))


def test_an_item_whose_search_is_forgotten_is_shared_by_itself():
    assert shareable(None, "c") == SharedSearch(
        Turn(1, (Entry(ImageQuery(ItemReference("c")), ""),), reference=ItemReference("c")), "c"
    )


def test_opening_a_link_is_a_turn_of_ones_own_dialog():
    dialog = Dialog(turns=(Turn(4, (RED,)),), last_number=9, current=4)
    after, request = step(dialog, SharedOpened(shareable(TURN, "c").turn))
    assert isinstance(request, Search)
    assert request.turn.number == 10
    assert after.turns == dialog.turns
