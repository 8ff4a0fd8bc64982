"""Texts without words: which attributes a text names, straight to a feature.

While the image tower is trained, this small network stands where the text tower will be. It tells apart from the first
step on what a real text tower must first learn to read, it costs nothing, and the image tower learns only what can be
seen. The text tower is trained afterwards, against pictures that no longer change (`text_tuning.py`).
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from scripts.training.labels import KEYS, NONE, UNKNOWN

_WIDTH = 512
_CODES = tuple(len(values) + NONE + 1 for values in KEYS.values())
_WITHOUT_KIND = 0.1


class AttributeTexts(nn.Module):
    """[m, 7, 2] constraint bits (`labels.encode_constraints`) -> [m, d] raw features."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.direct = nn.Linear(sum(_CODES), dimension)
        self.mixed = nn.Sequential(nn.Linear(sum(_CODES), _WIDTH), nn.GELU(), nn.Linear(_WIDTH, dimension))

    def forward(self, bits: Tensor) -> Tensor:
        """The features of texts that name these attributes."""
        allowed = [(bits[:, key, 0, None] >> torch.arange(count)) & 1 for key, count in enumerate(_CODES)]
        named = torch.cat(allowed, dim=1).float()
        features: Tensor = self.direct(named) + self.mixed(named)
        return features


def name_attributes(
    codes: NDArray[np.int64], ambiguous: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """[n, 7] codes of pictures -> [n, 7, 2] bits: some of what is known of each, the kind nearly always.

    Args:
        codes: see `labels.encode_attributes`.
        ambiguous: [kinds], for the code of each kind the bits of those that are neither right nor wrong for it.
        rng: chance.
    """
    known = codes > max(UNKNOWN, NONE)
    # Colour and pattern are what people name most.
    chance = np.array([1 - _WITHOUT_KIND, 0.5, 0.45, 0.3, 0.3, 0.3, 0.45])
    named = known & (rng.random(codes.shape) < chance)
    nothing = np.flatnonzero(~named.any(axis=1))
    named[nothing, 0] = known[nothing, 0]
    bits = np.zeros((*codes.shape, 2), np.int64)
    bits[..., 0] = np.where(named, np.int64(1) << codes, 0)
    bits[:, 0, 1] = np.where(named[:, 0], ambiguous[codes[:, 0]], 0)
    return bits
