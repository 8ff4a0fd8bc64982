"""The kinds that the hits of a search fall into: by the catalogue's categories where there are some, else by looks."""

from collections.abc import Sequence

from bot.closeness import is_close
from bot.vocabulary import Vocabulary
from retrieval.embedding import normalize
from retrieval.kinds import Kind, by_category, by_looks
from retrieval.query import Hit
from retrieval.snapshot import Snapshot


def kinds_among(hits: Sequence[Hit], snapshot: Snapshot, vocabulary: Vocabulary) -> tuple[Kind, ...]:
    """Of the close ones of some hits that differ; none where there are no clear ones."""
    close = [hit.item_id for hit in hits if is_close(hit)]
    if vocabulary.categories:
        found = snapshot.find_all(close)
        ids = [item_id for item_id in close if item_id in found]
        return by_category(ids, [found[item_id].category for item_id in ids])
    rows = snapshot.rows(close)
    return by_looks([*rows], normalize(snapshot.features([*rows.values()]))) if rows else ()
