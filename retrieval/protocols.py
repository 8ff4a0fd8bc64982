"""The three seams of retrieval: what encodes, what composes, what searches.

Two words for two types, because mixing them is this field's classic silent bug: `features` are what CLIP returns,
un-normalised; an `embedding` is L2-normalised float32, the only thing an index sees.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Features = NDArray[np.float32]
"""[n, d] float32, raw."""
Embeddings = NDArray[np.float32]
"""[n, d] float32, rows of unit length."""
Rows = NDArray[np.int64]
"""Positions inside one snapshot, 0-based."""
Scores = NDArray[np.float32]
"""Similarities, bigger is better."""
Mask = NDArray[np.bool_]
"""[n], one truth value for each row of a snapshot."""


class Encoder(Protocol):
    """Turns pictures and words into features of one shared space. Not thread-safe: one thread owns it."""

    @property
    def fingerprint(self) -> str:
        """Names model, weights and preprocessing; equal fingerprints mean interchangeable features."""
        ...

    @property
    def dimension(self) -> int:
        """d, the width of the features."""
        ...

    def encode_images(self, pictures: Sequence[Image.Image]) -> Features:
        """RGB pictures of any size -> [n, d] raw features."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Features:
        """Texts of any length (cut at the model's context) -> [n, d] raw features."""
        ...


class Composition(Protocol):
    """Joins a reference picture and a relative caption into what to search for."""

    @property
    def name(self) -> str:
        """As the manifest names it: `combiner:<hash>`, `sum` or `product`."""
        ...

    def __call__(self, reference_features: Features, text_features: Features) -> Embeddings:
        """[n, d] raw image features and [n, d] raw text features -> [n, m, d] embeddings.

        m is the number of factors: an item's score is the product over the m of its similarities (each cut at 0 when
        m > 1). m = 1 for the Combiner and the normalised sum, which are therefore ordinary query vectors.
        """
        ...


class VectorIndex(Protocol):
    """Inner-product search over embeddings. Not thread-safe: one thread owns it."""

    @property
    def dimension(self) -> int:
        """d, the width of the embeddings."""
        ...

    def __len__(self) -> int:
        """Number of rows."""
        ...

    def add(self, embeddings: Embeddings) -> None:
        """Append [n, d] unit-length rows, numbered on from `len(self)`. Raises ValueError on NaN or wrong d."""
        ...

    def search(
        self, queries: Embeddings, k: int, exclude: Rows | None = None, only: Mask | None = None
    ) -> list[tuple[Rows, Scores]]:
        """The k best rows of each query, best first, ties by smaller row; fewer when fewer are left. Never -1.

        Rows are left out before the best are taken, so that a filter never shortens or thins a result.

        Args:
            queries: [n, d]; need not be of unit length.
            k: at least 1; may exceed the size of the index.
            exclude: rows that must not be returned.
            only: [len(self)], True for the rows that may be returned; None for all. Where it leaves few the result is
                exact on every kind of index.

        Raises:
            ValueError: NaN, wrong d, k < 1, or a mask of another length.
        """
        ...

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        ...
