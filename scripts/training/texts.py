"""Texts for pictures, made in stock once and drawn while training."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from scripts.training.labels import encode_constraints
from scripts.training.requests import restate
from scripts.training.synonyms import vary
from scripts.training.tokens import Tokens
from scripts.training.wordings import describe

_REQUESTS = 0.3
"""Share of the texts that are worded as requests next to another picture."""
_DISTURBED = 0.06


class TextStock:
    """`per_picture` texts for every picture: tokens and what they name.

    Attributes:
        tokens: uint16 [n, per_picture, context], with start and end marks, padded with 0.
        bits: int64 [n, per_picture, 7, 2], see `labels.encode_constraints`.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[str, str | None]],
        per_picture: int,
        tokens: Tokens,
        seed: int,
    ) -> None:
        rng = np.random.default_rng(seed)
        self._marks = tokens.marks
        texts, named = [], []
        for row in tqdm(rows, desc="wordings", unit="picture", mininterval=5):
            for _ in range(per_picture):
                restated = restate(row, rng) if rng.random() < _REQUESTS else None
                text, constraints = restated if restated is not None else describe(row, rng)
                texts.append(vary(text, row, rng))
                named.append(encode_constraints(constraints))
        self.tokens = tokens.table(texts).reshape(len(rows), per_picture, -1)
        self.bits = np.stack(named).reshape(len(rows), per_picture, -1, 2)

    def draw(
        self, pictures: NDArray[np.int64], count: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """`count` texts of each picture: tokens [n * count, longest] and bits [n * count, 7, 2].

        Some texts get tokens that mean nothing, so that words never seen are passed over rather than obeyed.
        """
        per_picture = self.tokens.shape[1]
        rows = np.repeat(pictures, count)
        columns = rng.integers(0, per_picture, len(rows))
        tokens = self.tokens[rows, columns].astype(np.int64)
        for row in np.flatnonzero(rng.random(len(rows)) < _DISTURBED):
            tokens[row] = self._disturbed(tokens[row], rng)
        longest = int((tokens != 0).sum(axis=1).max())
        return tokens[:, :longest], self.bits[rows, columns]

    def _disturbed(self, tokens: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """One to three random tokens in a row, put in front, behind, or somewhere between."""
        length = int((tokens != 0).sum())
        extra = rng.integers(256, self._marks[0], int(rng.integers(1, 4)))
        place = int(rng.choice([1, length - 1, int(rng.integers(1, length))]))
        longer = np.concatenate([tokens[:place], extra, tokens[place:length]])[: len(tokens)]
        longer[-1] = self._marks[1] if len(longer) == len(tokens) else longer[-1]
        result = np.zeros_like(tokens)
        result[: len(longer)] = longer
        return result
