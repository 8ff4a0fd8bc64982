"""The second channel of a search: what is written beside the pictures.

Two things are held against each other's weakness. A sentence model knows that "woollen" is near "merino", but blurs
names and sizes; names are looked up as they stand, rare ones counting more (inverse document frequency, Robertson and
Spärck Jones, 1976). `fusion` adds both to what the pictures show. One thread owns it, as it owns the index.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import Found, fused, openness, refined, standardised
from retrieval.item_words import words_in
from retrieval.protocols import Embeddings, Mask, Rows, Scores
from retrieval.reranker import Reranker
from retrieval.sentence_encoder import SentenceEncoder

POOL = 1000
"""Rows that the words alone propose; the pictures propose as many (`retrieval.ranking`)."""
RERANKED = 50
_UNKNOWN = 0.3
"""Weight of a word that is written nowhere, against one that is written once: it may be a name, or only talk."""
_PARTLY = 0.75
"""Strength by words is at most so much where a word is missing: a good match, never a strong one."""
_REMEMBERED_TEXTS = 64
_TINY = 1e-4


class Mentions(Protocol):
    """Which words are written where; `retrieval.facets.Facets`."""

    def mentioning(self, word: str) -> Rows:
        """Rows whose words hold this one, ascending."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """A text, held against the words of every row. All float32 [n].

    Attributes:
        similarity: cosine of text and words; 0 where a row has none.
        named: share of the text's words that are written there, in [0, 1].
        surely: the same, with words that are written nowhere counted in full.
        lacking: share of the words that are written somewhere, but not there.
    """

    text: str
    similarity: Scores
    named: Scores
    surely: Scores
    lacking: Scores

    def best(self, only: Mask | None) -> Rows:
        """The rows that the words propose, those outside `only` left out."""
        both = self.similarity + self.named
        allowed = np.arange(len(both)) if only is None else np.flatnonzero(only)
        if len(allowed) <= POOL:
            return allowed
        return allowed[np.argpartition(-both[allowed], POOL)[:POOL]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows in the order of both channels. All [c].

    Attributes:
        strengths: probability, as far as the words go, that a row is what was asked for. Sure is only a row with all of
            them: of a red hat by Ostberg, a hat by Ostberg may be yellow.
        doubts: share by which the pictures' own word counts less, because a name that was asked for is missing: a
            picture does not show who made a hat.
    """

    rows: Rows
    scores: Scores
    strengths: Scores
    doubts: Scores

    def at(self, places: NDArray[np.intp]) -> "Ranking":
        """Some of it."""
        return Ranking(self.rows[places], self.scores[places], self.strengths[places], self.doubts[places])

    def strengthened(self, by_pictures: Sequence[float | None]) -> list[float | None]:
        """How strong a match each row is by its picture and its words together; None stays what nobody knows."""
        both = zip(by_pictures, self.strengths.tolist(), self.doubts.tolist(), strict=True)
        return [None if shown is None else max(shown * (1 - doubt), written) for shown, written, doubt in both]


class WordsChannel:
    """Searches the words of one snapshot."""

    def __init__(
        self,
        vectors: Embeddings,
        encoder: SentenceEncoder,
        mentions: Mentions,
        reranker: Reranker | None = None,
        text_of: Callable[[int], str] | None = None,
    ) -> None:
        """Of [n, e] vectors in the order of the rows, zeros where nothing is written.

        `reranker` reads what `text_of` gives for a row.

        Raises:
            ValueError: the encoder's vectors are of another width, or a reranker has nothing to read.
        """
        if vectors.shape[1] != encoder.dimension:
            raise ValueError(f"vectors of width {vectors.shape[1]} for an encoder of width {encoder.dimension}")
        if reranker is not None and text_of is None:
            raise ValueError("a reranker needs texts to read")
        self._vectors = vectors
        self._encoder = encoder
        self._mentions = mentions
        self._reranker = reranker
        self._text_of = text_of
        self._asked: OrderedDict[str, Embeddings] = OrderedDict()

    def __len__(self) -> int:
        """n, the number of rows."""
        return len(self._vectors)

    def hear(self, text: str) -> Heard | None:
        """What the rows have of a text; None where it holds no word."""
        words = list(dict.fromkeys(words_in(text)))
        if not words:
            return None
        count = len(self._vectors)
        named = np.zeros(count, np.float32)
        known = unknown = 0.0
        for word in words:
            rows = self._mentions.mentioning(word)
            rarity = math.log(1 + (count - len(rows) + 0.5) / (len(rows) + 0.5))
            if len(rows):
                named[rows] += rarity
                known += rarity
            else:
                unknown += rarity
        similarity = self._vectors @ self._encoded(text)
        surely = named / (known + unknown)
        return Heard(
            text,
            similarity,
            named / (known + _UNKNOWN * unknown),
            surely,
            np.float32(known / (known + unknown)) - surely,
        )

    def rank(
        self, heard: Heard, rows: Rows, pictures: Scores, sample: Scores, alone: tuple[Scores, Scores] | None = None
    ) -> Ranking:
        """The rows in the order of both channels.

        Args:
            heard: what was asked.
            rows: [c], at least one: what either channel proposes.
            pictures: [c] how similar their pictures are to what was asked.
            sample: the same for a sample of the whole collection.
            alone: of a request that has a picture, the same two for its words alone.
        """
        both = heard.similarity + heard.named
        found = Found(
            standardised(pictures, sample),
            standardised(heard.similarity[rows], heard.similarity),
            heard.named[rows],
            standardised(both[rows], both),
            len(self._vectors),
        )
        if alone is None:
            opened = openness(found)
            scores = fused(found, opened)
        else:
            opened = openness(replace(found, pictures=standardised(*alone)))
            scores = refined(found, opened)
        strengths = _strengths(heard.surely[rows], heard.lacking[rows], np.float32(opened) * found.named)
        if alone is not None:  # what it should look like is not in the words
            strengths = np.minimum(strengths, np.float32(_PARTLY * opened))
        doubts = np.float32(opened) * heard.lacking[rows]
        order = np.lexsort((rows, -scores))
        ranking = Ranking(rows, scores, strengths, doubts).at(order)
        return (
            ranking
            if self._reranker is None or alone is not None or opened < 0.5
            else self._reranked(heard.text, ranking)
        )

    def _reranked(self, text: str, ranking: Ranking) -> Ranking:
        """The first of them in the order of the reranker; those without words keep their places."""
        if self._reranker is None or self._text_of is None:
            return ranking
        texts = [(place, self._text_of(int(row))) for place, row in enumerate(ranking.rows[:RERANKED])]
        places = np.array([place for place, written in texts if written], dtype=np.int64)
        if len(places) < 2:
            return ranking
        judged = self._reranker.scores(text, [written for _, written in texts if written])
        order = np.arange(len(ranking.rows))
        order[places] = places[np.argsort(-judged, kind="stable")]
        # Scores stay where they were: they fall from the first to the last, as everybody expects.
        return replace(ranking.at(order), scores=ranking.scores)

    def _encoded(self, text: str) -> Embeddings:
        """[e]."""
        if text not in self._asked:
            self._asked[text] = self._encoder.encode([text])[0]
        self._asked.move_to_end(text)
        while len(self._asked) > _REMEMBERED_TEXTS:
            self._asked.popitem(last=False)
        return self._asked[text]


def _strengths(surely: Scores, lacking: Scores, opened: Scores) -> Scores:
    """[c] by words: 1 where all are written; squared, so that two of three are no match, where some are missing.

    A word that is written nowhere may be only talk: where no other is missing, `opened` may say that it is.
    """
    partly = np.where(lacking > _TINY, surely**2, np.maximum(surely**2, opened))
    return np.where(surely > 1 - _TINY, 1.0, np.minimum(partly, _PARTLY)).astype(np.float32)
