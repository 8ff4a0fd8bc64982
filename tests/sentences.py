"""A small real sentence encoder for tests: texts are near where they share words or beginnings of words."""

import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.embedding import normalize
from retrieval.item_words import words_in
from retrieval.protocols import Embeddings


class StemEncoder:
    """Counts hashed beginnings of words, three letters long; no network, no training, no randomness."""

    dimension = 64

    def __init__(self, fingerprint: str = "stems@1") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        self.encoded += texts
        counts = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(counts, texts, strict=True):
            for word in words_in(text):
                row[zlib.crc32(word[:3].encode()) % self.dimension] += 1
        return normalize(counts)
