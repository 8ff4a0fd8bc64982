"""How two channels rank together: what pictures show (CLIP), and what is written beside them.

Both scores are made comparable as z-scores, in standard deviations of this query's scores, and added:

    picture's score = z(pictures) + share · z(words),   share = LITTLE + (MUCH - LITTLE) · open

How far the words open is judged per query, by a small logistic gate over what both channels found (`Found`): a search
for a maker finds its name in the titles, while the best pictures are no better than those of any other text. The gate
was learnt on products, makers and wordings that no figure is taken on (`scripts.evaluation.written_gate`); it reads
ratios and standard deviations only, so that it holds for other models. What it won against (reciprocal rank fusion,
Cormack et al., SIGIR 2009; a fixed sum of z-scores) is in `docs/words.md`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Scores

LITTLE, MUCH = 0.2, 4.0
"""Weight of the words where the gate is shut, and where it is open."""
FIRST = 10
"""The best of a channel by which it is judged."""
_TINY = 1e-6

WEIGHTS = np.array([22.52, -17.49, 13.73, -7.28, 28.01, -11.3])
"""In the order of `Found`."""
BIAS = -10.01


@dataclass(frozen=True, slots=True)
class Found:
    """What both channels say of some rows. All float32 [c].

    Attributes:
        pictures: similarity of the pictures, in standard deviations above the collection's mean.
        words: similarity of the words, the same.
        named: share of the query's words that are written there, rare words counting more.
        both: z-score of similarity and `named` together, which words are ranked by.
        collection: n, how many rows the best were drawn from.
    """

    pictures: Scores
    words: Scores
    named: Scores
    both: Scores
    collection: int

    def judged(self) -> NDArray[np.float64]:
        """[6] what the gate weighs; the best of n draws grows as sqrt(2 ln n) by chance alone, so it is divided out."""
        by_chance = float(np.sqrt(2 * np.log(max(self.collection, 3))))
        by_words, by_pictures = _first(self.both), _first(self.pictures)
        by_words = by_words[self.named[by_words] >= self.named.max() / 2]  # a name may be written only once
        if not len(by_words):
            by_words = _first(self.both)
        return np.array(
            [
                self.named.max(),
                self.pictures.max() / by_chance,
                self.words.max() / by_chance,
                self.pictures[by_words].mean(),
                self.named[by_pictures].mean(),
                self.words[by_pictures].mean() / by_chance,
            ],
            dtype=np.float64,
        )


def openness(found: Found) -> float:
    """How far the gate is open, in (0, 1): whether a query is about what is written."""
    logit = float(np.clip(found.judged() @ WEIGHTS + BIAS, -30, 30))
    return float(1 / (1 + np.exp(-logit)))


def fused(found: Found, opened: float) -> Scores:
    """[c] the score of each row, bigger is better."""
    share = LITTLE + (MUCH - LITTLE) * opened
    return (found.pictures + share * found.both).astype(np.float32)


def refined(found: Found, opened: float) -> Scores:
    """[c] the same for a request with a picture: likeness orders what has the names that are asked for.

    `opened` is judged by the words alone, since pictures like the reference are always better than chance.
    """
    scores: Scores = (found.pictures + LITTLE * found.both + MUCH * opened * found.named).astype(np.float32)
    return scores


def standardised(scores: Scores, collection: Scores) -> Scores:
    """Scores in standard deviations above the mean of `collection`; all 0 where that does not vary."""
    spread = float(collection.std())
    if spread < _TINY:
        return np.zeros(len(scores), np.float32)
    apart: Scores = ((scores - collection.mean()) / spread).astype(np.float32)
    return apart


def _first(scores: Scores) -> NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")[:FIRST]
