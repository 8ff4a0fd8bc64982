"""Pictures ranked attribute by attribute: what the words ask for is there, and the rest is as the reference has it.

A query is one direction in the model's space, and pictures near to it differ in much that nobody sees as a change
of attributes; nor can it express "darker", "another colour" or "not red". So the best pictures are ranked by what the
model reads off them, too. For each attribute the similarities of a picture with the texts of its values make a
distribution (zero-shot classification, Radford et al. 2021, section 3.1). Where the words speak of the attribute, a
picture gains by the probability of what is acceptable; where they do not, by how much its distribution overlaps with
the reference's (the Bhattacharyya coefficient). Comparatives and negations become acceptable values once the
reference's own is read. Nothing is trained, and the metadata of a collection is not looked at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval import lexicon
from retrieval.attribute_words import Mention, Reading, Unknown, read_caption
from retrieval.attributes import shows_clothes
from retrieval.embedding import normalize
from retrieval.protocols import Embeddings
from retrieval.query import ComposedQuery, Query, TextQuery
from retrieval.query_bank import NAMES

WANTED = 6.0
"""What an attribute weighs that is asked for, in standard deviations of the query's scores."""
KEPT: Mapping[str, float] = {
    "category": 4, "colour": 4, "pattern": 3, "sleeve": 1, "length": 1, "neckline": 1, "detail": 1,
}  # fmt: skip
"""What it weighs that the others stay as they are. Kind, colour and pattern are what people see first."""
POOL = 80
"""So many of a query's best rows are ranked so, and next to a picture as many nearest to `AttributeReader.towards`.

With an album left out of them, compressed indexes still take it for a shallow search (`compressed_index.DEPTH`).
"""
_SHARPNESS = 3.0
"""Inverse temperature of the distributions, in standard deviations of a text's similarities over the collection."""
_UNDERSTOOD = 0.95
"""Cosine with a value's text from which an unknown word means that value; chatter stays below 0.94."""
_MOST_UNKNOWN = 12
"""Words of a caption that are looked into, since each has to be encoded."""
_HAS = 0.5
_MAY_HAVE = 0.2
"""Probability from which the reference has a value, and from which it may."""
_CARRIED_OVER = ("colour", "pattern")
"""What another kind of thing can share with the reference: a hat has no sleeves."""
_VALUES = tuple((attribute, value) for attribute, words in lexicon.ATTRIBUTES.items() for value in words)
_SLICES: Mapping[str, slice] = {
    attribute: slice(places[0], places[-1] + 1)
    for attribute in lexicon.ATTRIBUTES
    for places in [[place for place, (name, _) in enumerate(_VALUES) if name == attribute]]
}

_KEPT = np.array([KEPT[attribute] for attribute, _ in _VALUES])

Probabilities = NDArray[np.float64]
"""[n, v] of all values, those of one attribute side by side and adding up to 1."""
TextEmbedding = Callable[[Sequence[str]], Embeddings]
"""n texts -> [n, d]."""


@dataclass(frozen=True, slots=True)
class AttributeWish:
    """What one query wants of the attributes.

    Attributes:
        acceptable: [v], from 0 to 1; 0 for all values of attributes that are not asked for.
        kept: [v], square roots of the reference's probabilities; 0 where they need not stay.
        asked: where the attributes that are asked for are among the values.
        certain: those of them that the lexicon's words ask for, and no word that the model had to understand.
        read: [n, d] of pictures -> their probabilities.
    """

    acceptable: Probabilities
    kept: Probabilities
    asked: tuple[slice, ...]
    certain: tuple[slice, ...]
    read: Callable[[Embeddings], Probabilities]

    def scores(self, embeddings: Embeddings, lean: float = 0.0) -> NDArray[np.float64]:
        """[n, d] -> what attributes add to n scores, in standard deviations; for `lean` see `ComposedQuery`."""
        read = self.read(embeddings)
        wanted, kept = WANTED * max(1 + lean, 0) * self.acceptable, max(1 - lean, 0) * _KEPT * self.kept
        scores: NDArray[np.float64] = read @ wanted + np.sqrt(read) @ kept
        return scores

    def evidence(self, embeddings: Embeddings) -> NDArray[np.float64]:
        """[n, d] -> [n, 3], see `retrieval.strength.ATTRIBUTE_EVIDENCE`."""
        read = self.read(embeddings)
        has = [read[:, part] @ self.acceptable[part] for part in self.certain]
        kept = sum(bool(self.kept[part].any()) for part in _SLICES.values())
        columns = (
            np.min(has, axis=0) if has else np.zeros(len(read)),
            np.sqrt(read) @ self.kept / max(kept, 1),
            np.full(len(read), float(bool(has))),
        )
        return np.stack(columns, axis=1)


class AttributeReader:
    """Reads attributes off pictures and captions, with one model and against one collection."""

    def __init__(self, embed_texts: TextEmbedding, sample: Embeddings) -> None:
        """`sample` is [s, d] of the collection, s at least 1."""
        self._embed_texts = embed_texts
        words = [lexicon.ATTRIBUTES[attribute][value][0] for attribute, value in _VALUES]
        self._texts = embed_texts(words).astype(np.float64)
        similarities = sample @ self._texts.T
        self._spread = max(float(similarities.std(axis=0).mean()), 1e-6)

    def read(self, embeddings: Embeddings) -> Probabilities:
        """[n, d] of pictures -> [n, v]."""
        # In double precision, so that equal pictures have equal scores whatever else is read beside them.
        logits = embeddings.astype(np.float64) @ self._texts.T * (_SHARPNESS / self._spread)
        read = np.empty_like(logits)
        for part in _SLICES.values():
            powers = np.exp(logits[:, part] - logits[:, part].max(axis=1, keepdims=True))
            read[:, part] = powers / powers.sum(axis=1, keepdims=True)
        return read

    def wish(self, query: Query, reference: Embeddings | None = None) -> AttributeWish:
        """What a query asks for; `reference` is [1, d], of those that have one."""
        own = None if reference is None or isinstance(query, TextQuery) else self.read(reference)[0]
        match query:
            case TextQuery(text):
                reading = self._understand(text)
                asked = _named(reading)
            case ComposedQuery(_, relative_caption) if own is not None:
                reading = self._understand(relative_caption)
                asked = _acceptable(reading, own)
            case _:
                reading, asked = Reading(), {}
        acceptable, kept = np.zeros(len(_VALUES)), np.zeros(len(_VALUES)) if own is None else np.sqrt(own)
        for attribute, part in _SLICES.items():
            if attribute in asked:
                acceptable[part] = asked[attribute]
            if attribute in asked or ("category" in asked and attribute not in _CARRIED_OVER):
                kept[part] = 0
        guessed = {mention.attribute for mention in reading.mentions if mention.guessed}
        parts = tuple(_SLICES[attribute] for attribute in asked)
        certain = tuple(_SLICES[attribute] for attribute in asked if attribute not in guessed)
        return AttributeWish(acceptable, kept, parts, certain, self.read)

    def reminded(self, wish: AttributeWish, text: str, weight: float) -> AttributeWish:
        """The wish beside earlier words that still count at this weight: what they name is wanted, not kept as it was.

        A reference that was chosen before need not have what was asked for since.
        """
        acceptable, kept = wish.acceptable.copy(), wish.kept.copy()
        for attribute, values in _named(read_caption(text)).items():
            if (part := _SLICES[attribute]) not in wish.asked:
                acceptable[part], kept[part] = weight * values, 0
        return replace(wish, acceptable=acceptable, kept=kept)

    def towards(self, wish: AttributeWish, reference: Embeddings) -> Embeddings:
        """[1, d], the reference moved from its own values to acceptable ones.

        In its neighbourhood are pictures that a composition which has not understood its words would miss.
        """
        own, change = self.read(reference)[0], np.zeros(len(_VALUES))
        for part in wish.asked:
            change[part] = wish.acceptable[part] / wish.acceptable[part].sum() - own[part]
        return normalize((reference + change @ self._texts).astype(np.float32))

    def _understand(self, text: str) -> Reading:
        """What is read in a text, with what its unknown words mean and the kind that a detail belongs to."""
        reading = read_caption(text)
        mentions = (*reading.mentions, *self._understood(reading.unknown[:_MOST_UNKNOWN]))
        if not any(mention.attribute == "category" and not mention.rejected for mention in mentions):
            mentions = (*mentions, *_kinds_of_details(reading.mentions))
        return replace(reading, mentions=tuple(mention for mention in mentions if mention.values))

    def _understood(self, unknown: Sequence[Unknown]) -> Iterator[Mention]:
        """The value that each word means, of those that mean one."""
        if not unknown:
            return
        cosines = self._embed_texts([word.text for word in unknown]) @ self._texts.T
        for word, place, cosine in zip(unknown, cosines.argmax(axis=1), cosines.max(axis=1), strict=True):
            if cosine >= _UNDERSTOOD:
                yield Mention(_VALUES[place][0], frozenset({_VALUES[place][1]}), word.rejected, guessed=True)


def reader_for(embed_texts: TextEmbedding, sample: Embeddings) -> AttributeReader | None:
    """A reader for a collection; None where it does not show clothes, whose attributes these are."""
    if not len(sample) or not shows_clothes(sample, embed_texts(NAMES)):
        return None
    return AttributeReader(embed_texts, sample)


def _named(reading: Reading) -> dict[str, Probabilities]:
    """Attribute -> how acceptable each of its values is, where there is no reference."""
    asked = {}
    for attribute in _SLICES:
        about = [mention for mention in reading.mentions if mention.attribute == attribute and mention.values]
        wished = _any_of(attribute, [mention for mention in about if not mention.rejected])
        if about:
            asked[attribute] = wished if wished.any() else 1 - _any_of(attribute, about)
    return asked


def _acceptable(reading: Reading, own: Probabilities) -> dict[str, Probabilities]:
    """Attribute -> how acceptable each of its values is, of those that the caption speaks of."""
    asked: dict[str, Probabilities] = {}
    for attribute, more in reading.compared.items():
        asked[attribute] = _beyond(attribute, more, own[_SLICES[attribute]])
    for attribute in reading.different:
        asked[attribute] = 1 - own[_SLICES[attribute]]
    for attribute, part in _SLICES.items():
        about = [mention for mention in reading.mentions if mention.attribute == attribute]
        wishes = [mention for mention in about if not mention.rejected]
        wished = _any_of(attribute, wishes)
        rejected = _any_of(attribute, [mention for mention in about if mention.rejected])
        # What the reference has already is said to point at it: "red where this is blue", "this dress in red".
        # Kinds resemble each other: what may be a blouse is meant by "this blouse".
        least = _MAY_HAVE if attribute == "category" else _HAS
        new = _any_of(attribute, [wish for wish in wishes if _share(wish, own[part]) < least])
        if new.any():
            asked[attribute] = new
        elif (rejected * own[part]).max() >= _MAY_HAVE:
            asked[attribute] = 1 - rejected
        elif rejected.any() and attribute not in asked:  # then what it has is right
            asked[attribute] = own[part] * (1 - rejected) / own[part].max()
        elif wished.any() and attribute not in asked and attribute != "category":
            asked[attribute] = wished
    # Nothing is darker than black.
    return {attribute: values for attribute, values in asked.items() if values.max() >= _MAY_HAVE}


def _kinds_of_details(mentions: Sequence[Mention]) -> Iterator[Mention]:
    for mention in mentions:
        kinds = {lexicon.KIND_OF_DETAIL[value] for value in mention.values & lexicon.KIND_OF_DETAIL.keys()}
        if mention.attribute == "detail" and not mention.rejected:
            yield Mention("category", frozenset(kinds))


def _any_of(attribute: str, mentions: Sequence[Mention]) -> Probabilities:
    meant = frozenset(value for mention in mentions for value in mention.values)
    return np.array([value in meant for value in lexicon.ATTRIBUTES[attribute]], dtype=np.float64)


def _share(mention: Mention, own: Probabilities) -> float:
    """Probability that the reference has what is mentioned."""
    return float(own @ _any_of(mention.attribute, [mention]))


def _beyond(attribute: str, more: bool, own: Probabilities) -> Probabilities:
    """How probably each value is more (or less) than the reference's, which may be any of them."""
    values = list(lexicon.ATTRIBUTES[attribute])
    steps = np.array([[other in lexicon.beyond(attribute, value, more) for other in values] for value in values])
    beyond: Probabilities = own @ steps
    return beyond
