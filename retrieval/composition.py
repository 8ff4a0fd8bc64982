"""Composition without training, and the choice of which composition is in force."""

import logging
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval.combiner import CombinerComposition
from retrieval.combiner_checkpoint import load_combiner
from retrieval.embedding import normalize
from retrieval.errors import CombinerInvalid
from retrieval.protocols import Composition, Embeddings, Features

logger = logging.getLogger(__name__)


class NormalizedSum:
    """The direction halfway between picture and words: a plain query vector (m = 1), the usual baseline."""

    name = "sum"

    def __call__(self, reference_features: Features, text_features: Features) -> Embeddings:
        """[n, d] raw, [n, d] raw -> [n, 1, d]. Raises ValueError on NaN, zeros or unequal shapes."""
        reference, text = _embedded(reference_features, text_features)
        return normalize(reference + text)[:, None, :]


class Product:
    """Like the picture AND like the words: similarities are multiplied (m = 2 factors).

    A strong baseline without training (BASIC, arXiv 2024): an item that matches only one of the two scores low, while
    the sum lets a near-duplicate of the reference win without any regard to the words.
    """

    name = "product"

    def __call__(self, reference_features: Features, text_features: Features) -> Embeddings:
        """[n, d] raw, [n, d] raw -> [n, 2, d]. Raises ValueError on NaN, zeros or unequal shapes."""
        return np.stack(_embedded(reference_features, text_features), axis=1)


class CombinedEncoder(Protocol):
    """What the choice of a composition needs to know of the encoder."""

    @property
    def dimension(self) -> int:
        """Width of the features."""
        ...

    @property
    def device(self) -> str:
        """Where it runs."""
        ...

    @property
    def weights_hash(self) -> str:
        """Names its weights."""
        ...

    @property
    def combiner_path(self) -> Path | None:
        """The Combiner that came with the model, if one did."""
        ...


def load_composition(setting: str | Path, encoder: CombinedEncoder) -> Composition:
    """The composition that a setting asks for.

    Args:
        setting: `auto` (the model's own Combiner where it has one, otherwise `sum`), `sum`, `product`, or the path of
            a Combiner checkpoint.
        encoder: the model whose features will be joined.

    Raises:
        CombinerInvalid: a checkpoint that is missing or cannot be read, is of another width than the encoder, or says
            that it was trained for another model.
    """
    match str(setting):
        case "sum":
            return NormalizedSum()
        case "product":
            return Product()
        case "auto" | "":
            if encoder.combiner_path is None:
                logger.info("The model brings no Combiner: pictures and words are joined by their normalised sum")
                return NormalizedSum()
            path = encoder.combiner_path
        case _:
            path = Path(setting)
            if not path.exists():
                raise CombinerInvalid(
                    f"There is no Combiner {path.name}: choose auto, sum, product, or the path of a checkpoint."
                )
    checkpoint = load_combiner(path)
    if checkpoint.combiner.dimension != encoder.dimension:
        raise CombinerInvalid(
            f"The Combiner {path.name} is for features of width {checkpoint.combiner.dimension}, "
            f"but the model gives {encoder.dimension}: choose the model it was trained for, or `sum`."
        )
    if checkpoint.weights_hash not in (None, encoder.weights_hash):
        raise CombinerInvalid(
            f"The Combiner {path.name} was trained for other weights of the model ({checkpoint.weights_hash}, "
            f"here {encoder.weights_hash}): train it again, or choose `sum`."
        )
    return CombinerComposition(checkpoint.combiner, checkpoint.name, encoder.device)


def _embedded(reference_features: Features, text_features: Features) -> tuple[Embeddings, Embeddings]:
    reference, text = normalize(reference_features), normalize(text_features)
    if reference.shape != text.shape:
        raise ValueError(f"references of shape {list(reference.shape)} for captions of shape {list(text.shape)}")
    return reference, text
