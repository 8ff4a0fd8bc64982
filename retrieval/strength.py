"""How strongly a hit matches what was asked for, as a probability: what tells "found" from "the nearest there is".

A cosine says nothing by itself: words, pictures and compositions have scores on different scales, so has every model,
and the best of 100,000 pictures scores higher than the best of 100 without being a better match. So several pieces of
evidence are read off a query and a hit (`EVIDENCE`), and a small logistic model for each kind of query weighs them. The
models are fitted where a snapshot is built, from queries asked with and without their matches in this very collection
(`retrieval.calibration`), and are kept in the snapshot.

The pieces and where they come from: the score itself, which is a usable measure of doubt; the cosine about the
collection's mean, because embeddings lie in a narrow cone; the score in standard deviations of this query's scores; the
score above the hit's own mean over the texts nearest to it (Nearest Neighbour Normalization, arXiv 2410.24114: a
picture that is near to everything is a weak match for anything); and whether query and hit are described by the same
texts of a bank, softly (overlap of two softmax distributions, the Bhattacharyya coefficient) and sharply.

What the model reads off a hit says something, too (`retrieval.attribute_ranking`): whether it has the attributes that
were asked for, and how many of the reference's it has kept.

A composition that has not understood its words gives the picture that it began with, whose neighbours look like strong
matches. So hits of a composed query are held against its words alone, too (`COMPOSED_EVIDENCE`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import as_features
from retrieval.errors import SnapshotInvalid
from retrieval.protocols import Embeddings, Scores
from retrieval.query import ComposedQuery, ImageQuery, Query, TextQuery

FORMAT = 3
"""Version of the evidence; a manifest with another number has no calibration that this version can use."""
FILE_NAME = "strength.npz"
EVIDENCE = (
    "score",
    "centred",
    "deviations",
    "above_texts",
    "same_texts_softly",
    "same_texts_sharply",
    "asked_attributes",
    "kept_attributes",
    "spread",
    "sure",
    "understood",
)
RISING = 8
"""So many of them, from the first, speak for a match when they grow; the rest only say what kind of query it is."""
COMPOSED_EVIDENCE = (*EVIDENCE[:RISING], "nearer_to_words", *EVIDENCE[RISING:])
"""Of a composed query: the same of what was composed, and how much nearer to the words a hit is than the reference."""
COMPOSED_RISING = RISING + 1
ATTRIBUTE_EVIDENCE = ("asked_attributes", "kept_attributes", "understood")
"""Probability that a hit has all that is asked for, overlap with the reference, and whether anything is asked."""
_SOFT, _SHARP = 3.5, 17.7
"""Inverse temperatures of the two softmax distributions, in standard deviations of the scores between texts."""
_NEAREST_TEXTS = 16
_BY_SCORES = 6
"""Rising pieces that are read off scores."""
_TINY = 1e-9
_LIMIT = 30.0

QueryKind = Literal["text", "image", "composed"]
Evidence = NDArray[np.float64]
"""[n, columns], see `evidence_of`."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weighs evidence: `sigmoid(weights · evidence + bias)`.

    Attributes:
        weights: [columns] float64; not negative for the rising ones.
        bias: what the rest adds up to.
    """

    weights: NDArray[np.float64]
    bias: float

    def __call__(self, evidence: Evidence) -> NDArray[np.float64]:
        """[n, columns] -> n probabilities, strictly between 0 and 1."""
        logits = np.clip(evidence @ self.weights + self.bias, -_LIMIT, _LIMIT)
        probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
        return probabilities


@dataclass(frozen=True, slots=True)
class Collection:
    """What of a collection the evidence is read against.

    Attributes:
        mean: [d] float32, of its embeddings.
        covariance: [d, d] float32, of its embeddings.
        texts: [m, d] float32 embeddings of the bank's texts.
        spread: standard deviation of the scores between the texts, the unit of the softmax. It is the model's, not the
            collection's: what a query and a hit have in common must not depend on what else there is.
    """

    mean: NDArray[np.float32]
    covariance: NDArray[np.float32]
    texts: Embeddings
    spread: float

    @classmethod
    def describe(cls, embeddings: Embeddings, texts: Embeddings) -> "Collection":
        """Of [n, d] embeddings (n at least 1), or a sample of them, and [m, d] texts. Raises ValueError on NaN."""
        embeddings, texts = as_features(embeddings), as_features(texts, embeddings.shape[1])
        mean = embeddings.mean(axis=0)
        centred = embeddings - mean
        spread = float((texts @ texts.T).std())
        return cls(mean, centred.T @ centred / np.float32(len(centred)), texts, max(spread, 1e-3))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Gives hits their strength.

    Attributes:
        collection: of the snapshot.
        models: one for each kind of query that could be calibrated.
    """

    collection: Collection
    models: Mapping[QueryKind, Logistic]

    def strengths(
        self, kind: QueryKind, asked: Embeddings, hits: Embeddings, attributes: Evidence | None = None
    ) -> list[float] | None:
        """The strength of each hit, in (0, 1); None where this kind of query is not calibrated.

        Args:
            kind: of the newest query.
            asked: [1, d], or [3, d] of a composed query, see `evidence`.
            hits: [n, d] embeddings of what was found.
            attributes: see `evidence`.

        Raises:
            ValueError: NaN or infinity, or another width.
        """
        model = self.models.get(kind)
        if model is None:
            return None
        return [float(value) for value in model(evidence(self.collection, asked, hits, attributes))]

    def save(self, path: Path) -> None:
        """Write one `.npz` file, which holds no code. Raises OSError."""
        arrays: dict[str, Any] = {
            f"model_{kind}": np.append(model.weights, model.bias) for kind, model in self.models.items()
        }
        known = self.collection
        with path.open("wb") as file:
            np.savez(
                file, mean=known.mean, covariance=known.covariance, texts=known.texts, spread=known.spread, **arrays
            )

    @classmethod
    def load(cls, path: Path, dimension: int) -> "Calibration":
        """Read what `save` wrote. Raises SnapshotInvalid."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            texts = as_features(arrays["texts"], dimension)
            mean = as_features(arrays["mean"][None], dimension)[0]
            covariance = as_features(arrays["covariance"], dimension)
            models = {
                kind: Logistic(values[:-1], float(values[-1]))
                for kind in _KINDS
                if (values := arrays.get(f"model_{kind}")) is not None
            }
            whole = all(len(model.weights) == len(evidence_of(kind)) for kind, model in models.items())
            spread = float(arrays["spread"])
        except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, BadZipFile) as error:
            raise _damaged() from error
        if not whole or covariance.shape != (dimension, dimension) or not spread > 0:
            raise _damaged()
        return cls(Collection(mean, covariance, texts, spread), models)


_KINDS: tuple[QueryKind, ...] = ("text", "image", "composed")


def kind_of(query: Query) -> QueryKind:
    """Which scale a query's scores are on."""
    match query:
        case ImageQuery():
            return "image"
        case ComposedQuery():
            return "composed"
        case _:
            return "text"


def parts_of(query: Query) -> tuple[Query, ...]:
    """What the strength of a query is read off: itself, and of a composed one its words and its picture alone, too."""
    if isinstance(query, ComposedQuery):
        return query, TextQuery(query.relative_caption), ImageQuery(query.reference)
    return (query,)


def evidence_of(kind: QueryKind) -> tuple[str, ...]:
    """Names of the columns of `evidence` for a kind of query."""
    return COMPOSED_EVIDENCE if kind == "composed" else EVIDENCE


def evidence(
    collection: Collection, asked: Embeddings, hits: Embeddings, attributes: Evidence | None = None
) -> Evidence:
    """What a query and its [n, d] hits, all of unit length, say for a match.

    Args:
        collection: what both are read against.
        asked: [1, d] gives `EVIDENCE`; [3, d], the composition, its words and its reference, `COMPOSED_EVIDENCE`.
        hits: [n, d].
        attributes: [n, 3], `ATTRIBUTE_EVIDENCE`; None where the collection has no attributes that can be read.

    Raises:
        ValueError: NaN or infinity, or another width.
    """
    dimension = len(collection.mean)
    asked, found = as_features(asked, dimension), as_features(hits, dimension)
    if attributes is None:
        attributes = np.zeros((len(found), len(ATTRIBUTE_EVIDENCE)))
    own = _evidence(collection, asked[0], found)
    own = np.hstack([own[:, :_BY_SCORES], attributes[:, :2], own[:, _BY_SCORES:], attributes[:, 2:]])
    if len(asked) == 1:
        return own
    _, words, reference = asked
    nearer = found @ words - reference @ words
    return np.hstack([own[:, :RISING], nearer[:, None], own[:, RISING:]])


def _evidence(collection: Collection, asked: NDArray[np.float32], found: Embeddings) -> Evidence:
    scores: Scores = found @ asked
    spread = float(np.sqrt(max(float(asked @ collection.covariance @ asked), 0.0))) + _TINY
    about_mean, hits_about_mean = asked - collection.mean, found - collection.mean
    lengths = np.linalg.norm(hits_about_mean, axis=1) * np.linalg.norm(about_mean)
    asked_texts, found_texts = collection.texts @ asked, found @ collection.texts.T
    softly, sharply = _SOFT / collection.spread, _SHARP / collection.spread
    nearest = min(_NEAREST_TEXTS, found_texts.shape[1])
    asked_sharply = _softmax(asked_texts * sharply)
    columns = (
        scores,
        hits_about_mean @ about_mean / (lengths + _TINY),
        (scores - collection.mean @ asked) / spread,
        scores - np.partition(found_texts, -nearest, axis=1)[:, -nearest:].mean(axis=1),
        np.sqrt(_softmax(asked_texts * softly) * _softmax(found_texts * softly)).sum(axis=1),
        np.sqrt(asked_sharply * _softmax(found_texts * sharply)).sum(axis=1),
        np.full(len(found), spread),
        np.full(len(found), float((asked_sharply * np.log(asked_sharply + _TINY)).sum())),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


def _damaged() -> SnapshotInvalid:
    return SnapshotInvalid(
        "The snapshot is damaged (its calibration of strengths cannot be read): run `python -m scripts.reindex`, "
        "or go back to the previous snapshot."
    )
