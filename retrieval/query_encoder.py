"""From what is asked to vectors: words encoded once, references looked up, captions composed with them."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from retrieval.embedding import normalize
from retrieval.errors import PhotoUnusable
from retrieval.prompts import ensemble, live_prompts
from retrieval.protocols import Composition, Embeddings, Encoder, Features
from retrieval.query import ComposedQuery, ImageQuery, PhotoReference, Query, Reference, TextQuery

_REMEMBERED_TEXTS = 4096


class ReferenceFeatures(Protocol):
    """Where the features of the collection's own pictures are; a snapshot."""

    def row(self, item_id: str) -> int:
        """Raises ReferenceUnknown."""
        ...

    def features(self, rows: Sequence[int]) -> Features:
        """Raw."""
        ...


@dataclass(frozen=True, slots=True)
class EncodedQueries:
    """What a search needs of its queries.

    Attributes:
        factors: for each query [m, d] embeddings; an item's score is the product of its m similarities.
        encode_ms: time spent on words and on looking references up.
        compose_ms: time spent on the composition.
    """

    factors: tuple[Embeddings, ...]
    encode_ms: float
    compose_ms: float


class QueryEncoder:
    """Turns queries into embeddings. Remembers words, since the earlier turns of a dialog are asked again each time."""

    def __init__(
        self,
        encoder: Encoder,
        composition: Composition,
        references: ReferenceFeatures,
        templates: Sequence[str] = (),
    ) -> None:
        """`templates` are for words that stand alone, see `retrieval.prompts`; relative captions stay as they are."""
        self._templates = tuple(templates)
        self._encoder = encoder
        self._composition = composition
        self._references = references
        self._texts: OrderedDict[str, Features] = OrderedDict()

    def __call__(self, queries: Iterable[Query]) -> EncodedQueries:
        """Raises ReferenceUnknown for a picture that is not here, PhotoUnusable for a photo read by another model."""
        queries = tuple(queries)
        started = time.perf_counter()
        references = [None if isinstance(query, TextQuery) else self._reference(query.reference) for query in queries]
        texts = [self._texts_of(query) for query in queries]
        leans = [query.lean if isinstance(query, ComposedQuery) else 0.0 for query in queries]
        words = self._encode_texts([text for several in texts for text in several])
        encoded = time.perf_counter()
        factors = self._factors(references, [[words[text] for text in several] for several in texts], leans)
        return EncodedQueries(factors, 1e3 * (encoded - started), 1e3 * (time.perf_counter() - encoded))

    def embed_texts(self, texts: Sequence[str]) -> Embeddings:
        """N texts -> [n, d], as if each were asked by itself."""
        return np.concatenate(self([TextQuery(text) for text in texts]).factors)

    def _factors(
        self, references: Sequence[Features | None], words: Sequence[Sequence[Features]], leans: Sequence[float]
    ) -> tuple[Embeddings, ...]:
        """For each query [m, d]; all that have a reference and words are composed in one call.

        For `leans` see `ComposedQuery.lean`.
        """
        pairs = [
            (reference, several[0])
            for reference, several in zip(references, words, strict=True)
            if reference is not None and several
        ]
        composed: Iterator[Embeddings] = iter(())
        if pairs:
            composed = iter(
                self._composition(
                    np.concatenate([reference for reference, _ in pairs]), np.concatenate([text for _, text in pairs])
                )
            )
        factors = []
        for reference, several, lean in zip(references, words, leans, strict=True):
            if reference is None:
                factors.append(ensemble(np.concatenate(several)))
            elif not several:
                factors.append(normalize(reference))
            else:
                factor = next(composed)
                if lean:
                    factor = normalize(factor + abs(lean) * normalize(several[0] if lean > 0 else reference))
                factors.append(factor)
        return tuple(factors)

    def _texts_of(self, query: Query) -> tuple[str, ...]:
        """What of a query goes through the text tower; several texts are several prompts for the same words."""
        match query:
            case TextQuery(text):
                return live_prompts(text, self._templates)
            case ComposedQuery(_, relative_caption):
                return (relative_caption,)
            case ImageQuery():
                return ()

    def _encode_texts(self, texts: Sequence[str]) -> dict[str, Features]:
        """Each text -> [1, d]; only those not remembered are encoded, in one batch."""
        found = {text: self._texts[text] for text in texts if text in self._texts}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            features = self._encoder.encode_texts(missing)
            found |= {text: features[place : place + 1] for place, text in enumerate(missing)}
        for text in texts:
            self._texts[text] = found[text]
            self._texts.move_to_end(text)
        while len(self._texts) > _REMEMBERED_TEXTS:
            self._texts.popitem(last=False)
        return found

    def _reference(self, reference: Reference) -> Features:
        """[1, d] raw."""
        if not isinstance(reference, PhotoReference):
            return self._references.features([self._references.row(reference.item_id)])
        if reference.fingerprint != self._encoder.fingerprint:
            raise PhotoUnusable("That photo was read by another model than the one in use now: send the photo again.")
        if len(reference.features) != 4 * self._encoder.dimension:
            raise PhotoUnusable("What was kept of that photo is damaged: send the photo again.")
        features = np.frombuffer(reference.features, dtype="<f4").astype(np.float32)[None]
        if not np.isfinite(features).all() or not features.any():
            raise PhotoUnusable("What was kept of that photo is damaged: send the photo again.")
        return features
