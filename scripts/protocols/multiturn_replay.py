"""Replays recorded sessions through the bot's own ledger, and ranks the whole gallery at each turn."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from tqdm import tqdm

from bot.ledger import Entry, live
from retrieval.embedding import normalize
from retrieval.errors import ReferenceUnknown
from retrieval.exact_index import ExactIndex
from retrieval.protocols import Composition, Encoder, Features, Rows
from retrieval.query import ComposedQuery, ItemReference, WeightedQuery
from retrieval.searcher import Searcher
from scripts.protocols.multiturn import Session
from scripts.protocols.pictures import Pictures

HIT = 10
Weigh = Callable[[tuple[Entry, ...]], Sequence[WeightedQuery]]
"""A ledger, newest last -> the queries that are searched for."""


class PictureCollection:
    """A dataset's pictures as the collection that a `Searcher` searches."""

    def __init__(self, pictures: Pictures) -> None:
        self._names = pictures.names
        self._rows: Mapping[str, int] = pictures.rows()
        self._features = pictures.features

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._names)

    def row(self, item_id: str) -> int:
        """Row of a picture. Raises ReferenceUnknown."""
        if item_id not in self._rows:
            raise ReferenceUnknown(f"There is no picture {item_id} among these.")
        return self._rows[item_id]

    def rows(self, item_ids: Collection[str]) -> Mapping[str, int]:
        """Row of each of these pictures that is there."""
        return {item_id: self._rows[item_id] for item_id in item_ids if item_id in self._rows}

    def ids(self, rows: Sequence[int]) -> Sequence[str]:
        """Names of the pictures of some rows."""
        return [self._names[row] for row in rows]

    def features(self, rows: Rows | Sequence[int]) -> Features:
        """Raw features of some rows."""
        found: Features = self._features[np.asarray(rows, dtype=np.int64)]
        return found


def open_searcher(encoder: Encoder, composition: Composition, pictures: Pictures) -> Searcher:
    """A searcher over all of the pictures, by brute force."""
    index = ExactIndex(encoder.dimension)
    index.add(normalize(pictures.features))
    return Searcher(encoder, composition, index, PictureCollection(pictures))


def replayable(sessions: Sequence[Session], pictures: Pictures) -> list[Session]:
    """Those whose references are there, and at least one target that is not also a reference of theirs."""
    there = set(pictures.names)
    return [
        session
        for session in sessions
        if all(turn.reference in there for turn in session.turns) and _targets(session) & there
    ]


def ranks_by_turn(searcher: Searcher, sessions: Sequence[Session], weigh: Weigh, what: str) -> list[list[int]]:
    """For each session the rank of its best target after each turn, from 1, in the whole collection.

    The references of all turns so far are left out of the ranking, whether or not earlier turns count: the person has
    seen them.
    """
    return [_ranks(searcher, session, weigh) for session in tqdm(sessions, desc=what, unit="session")]


def figures(ranks: Sequence[Sequence[int]]) -> dict[str, float]:
    """`hits10_turn1` … (shares, cumulative), `mean_rank_turn1` …, and `mean_rank` after the last turn.

    A session counts as a hit from the first turn on whose ten best pictures hold a target, also past its own end;
    `mean_rank_turn<t>` is over the sessions that have a turn t.
    """
    metrics: dict[str, float] = {}
    for turn in range(1, max(map(len, ranks)) + 1):
        metrics[f"hits10_turn{turn}"] = float(np.mean([min(found[:turn]) <= HIT for found in ranks]))
        metrics[f"mean_rank_turn{turn}"] = float(np.mean([found[turn - 1] for found in ranks if len(found) >= turn]))
    return metrics | {"mean_rank": float(np.mean([found[-1] for found in ranks]))}


def _ranks(searcher: Searcher, session: Session, weigh: Weigh) -> list[int]:
    targets = _targets(session)
    ledger: tuple[Entry, ...] = ()
    ranks, seen = [], set[str]()
    for turn in session.turns:
        ledger = live(ledger, Entry(ComposedQuery(ItemReference(turn.reference), turn.caption), turn.caption))
        seen.add(turn.reference)
        hits = searcher.search(weigh(ledger), len(searcher.snapshot), seen).hits
        ranks.append(next(place for place, hit in enumerate(hits, start=1) if hit.item_id in targets))
    return ranks


def _targets(session: Session) -> set[str]:
    return set(session.targets) - {turn.reference for turn in session.turns}
