"""Why this one? A heat map over a picture, and in words what speaks for it and what is other than in its reference."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.turns import Turn
from retrieval.clip_encoder import ClipEncoder
from retrieval.errors import ReferenceUnknown
from retrieval.explanation import explain_likeness, explain_words
from retrieval.heat_picture import SIDE, heat_picture
from retrieval.item_table import Item
from retrieval.preprocess import open_picture
from retrieval.protocols import Features
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, Reference, TextQuery, WeightedQuery
from retrieval.snapshot import Snapshot
from retrieval.wishes import caption
from retrieval.worker import Worker

_NEVER_CHANGED = frozenset({"id", "path", "image", "file", "filename", "title", "price", "link", "taken"})


@dataclass(frozen=True, slots=True)
class Change:
    """What the catalogue says of the picture, and otherwise of its reference."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a picture was found.

    Attributes:
        drawing: a JPEG of the picture with the heat map.
        words: that the map is of; empty where it shows what is like the reference.
        picture: share of the reference picture in the score, from 0 to 1.
        said: share of the newest words.
        earlier: share of all that was wished for before.
        changes: against the reference.
    """

    drawing: bytes
    words: str
    picture: float
    said: float
    earlier: float
    changes: tuple[Change, ...]


async def explain(
    worker: Worker,
    encoder: ClipEncoder,
    snapshot: Snapshot,
    turn: Turn,
    queries: Sequence[WeightedQuery],
    item: Item,
) -> Explanation:
    """Why `turn` has shown `item`; the model runs on the worker thread, files and drawing on others.

    `queries` are what the turn searched for.

    Raises:
        PictureUnreadable: the item's file cannot be read any more.
        RetrievalError: as `retrieval.worker.Worker.run`.
    """
    query = turn.request.query
    words = "" if isinstance(query, ImageQuery) else turn.request.text or caption([e.text for e in turn.ledger])
    picture = await asyncio.to_thread(open_picture, Path(item.path), enough=SIDE)
    likeness = None if words or isinstance(query, TextQuery) else _features(snapshot, query.reference)
    if likeness is not None:
        features = likeness
        heat = await worker.run(lambda: explain_likeness(encoder, picture, features), "why")
    else:
        heat = await worker.run(lambda: explain_words(encoder, picture, words, item.category), "why")
    drawing = await asyncio.to_thread(heat_picture, picture, heat, encoder.preprocess)
    newest, earlier = await _shares(worker, queries, item)
    part = _picture_share(turn, item)
    changes = _changes(snapshot, turn, item)
    return Explanation(drawing, words, part * newest, (1 - part) * newest, earlier, changes)


async def _shares(worker: Worker, queries: Sequence[WeightedQuery], item: Item) -> tuple[float, float]:
    """Of the newest request, and of what was wished for before."""
    *earlier, newest = await worker.shares(queries, item.id)
    return newest, sum(earlier)


def _picture_share(turn: Turn, item: Item) -> float:
    """Of the newest request, how much is the picture's."""
    match turn.request.query:
        case TextQuery():
            return 0.0
        case ImageQuery():
            return 1.0
        case ComposedQuery():
            shown = turn.shown
            reason = turn.reason(shown.index(item.id)) if item.id in shown else None
            return 0.5 if reason is None or reason.picture_share is None else reason.picture_share


def _features(snapshot: Snapshot, reference: Reference) -> Features:
    """[1, d] raw."""
    if isinstance(reference, ItemReference):
        return snapshot.features([snapshot.row(reference.item_id)])
    features: Features = np.frombuffer(reference.features, dtype="<f4").astype(np.float32)[None]
    return features


def _changes(snapshot: Snapshot, turn: Turn, item: Item) -> tuple[Change, ...]:
    query = turn.request.query
    if not isinstance(query, ComposedQuery) or not isinstance(query.reference, ItemReference):
        return ()
    try:
        before = snapshot.item(query.reference.item_id)
    except ReferenceUnknown:  # gone with a reindexing
        return ()
    known = [key for key in item.metadata if key in before.metadata and key not in _NEVER_CHANGED]
    pairs = [(key, str(before.metadata[key]), str(item.metadata[key])) for key in known]
    return tuple(Change(key, old, new) for key, old, new in pairs if old != new)
