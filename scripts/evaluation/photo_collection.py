"""The real photos, all of them, indexed as the bot would index them, for the suites `exact` and `corruptions`."""

import argparse
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from bot.publishing import Recipe, publish_catalogue
from retrieval.catalogue import folder
from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.composition import NormalizedSum
from retrieval.exact_matches import CANDIDATES, ExactMatcher
from retrieval.preprocess import open_picture
from retrieval.query import ImageQuery, WeightedQuery
from retrieval.searcher import Searcher
from retrieval.snapshot import Snapshot
from scripts.evaluation.suite import add_model
from scripts.training.photos import is_held_out
from storage.snapshots import SnapshotStore

_BATCH = 32


@dataclass(frozen=True, slots=True)
class PhotoCollection:
    """A snapshot of the photos, opened for searching.

    Attributes:
        labels: what is on each row's photo.
        held_out: whether the sender of a row is held out.
    """

    encoder: ClipEncoder
    snapshot: Snapshot
    searcher: Searcher
    matcher: ExactMatcher
    labels: tuple[str, ...]
    held_out: NDArray[np.bool_]

    def __len__(self) -> int:
        """n, the number of photos."""
        return len(self.labels)

    def open(self, row: int) -> Image.Image:
        """The photo of a row, RGB."""
        return open_picture(Path(self.snapshot.item_at(row).path))

    def nearest(self, photo: bytes, k: int = CANDIDATES) -> list[int]:
        """The rows that the image search finds for a photo, best first."""
        query = WeightedQuery(ImageQuery(self.searcher.encode_photo(photo)))
        return [self.snapshot.row(hit.item_id) for hit in self.searcher.search([query], k).hits]


def add_photos(parser: argparse.ArgumentParser) -> None:
    """The model, the photos, and where their index is kept from one run to the next."""
    add_model(parser)
    parser.add_argument(
        "--photos", type=Path, metavar="DIR", help="a folder with items.csv (image, sender_id, label) and images/"
    )
    parser.add_argument(
        "--photos-data", type=Path, default=Path("var/photos"), metavar="DIR", help="their index (%(default)s)"
    )


@contextmanager
def open_photos(options: argparse.Namespace) -> Iterator[PhotoCollection]:
    """Indexes the photos of `options` where that is not done yet, and opens them.

    Raises:
        RetrievalError, StorageError: they cannot be indexed.
        ValueError: items.csv does not say what is on a photo.
    """
    encoder = load_encoder(options.model, options.pretrained, options.device)
    store = SnapshotStore(options.photos_data / "snapshots")
    recipe = Recipe(encoder, NormalizedSum(), options.model, options.pretrained, "faiss", strengths=False)
    steps = publish_catalogue(store, recipe, folder(options.photos / "images"), encoder.encode_images, _BATCH)
    for _ in tqdm(steps, desc="indexing photos", unit="step", mininterval=10):
        pass
    with (options.photos / "items.csv").open(encoding="utf-8", newline="") as file:
        known = {f"{row['image']}.jpg": row for row in csv.DictReader(file)}
    snapshot = Snapshot.open(store.current(), encoder.fingerprint, None, device=encoder.device)
    try:
        items = [known.get(item.id) for item in snapshot.items()]
        matcher = ExactMatcher.over(snapshot)
        described = [item for item in items if item is not None]
        if len(described) < len(items) or matcher is None:
            raise ValueError(f"{options.photos / 'items.csv'} does not describe every photo in images/.")
        yield PhotoCollection(
            encoder,
            snapshot,
            Searcher(encoder, NormalizedSum(), snapshot.index, snapshot),
            matcher,
            tuple(item["label"] for item in described),
            np.array([is_held_out(item["sender_id"]) for item in described]),
        )
    finally:
        snapshot.close()
