"""A small real encoder for tests: what a picture's colours are, and which colour words a text holds.

No network, no randomness, no training, and still a shared space: "red" is nearest to red pictures.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from retrieval.preprocess import open_picture
from retrieval.protocols import Features

GRID = 2
COLOURS = {
    "red": (220, 30, 30),
    "green": (30, 160, 60),
    "blue": (40, 60, 210),
    "yellow": (240, 220, 40),
    "black": (15, 15, 15),
    "white": (250, 250, 250),
}


class ColourEncoder:
    """Mean colours of a 2 x 2 grid around middle grey; a text is the mean of the colours that it names."""

    def __init__(self, fingerprint: str = "colours@1") -> None:
        self.fingerprint = fingerprint
        self.dimension = 3 * GRID * GRID + 1
        self.encoded = 0

    def prepare(self, data: bytes) -> Image.Image:
        """What `encode_images` needs of a picture's file: all of it."""
        return open_picture(data)

    def encode_images(self, pictures: Sequence[Image.Image]) -> Features:
        """RGB pictures -> [n, 13] raw features."""
        self.encoded += len(pictures)
        grids = [np.asarray(picture.resize((GRID, GRID), Image.Resampling.BOX)).reshape(-1) for picture in pictures]
        return self._features(np.array(grids, dtype=np.float32).reshape(len(pictures), -1))

    def encode_texts(self, texts: Sequence[str]) -> Features:
        """Texts -> [n, 13] raw features."""
        named = [[COLOURS[word] for word in text.lower().split() if word in COLOURS] for text in texts]
        means = [np.mean(colours, axis=0) if colours else np.full(3, 127.5) for colours in named]
        return self._features(np.tile(np.array(means, dtype=np.float32).reshape(len(texts), 3), GRID * GRID))

    def _features(self, colours: Features) -> Features:
        # The constant keeps middle grey from being the zero vector, which has no direction.
        centred = (colours - np.float32(127.5)) / np.float32(127.5)
        return np.hstack([centred, np.full((len(centred), 1), 0.1, dtype=np.float32)]).astype(np.float32)
