"""Collections of embeddings made of chance, with the shapes that real ones have, and queries for them.

`clustered`: 200 topics of 20 modes each, as photos of many occasions or products of many models are. `combinatorial`:
an object, a scene, a style and a colour, each drawn by itself, so that there are no clusters to be found. In both, what
is frequent is very frequent (power law), all vectors share an offset (the cone of CLIP: Liang et al., NeurIPS 2022),
and the noise is stronger in some directions than in others. Blocks are drawn from a seed and their number, so that a
collection of any size is made piece by piece, of one size the same one each time.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import normalize
from retrieval.protocols import Embeddings

BLOCK = 50_000
_OFFSET = 1.0
_NOISE = 0.7
_TEXT_SHIFT = 0.8
_TEXT_NOISE = 0.6


class SyntheticCollection:
    """What rows and queries are drawn from: sums of parts, an offset and noise."""

    def __init__(self, parts: Sequence[NDArray[np.float32]], weights: Sequence[NDArray[np.float64]], seed: int) -> None:
        """Use `clustered` or `combinatorial`.

        Args:
            parts: of each kind of part its values, [m, d]; a row is the sum of one of each.
            weights: of each kind the probabilities of its values, [m].
            seed: of offset, noise and rows.
        """
        self.dimension = parts[0].shape[1]
        self._parts, self._weights, self._seed = parts, weights, seed
        rng = np.random.default_rng([seed, 0])
        self._offset = _OFFSET * _directions(1, self.dimension, rng)[0]
        self._text_shift = _TEXT_SHIFT * _directions(1, self.dimension, rng)[0]
        spectrum = np.arange(1, self.dimension + 1, dtype=np.float32) ** -0.5
        rotation = np.linalg.qr(rng.standard_normal((self.dimension, self.dimension)))[0].astype(np.float32)
        self._noise = (spectrum / np.linalg.norm(spectrum))[:, None] * rotation

    def blocks(self, count: int) -> Iterator[Embeddings]:
        """`count` rows in blocks, [BLOCK, d] each but for the last."""
        for number, start in enumerate(range(0, count, BLOCK)):
            yield normalize(self._rows(min(BLOCK, count - start), np.random.default_rng([self._seed, 1, number])))

    def kin(self, count: int, seed: int = 0) -> Embeddings:
        """[count, d] queries like the rows, none of which is among them: pictures from outside."""
        return normalize(self._rows(count, np.random.default_rng([self._seed, 2, seed])))

    def texts(self, count: int, seed: int = 0) -> Embeddings:
        """[count, d] queries as texts and composed requests are: away from the rows in one direction, and noisier."""
        rng = np.random.default_rng([self._seed, 3, seed])
        rows = normalize(self._rows(count, rng))
        return normalize(rows + self._text_shift + _TEXT_NOISE * self._noise_rows(count, rng))

    def _rows(self, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = self._offset + _NOISE * self._noise_rows(count, rng)
        for values, weights in zip(self._parts, self._weights, strict=True):
            rows += values[rng.choice(len(values), count, p=weights)]
        return rows

    def _noise_rows(self, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        return rng.standard_normal((count, self.dimension), dtype=np.float32) @ self._noise


def clustered(dimension: int = 512, seed: int = 5) -> SyntheticCollection:
    """4,000 modes around 200 topics."""
    rng = np.random.default_rng([seed, 4])
    topics = _directions(200, dimension, rng)
    modes = np.repeat(topics, 20, axis=0) + 0.7 * _directions(4000, dimension, rng)
    return SyntheticCollection([modes], [rng.permutation(_power_law(4000))], seed)


def combinatorial(dimension: int = 512, seed: int = 6) -> SyntheticCollection:
    """1,000 objects × 400 scenes × 200 styles × 100 colours."""
    rng = np.random.default_rng([seed, 4])
    strengths = {1000: 0.8, 400: 0.6, 200: 0.5, 100: 0.4}
    parts = [strength * _directions(count, dimension, rng) for count, strength in strengths.items()]
    return SyntheticCollection(parts, [_power_law(count) for count in strengths], seed)


def _directions(count: int, dimension: int, rng: np.random.Generator) -> NDArray[np.float32]:
    return normalize(rng.standard_normal((count, dimension)))


def _power_law(count: int) -> NDArray[np.float64]:
    weights = np.arange(1, count + 1, dtype=np.float64) ** -0.8
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
