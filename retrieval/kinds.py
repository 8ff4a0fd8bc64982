"""Whether the hits of a search fall into clear groups, so that a person can be asked which kind they mean.

Where the catalogue names categories, these are the groups. Elsewhere the embeddings of the hits are clustered, as the
map of SOMHunter does for a whole screen: spherical k-means (Dhillon and Modha, 2001) from the first hit and the ones
furthest from it, so that the same hits give the same groups, and the number of groups with the best mean silhouette
(Rousseeuw, 1987). They are clear from `CLEAR` on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.clusters import silhouette
from retrieval.protocols import Embeddings
from retrieval.spherical_kmeans import Labels, spherical_kmeans

FEW = 5
"""Hits that make a group."""
STAND_FOR_IT = 6
"""Hits of a group that are remembered: a page of them."""
MAX_KINDS = 4
CLEAR = 0.45
"""Mean silhouette of groups that people would tell apart; `docs/quality.md` has what it was read off."""
_MOSTLY = 0.75
"""With so large a share of the hits one category is what was asked for, and the others are strays."""
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of hits.

    Attributes:
        name: of the category; empty where nobody has a name for it.
        items: ids of its best hits, best first, at most `STAND_FOR_IT`; the first stands for the others.
    """

    name: str
    items: tuple[str, ...]


def by_category(item_ids: Sequence[str], categories: Sequence[str | None]) -> tuple[Kind, ...]:
    """The categories of hits, best first, largest group first; none where one of them is nearly everything."""
    groups: dict[str, list[str]] = {}
    for item_id, category in zip(item_ids, categories, strict=True):
        if category:
            groups.setdefault(category, []).append(item_id)
    large = {name: found for name, found in groups.items() if len(found) >= FEW}
    if len(large) < 2 or max(map(len, large.values())) > _MOSTLY * len(item_ids):
        return ()
    order = sorted(large, key=lambda name: -len(large[name]))
    return tuple(Kind(name, tuple(large[name][:STAND_FOR_IT])) for name in order[:MAX_KINDS])


def by_looks(item_ids: Sequence[str], embeddings: Embeddings) -> tuple[Kind, ...]:
    """Clear clusters of hits, best first, by their [n, d] embeddings; none where there are no clear ones."""
    clearest, labels = clearest_clusters(embeddings)
    if clearest < CLEAR:
        return ()
    kinds = []
    for label in dict.fromkeys(labels.tolist()):
        rows = np.flatnonzero(labels == label)
        centre = embeddings[rows].mean(axis=0)
        nearest = rows[np.argsort(-(embeddings[rows] @ centre), kind="stable")][:STAND_FOR_IT]
        kinds.append(Kind("", tuple(item_ids[row] for row in nearest.tolist())))
    return tuple(kinds)


def clearest_clusters(embeddings: Embeddings) -> tuple[float, Labels]:
    """The best mean silhouette of 2 to `MAX_KINDS` clusters of at least `FEW` rows, and the cluster of each row.

    0 and one cluster where the rows cannot be divided so.
    """
    best, labels = 0.0, np.zeros(len(embeddings), dtype=np.int64)
    distances = (1 - embeddings @ embeddings.T).astype(float)
    for count in range(2, MAX_KINDS + 1):
        if len(embeddings) < count * FEW:
            break
        found = _clusters(embeddings, count)
        if np.bincount(found, minlength=count).min() < FEW:
            continue
        score = silhouette(distances, found)
        if score > best:
            best, labels = score, found
    return best, labels


def _clusters(embeddings: Embeddings, count: int) -> Labels:
    centres = [embeddings[0]]
    for _ in range(count - 1):
        centres.append(embeddings[int(np.argmin(np.max(embeddings @ np.stack(centres).T, axis=1)))])
    return spherical_kmeans(embeddings, np.stack(centres), _ROUNDS)[1]
