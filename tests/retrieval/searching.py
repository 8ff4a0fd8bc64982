"""A collection that lives in memory, and an encoder whose features can be told by looking."""

from collections.abc import Collection, Sequence

import numpy as np
from PIL import Image

from retrieval.composition import NormalizedSum
from retrieval.embedding import normalize
from retrieval.errors import ReferenceUnknown
from retrieval.exact_index import ExactIndex
from retrieval.protocols import Composition, Features, Rows
from retrieval.searcher import Searcher

WORDS = ("red", "blue", "dress", "coat", "long", "short", "striped", "plain")


class WordEncoder:
    """One axis for each of `WORDS`, length 3: not normalised, as features are. A picture is as red or blue as it is."""

    dimension = len(WORDS)

    def __init__(self, fingerprint: str = "words@1@1") -> None:
        self.fingerprint = fingerprint
        self.texts: list[str] = []

    def encode_texts(self, texts: Sequence[str]) -> Features:
        self.texts += texts
        features = [[3.0 * (word in text.split()) for word in WORDS] for text in texts]
        return np.array(features, dtype=np.float32).reshape(-1, self.dimension) + np.float32(0.01)

    def encode_images(self, pictures: Sequence[Image.Image]) -> Features:
        features = np.full((len(pictures), self.dimension), 0.01, dtype=np.float32)
        for row, picture in zip(features, pictures, strict=True):
            red, _, blue = picture.resize((1, 1)).getpixel((0, 0))
            row[:2] += red / 100, blue / 100
        return features


class Shelf:
    """Items whose id says what they show, such as "red dress long"."""

    def __init__(self, *ids: str) -> None:
        self.names = ids
        self.stored = WordEncoder().encode_texts(ids)

    def __len__(self) -> int:
        return len(self.names)

    def row(self, item_id: str) -> int:
        if item_id not in self.names:
            raise ReferenceUnknown(f"The picture {item_id!r} is not in the collection any more.")
        return self.names.index(item_id)

    def rows(self, item_ids: Collection[str]) -> dict[str, int]:
        return {item_id: self.names.index(item_id) for item_id in item_ids if item_id in self.names}

    def ids(self, rows: Sequence[int]) -> list[str]:
        return [self.names[row] for row in rows]

    def features(self, rows: Rows | Sequence[int]) -> Features:
        return self.stored[np.asarray(rows, dtype=np.int64)]


def searcher_over(*ids: str, composition: Composition | None = None, encoder: WordEncoder | None = None) -> Searcher:
    """Ranks by vectors alone; attributes have tests of their own."""
    collection, index = Shelf(*ids), ExactIndex(len(WORDS))
    if ids:
        index.add(normalize(collection.stored))
    return Searcher(encoder or WordEncoder(), composition or NormalizedSum(), index, collection, attributes=False)
