"""The figures of the two protocols, in percent as the field reports them.

FashionIQ, original protocol: one gallery for each category, the whole split file; the reference is NOT taken out of the
ranking. Recall at 10 and 50 by category, and the mean over the three categories.

FashionIQ, "VAL" protocol (TG-CIR, DQU-CIR and others): the gallery is only what occurs as a reference or target of the
validation requests, and the reference IS taken out. It comes out 7 to 9 points higher; never put both into one table.

CIRR: the whole gallery without the reference, recall at 1, 5, 10 and 50; among the five other members of the
reference's set, subset recall at 1, 2 and 3; the headline is the mean of recall at 5 and subset recall at 1.
"""

from collections.abc import Mapping

import numpy as np

from retrieval.protocols import Composition
from scripts.protocols.queries import Queries
from scripts.protocols.ranking import Ranks, recall, subset_ranks, target_ranks

FASHIONIQ_KS = (10, 50)
CIRR_KS = (1, 5, 10, 50)
CIRR_SUBSET_KS = (1, 2, 3)
Figures = dict[str, float]


def fashioniq_recall(categories: Mapping[str, Queries], composition: Composition) -> Figures:
    """`recall_at_10`, `recall_at_50` (means over categories), `headline` (their mean), and `<category>.recall_at_…`."""
    return _by_category({name: _ranks(queries, composition) for name, queries in categories.items()})


def fashioniq_val_union_recall(categories: Mapping[str, Queries], composition: Composition) -> Figures:
    """The same figures under the "VAL" protocol; see the module."""
    return _by_category({name: _ranks_in_union(queries, composition) for name, queries in categories.items()})


def cirr_recall(queries: Queries, composition: Composition) -> Figures:
    """`recall_at_1` … `recall_at_50`, `recall_subset_at_1` … `recall_subset_at_3`, `headline`."""
    if queries.targets is None or queries.members is None:
        raise ValueError("This split of CIRR has no targets: write the server's files instead.")
    factors, gallery = queries.compose(composition), queries.gallery
    ranks = target_ranks(factors, gallery, queries.targets, removed=queries.references)
    ranks_in_set = subset_ranks(factors, gallery, queries.members, queries.targets)
    figures = {f"recall_at_{k}": recall(ranks, k) for k in CIRR_KS}
    figures |= {f"recall_subset_at_{k}": recall(ranks_in_set, k) for k in CIRR_SUBSET_KS}
    return figures | {"headline": (figures["recall_at_5"] + figures["recall_subset_at_1"]) / 2}


def _ranks(queries: Queries, composition: Composition) -> Ranks:
    if queries.targets is None:
        raise ValueError("This split of FashionIQ has no targets.")
    return target_ranks(queries.compose(composition), queries.gallery, queries.targets)


def _ranks_in_union(queries: Queries, composition: Composition) -> Ranks:
    if queries.targets is None:
        raise ValueError("This split of FashionIQ has no targets.")
    union = np.union1d(queries.references, queries.targets)
    targets, references = np.searchsorted(union, queries.targets), np.searchsorted(union, queries.references)
    return target_ranks(queries.compose(composition), queries.gallery[union], targets, removed=references)


def _by_category(ranks: Mapping[str, Ranks]) -> Figures:
    figures: Figures = {}
    for k in FASHIONIQ_KS:
        shares = {name: recall(found, k) for name, found in ranks.items()}
        figures[f"recall_at_{k}"] = float(np.mean(list(shares.values())))
        figures |= {f"{name}.recall_at_{k}": share for name, share in shares.items()}
    return {"headline": float(np.mean([figures[f"recall_at_{k}"] for k in FASHIONIQ_KS]))} | figures
