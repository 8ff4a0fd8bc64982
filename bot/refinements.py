"""The two or three refinements offered under a picture: each has been searched for, exactly as a tap on it will."""

import asyncio
import logging

from bot.category_rule import kept_to_category
from bot.changes import Change
from bot.closeness import is_close
from bot.filter_words import Said
from bot.next_turns import refining
from bot.protocols import Gallery
from bot.sought import sought
from bot.turns import Chosen, Dialog, Turn
from retrieval.errors import RetrievalError
from retrieval.query import Hit, ItemReference

logger = logging.getLogger(__name__)

WANTED = 3
"""Offered at most."""
MAX_TRIED = 6
"""Searches for one picture."""
MIN_CLOSE = 3
"""Pictures of an album that have to be what was asked for."""
PATIENCE_S = 1.0
"""A card that has waited so long is shown with what has been found until then."""


class Refinements:
    """Tries changes of a picture."""

    def __init__(self, gallery: Gallery, album_size: int) -> None:
        self._gallery = gallery
        self._album_size = album_size

    async def of(self, dialog: Dialog, turn: Turn, position: int) -> tuple[str, ...]:
        """Words that refine the picture of that position and find something; none where that cannot be known."""
        reference = ItemReference(turn.shown[position])
        chosen = Chosen(reference, turn.number)
        good: list[Change] = []
        changes: tuple[Change, ...] = ()

        async def attempt(change: Change) -> None:
            if await self._brings(change, dialog, chosen):
                good.append(change)

        try:
            # Searches that still wait when it is over are never made: under load the extras go first.
            async with asyncio.timeout(PATIENCE_S):
                changes = (await self._gallery.changes(reference.item_id))[:MAX_TRIED]
                untried = changes
                while untried and (missing := WANTED - len(good)):
                    tried, untried = untried[:missing], untried[missing:]
                    # At once, so that the worker answers them together.
                    await asyncio.gather(*map(attempt, tried))
        except TimeoutError:
            logger.info("A card is shown with the refinements that were tried in time: %d", len(good))
        except RetrievalError as error:  # the card matters more than what could be done with its picture
            logger.info("Refinements are left out: %s", error)
        return tuple(change.text for change in changes if change in good)

    async def _brings(self, change: Change, dialog: Dialog, chosen: Chosen) -> bool:
        """Whether a search for a change of the picture finds it. Raises RetrievalError."""
        said = Said(change.text, change.text)
        made = kept_to_category(refining(dialog, chosen, said)[1], self._gallery)
        result = await self._gallery.search(sought(made, self._gallery), self._album_size, made.seen, made.within)
        return not result.repeated and self._good(change, result.hits)

    def _good(self, change: Change, hits: tuple[Hit, ...]) -> bool:
        if not change.column and any(hit.strength is None for hit in hits):
            return False  # nobody can tell
        close = [hit.item_id for hit in hits if is_close(hit)]
        vocabulary = self._gallery.vocabulary
        fitting = [item for item in self._gallery.items(close) if change.fits(item, vocabulary)]
        return len(fitting) >= MIN_CLOSE
