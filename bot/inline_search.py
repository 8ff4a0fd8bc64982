"""What an inline query finds: the close hits for its words, page by page. Knows no Telegram."""

from dataclasses import dataclass

from bot.closeness import is_close
from bot.dialog import step
from bot.events import WordsOpened
from bot.ledger import weighted
from bot.protocols import Gallery
from bot.requests import Search
from bot.turns import Dialog, Turn
from retrieval.item_table import Item

PAGE = 12
MAX_HITS = 96
"""Nobody scrolls further; each page searches for all that come before it, too."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the hits for a query.

    Attributes:
        turn: the search, as a chat would begin it; None for words that are none.
        next_offset: where the next page begins; None after the last.
    """

    turn: Turn | None = None
    items: tuple[Item, ...] = ()
    next_offset: int | None = None


async def find(gallery: Gallery, text: str, offset: int) -> Found:
    """The hits from number `offset` on.

    Raises:
        retrieval.errors.RetrievalError, storage.errors.StorageError: it cannot be searched now.
    """
    _, request = step(Dialog(), WordsOpened(text), gallery.vocabulary)
    if not isinstance(request, Search) or not gallery.understands(text) or not 0 <= offset < MAX_HITS:
        return Found()
    turn = request.turn
    result = await gallery.search(weighted(turn.ledger), offset + PAGE + 1, (), turn.within)
    close = [hit.item_id for hit in result.hits if is_close(hit)]
    more = len(close) > offset + PAGE and offset + PAGE < MAX_HITS
    return Found(turn, gallery.items(close[offset : offset + PAGE]), offset + PAGE if more else None)
