"""Searches that are shared by a link: what of a turn travels, and the links."""

import logging
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from bot.deep_links import is_payload
from bot.ledger import Entry
from bot.turns import FORMAT, Turn
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference
from storage.errors import StoredDataInvalid
from storage.shared import SharedValues

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SharedSearch:
    """A search that can be opened by a link.

    Attributes:
        turn: without its pages; whoever opens it gets the first one.
        item_id: what was chosen; nothing yet where inline mode leads to the chat.
    """

    turn: Turn
    item_id: str | None
    format: int = FORMAT


ADAPTER: TypeAdapter[SharedSearch] = TypeAdapter(SharedSearch)


def shareable(turn: Turn | None, item_id: str) -> SharedSearch:
    """What of a turn others may open. Photos that people sent stay with them: then it is pictures like the item."""
    like_item = Entry(ImageQuery(ItemReference(item_id)), "")
    if turn is None:
        return SharedSearch(Turn(1, (like_item,), reference=ItemReference(item_id)), item_id)
    private = isinstance(turn.reference, PhotoReference) or any(_has_photo(entry) for entry in turn.ledger)
    if private or turn.drawn:  # what was drawn for one person says nothing to another
        turn = replace(turn, ledger=(like_item,), reference=ItemReference(item_id))
    return SharedSearch(replace(turn, pages=(), base=None, drawn=0, offered=()), item_id)


def _has_photo(entry: Entry) -> bool:
    query = entry.query
    return isinstance(query, ComposedQuery | ImageQuery) and isinstance(query.reference, PhotoReference)


class SharedSearches:
    """Shared searches by their links."""

    def __init__(self, values: SharedValues[SharedSearch], username: str) -> None:
        """`username` is the bot's, without the @."""
        self._values = values
        self._username = username

    async def link(self, user: int, shared: SharedSearch) -> str:
        """Keep a search that a user shares, and make the link that opens it. Raises StorageUnavailable."""
        return self.address(await self.put(user, shared))

    async def put(self, user: int, shared: SharedSearch) -> str:
        """Keep a search that a user shares; the payload of its link. Raises StorageUnavailable."""
        return await self._values.put(user, shared)

    def address(self, payload: str) -> str:
        """The link with a payload."""
        return f"https://t.me/{self._username}?start={payload}"

    async def open(self, payload: str) -> SharedSearch | None:
        """The search behind a link's payload, None for one that was never made here or has expired.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        if not is_payload(payload):
            logger.info("A deep link of %d characters was refused: no form of ours", len(payload))
            return None
        try:
            shared = await self._values.get(payload)
        except StoredDataInvalid as error:
            logger.warning("A shared search is passed over: %s", error)
            return None
        if shared is None or shared.format != FORMAT:
            logger.info("A deep link was refused: nothing is shared under it")
            return None
        return shared
