"""Galleries with and without what is asked for, and the questions put to them, for the suite `match`."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from retrieval.calibration import calibrate, sample_rows
from retrieval.embedding import normalize
from retrieval.exact_index import ExactIndex
from retrieval.item_table import Item
from retrieval.preprocess import open_picture
from retrieval.protocols import Composition, Encoder, Features
from retrieval.query import PhotoReference, Query, WeightedQuery
from retrieval.query_encoder import QueryEncoder
from retrieval.searcher import Searcher
from scripts.evaluation.product_gallery import ProductGallery
from scripts.training.photos import HELD_OUT_SHARE

FIRST = 6
"""Hits that count: an album."""
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures with what is known of them.

    Attributes:
        features: [n, d] raw.
        metadata: of each.
        groups: whose pictures must not be on both sides of a question; a sender, or the picture alone.
    """

    features: Features
    metadata: Sequence[Mapping[str, str]]
    groups: NDArray[np.int64]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.metadata)

    def part(self, chosen: NDArray[np.bool_]) -> "Pictures":
        """Those that are chosen."""
        rows = np.flatnonzero(chosen)
        return Pictures(self.features[rows], [self.metadata[row] for row in rows.tolist()], self.groups[rows])

    def photo(self, row: int, encoder: Encoder) -> PhotoReference:
        """A picture as if a person had sent it."""
        return PhotoReference(self.features[row].astype("<f4").tobytes(), encoder.fingerprint)


class Gallery:
    """A collection indexed and calibrated as a snapshot would be."""

    def __init__(self, pictures: Pictures, encoder: Encoder, composition: Composition, described: bool = True) -> None:
        """Without `described` the calibration is not told what the pictures show, as for a plain folder."""
        items = [
            Item(str(row), "", "", dict(metadata) if described else {})
            for row, metadata in enumerate(pictures.metadata)
        ]
        index = ExactIndex(encoder.dimension)
        index.add(normalize(pictures.features))
        rows = sample_rows(len(items))
        calibration = calibrate(
            [items[row] for row in rows],
            pictures.features[rows],
            lambda references, queries: QueryEncoder(encoder, composition, references)(queries).factors,
        )
        collection = ProductGallery([item.id for item in items], pictures.features)
        self._searcher = Searcher(encoder, composition, index, collection, calibration=calibration)

    def strength(self, query: Query) -> float:
        """Of the strongest hit of the first album; 0 where strengths could not be calibrated."""
        hits = self._searcher.search([WeightedQuery(query)], FIRST).hits
        return max((hit.strength or 0.0 for hit in hits), default=0.0)


def read_photos(directory: Path, encoder: Encoder, kinds: Mapping[str, str]) -> Pictures:
    """The photos of the held-out senders.

    Args:
        directory: holds `items.csv` (image, sender_id, label) and `images/<image>.jpg`.
        encoder: makes the features.
        kinds: label -> kind; photos of other labels are left out.

    Raises:
        ValueError: there are none.
        OSError: the folder cannot be read.
        RetrievalError: a photo cannot be read.
    """
    with (directory / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["label"] in kinds and int(row["sender_id"]) % HELD_OUT_SHARE == 0
        ]
    if not rows:
        raise ValueError(f"There are no photos of held-out senders in {directory}.")
    features = []
    for start in tqdm(range(0, len(rows), _BATCH), desc="photos", unit="batch", mininterval=5):
        batch = rows[start : start + _BATCH]
        pictures = [open_picture((directory / "images" / f"{row['image']}.jpg").read_bytes()) for row in batch]
        features.append(encoder.encode_images(pictures))
    metadata = [{"category": kinds[row["label"]]} for row in rows]
    return Pictures(np.concatenate(features), metadata, np.array([int(row["sender_id"]) for row in rows]))


def landscapes(count: int, encoder: Encoder, seed: int) -> Pictures:
    """Drawn skies over hills: pictures of something else altogether."""
    rng = np.random.default_rng(seed)
    height, width = 320, 400
    pictures = []
    for _ in range(count):
        sky, low, land = rng.integers(120, 255, 3), rng.integers(160, 255, 3), rng.integers(20, 140, 3)
        fade = np.linspace(0, 1, height)[:, None, None]
        canvas = np.broadcast_to(sky * (1 - fade) + low * fade, (height, width, 3)).copy()
        across = np.arange(width)
        for depth in range(3):
            waves = np.sin(across / rng.uniform(25, 90) + rng.uniform(0, 6)) * rng.uniform(8, 35)
            edge = height * (0.5 + 0.15 * depth) + waves
            canvas[np.arange(height)[:, None] > edge[None, :]] = land * (0.6 + 0.2 * depth)
        canvas += rng.normal(0, 6, canvas.shape)
        pictures.append(Image.fromarray(np.clip(canvas, 0, 255).astype(np.uint8)))
    return Pictures(encoder.encode_images(pictures), [{}] * count, np.arange(count))
