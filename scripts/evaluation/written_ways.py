"""The ways of fusing that were compared: each makes one list of scores of what pictures and words say of all rows."""

from collections.abc import Callable, Mapping

import numpy as np

from retrieval.fusion import Found, fused, openness, standardised
from retrieval.protocols import Scores
from retrieval.words_channel import Heard

Fuse = Callable[[Scores, Heard], Scores]
"""[n] similarities of the pictures, and what the words say of the same rows -> [n] scores."""


def found_of(pictures: Scores, heard: Heard) -> Found:
    """What the gate is given."""
    both = heard.similarity + heard.named
    similarity = standardised(heard.similarity, heard.similarity)
    return Found(standardised(pictures, pictures), similarity, heard.named, standardised(both, both), len(pictures))


def reciprocal_ranks(constant: int) -> Fuse:
    """Cormack et al., SIGIR 2009: the sum of 1 / (constant + rank)."""

    def fuse(pictures: Scores, heard: Heard) -> Scores:
        lists = (pictures, heard.similarity + heard.named)
        total = sum(1 / (constant + 1 + np.argsort(np.argsort(-scores, kind="stable"))) for scores in lists)
        return np.asarray(total, dtype=np.float32)

    return fuse


def weighted_sum(share: float) -> Fuse:
    """A fixed sum of z-scores."""

    def fuse(pictures: Scores, heard: Heard) -> Scores:
        found = found_of(pictures, heard)
        return (1 - share) * found.pictures + share * found.both

    return fuse


def gate(pictures: Scores, heard: Heard) -> Scores:
    """The learnt gate, as it is used."""
    found = found_of(pictures, heard)
    return fused(found, openness(found))


WAYS: Mapping[str, Fuse] = {
    "pictures_alone": lambda pictures, heard: pictures,
    "sentences_alone": lambda pictures, heard: heard.similarity,
    "words_alone": lambda pictures, heard: heard.similarity + heard.named,
    "reciprocal_ranks_10": reciprocal_ranks(10),
    "reciprocal_ranks_60": reciprocal_ranks(60),
    "weighted_sum_0.3": weighted_sum(0.3),
    "weighted_sum_0.5": weighted_sum(0.5),
    "weighted_sum_0.7": weighted_sum(0.7),
    "gate": gate,
}
