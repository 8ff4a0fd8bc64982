"""What a turn searches for: one place, so that what is offered, drawn and explained is what was searched."""

from bot.ledger import weighted
from bot.protocols import Gallery
from bot.turns import Turn
from retrieval.query import WeightedQuery


def sought(turn: Turn, gallery: Gallery) -> tuple[WeightedQuery, ...]:
    """Its ledger by its dial, and the pictures marked that are still there; the newest request last."""
    there = frozenset(item.id for item in gallery.items((*turn.marks.liked, *turn.marks.disliked)))
    return weighted(turn.ledger, turn.marks.among(there), turn.dial)
