"""Compositions that every figure of a Combiner stands beside: the words alone, the picture alone, sum and product."""

from collections.abc import Mapping

from retrieval.composition import NormalizedSum, Product
from retrieval.embedding import normalize
from retrieval.protocols import Composition, Embeddings, Features


class TextOnly:
    """What the words say, whatever the reference shows (m = 1)."""

    name = "text_only"

    def __call__(self, reference_features: Features, text_features: Features) -> Embeddings:
        """[n, d] raw, [n, d] raw -> [n, 1, d]."""
        return normalize(text_features)[:, None, :]


class ImageOnly:
    """What looks like the reference, whatever the words say (m = 1)."""

    name = "image_only"

    def __call__(self, reference_features: Features, text_features: Features) -> Embeddings:
        """[n, d] raw, [n, d] raw -> [n, 1, d]."""
        return normalize(reference_features)[:, None, :]


def training_free() -> Mapping[str, Composition]:
    """By name; what a trained Combiner has to beat."""
    compositions: tuple[Composition, ...] = (TextOnly(), ImageOnly(), NormalizedSum(), Product())
    return {composition.name: composition for composition in compositions}
