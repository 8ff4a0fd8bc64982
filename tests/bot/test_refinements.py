"""A card shows the refinements that were tried in time, in the order in which they were proposed."""

import asyncio
from dataclasses import replace

from bot.changes import Change
from bot.conversation import Conversation
from bot.events import TextSent
from bot.latest import Latest
from bot.refinements import Refinements
from retrieval.errors import SearchOverloaded
from retrieval.query import ComposedQuery
from tests.bot.test_paging import ALBUM, ANN, Screen, Shelf, Window

NAMES = [f"{colour} {kind}" for colour in ("red", "blue") for kind in ("dress", "coat") for _ in range(3)]


class Tried(Shelf):
    """A collection that proposes these changes, finds something close for each, and answers some only in a while."""

    def __init__(self, proposed, slow=(), seconds=0.0):
        super().__init__(NAMES, copies=False)
        self.proposed = proposed
        self.slow = slow
        self.seconds = seconds
        self.given_up = []

    async def changes(self, item_id):
        return tuple(map(Change, self.proposed))

    async def search(self, queries, k, exclude, within):
        query = queries[-1].query
        caption = query.relative_caption if isinstance(query, ComposedQuery) else ""
        try:
            await asyncio.sleep(self.seconds if caption in self.slow else 0)
        except asyncio.CancelledError:
            self.given_up.append(caption)
            raise
        found = await super().search(queries, k, exclude, within)
        return replace(found, hits=tuple(replace(hit, strength=1.0) for hit in found.hits))


async def refinements(shelf):
    screen = Screen()
    conversation = Conversation(screen, shelf, Window(screen), None, ALBUM, lambda request, dialog: None, Latest())
    await conversation.advance(ANN, TextSent("red dress"))
    dialog = screen.dialog
    return await Refinements(shelf, ALBUM).of(dialog, dialog.turn(dialog.current), 0)


async def test_they_keep_the_order_in_which_they_were_proposed():
    assert await refinements(Tried(["blue", "long", "striped"], ["blue"], 0.05)) == ("blue", "long", "striped")


async def test_what_takes_too_long_is_left_out_and_not_searched_for_any_more():
    shelf = Tried(["blue", "long", "striped"], ["long"], 60)
    assert await refinements(shelf) == ("blue", "striped")
    assert shelf.given_up == ["long"]


async def test_a_search_that_is_refused_costs_the_card_nothing():
    class Full(Tried):
        async def changes(self, item_id):
            raise SearchOverloaded("too many")

    assert await refinements(Full(["blue"])) == ()
