"""What is made of hits before they are shown: near-duplicates count once, and what is left may fall into kinds."""

from dataclasses import replace

import numpy as np

from bot.closeness import is_close
from bot.vocabulary import Vocabulary
from retrieval.kinds import by_category, by_looks
from retrieval.near_duplicates import collapsed, embeddings_of
from retrieval.searcher import SearchResult
from retrieval.snapshot import Snapshot


def looked_through(result: SearchResult, snapshot: Snapshot, vocabulary: Vocabulary, for_kinds: bool) -> SearchResult:
    """The hits that differ; with `for_kinds`, the close ones of them divided: by category where there are any."""
    distinct = collapsed(result, snapshot)
    close = [hit.item_id for hit in distinct.hits if is_close(hit)] if for_kinds else []
    found = snapshot.find_all(close)
    if not found:
        return distinct
    ids = [item_id for item_id in close if item_id in found]
    if vocabulary.categories:
        return replace(distinct, kinds=by_category(ids, [found[item_id].category for item_id in ids]))
    vectors = embeddings_of(ids, snapshot)
    return replace(distinct, kinds=by_looks(ids, np.stack([vectors[item_id] for item_id in ids])))
