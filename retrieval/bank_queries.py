"""Embeddings of queries as people ask them, to tune and measure an index with: texts and composed requests."""

from collections.abc import Sequence

import numpy as np

from retrieval.calibration import Ask, SampledReferences, query_vectors
from retrieval.item_table import Item
from retrieval.protocols import Embeddings, Features
from retrieval.query import ImageQuery, Query, TextQuery
from retrieval.query_bank import TEXTS, described_queries

_QUERIES = 192
_SEED = 12


def asked_embeddings(items: Sequence[Item], features: Features, ask: Ask) -> Embeddings:
    """[m, d], up to 192: of what the catalogue says of its items, or of the bundled texts where it says too little.

    Args:
        items: n of a sample, see `retrieval.calibration.sample_rows`.
        features: [n, d] raw, theirs.
        ask: runs the model.
    """
    rng = np.random.default_rng(_SEED)
    described = [entry.query for entry in described_queries(items, rng)]
    asked: list[Query] = [query for query in described if not isinstance(query, ImageQuery)]
    if not asked:
        asked = [TextQuery(text) for text in TEXTS]
    chosen = [asked[number] for number in rng.permutation(len(asked))[:_QUERIES]]
    return query_vectors(ask, SampledReferences(items, features), chosen)
