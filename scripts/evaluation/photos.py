"""Words alone on real photos of senders that training never saw: right pictures among the first ten.

`photos.kind.p10`: the ten most frequent kinds, three wordings each. `photos.colour_kind.p10`: every colour and kind
that at least five photos have, one wording each, on the photos whose colour a person has named by eye
(`photo_colours.json`). Where fewer than ten photos are right, as many count as there are. Both are searched for as
the bot does, and with the model alone (`.alone`). `photos.composed.…` are requests next to those photos
(`photo_requests`).
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.composition import load_composition
from retrieval.preprocess import open_picture
from retrieval.protocols import Features
from scripts.evaluation.photo_requests import score_photo_requests
from scripts.evaluation.product_gallery import ProductGallery
from scripts.evaluation.suite import SEED, Figures, add_model
from scripts.evaluation.words import right_among_first
from scripts.training.photos import is_held_out

FIRST = 10
LEAST = 5
WORDINGS: Mapping[str, tuple[str, str, str]] = {
    "T-Shirt": ("I'm after a T-shirt", "got any tees with short sleeves?", "let me see a short-sleeved t-shirt"),
    "Longsleeve": ("I could use a long-sleeved T-shirt", "any longsleeve around?", "how about a tee with long sleeves"),
    "Pants": ("is there a pair of trousers in your shop?", "got any pants?", "jeans or other trousers would be great"),
    "Shoes": ("where can I see shoes", "my sister wants shoes", "please get me a pair of shoes"),
    "Shirt": ("is there a button-down shirt in your shop?", "hello! shirt with a collar", "I'm after a shirt"),
    "Dress": ("let me see a dress", "a dress would be great", "got any dresses?"),
    "Outwear": ("I could use a jacket", "any coats around?", "my sister wants a warm coat"),
    "Shorts": ("how about shorts", "got any shorts?", "a pair of shorts would be great"),
    "Hat": ("where can I see a hat", "is there a cap in your shop?", "I'm after a hat"),
    "Skirt": ("please get me a skirt", "let me see skirts", "a skirt would be great"),
}
"""The ten most frequent labels, in sentences of no training frame."""
HEADLINES = ("photos.kind.p10", "photos.colour_kind.p10")
_NOUNS = {
    "T-Shirt": "T-shirt", "Longsleeve": "long-sleeved T-shirt", "Pants": "trousers", "Shoes": "shoes", "Shirt": "shirt",
    "Dress": "dress", "Outwear": "jacket", "Shorts": "shorts", "Hat": "hat", "Skirt": "skirt",
}  # fmt: skip
_COLOURS = Path(__file__).with_name("photo_colours.json")


@dataclass(frozen=True, slots=True)
class Photos:
    """Held-out photos: raw features [n, d], what is on them, and the colour by eye ("" where nobody could say)."""

    features: Features
    labels: Sequence[str]
    colours: Sequence[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, and where the photos are."""
    add_model(parser)
    parser.add_argument(
        "--photos", type=Path, metavar="DIR", help="a folder with items.csv (image, sender_id, label) and images/"
    )


def measure(options: argparse.Namespace) -> Figures:
    """`photos.…`; nothing without `--photos`."""
    if options.photos is None:
        return {}
    encoder = load_encoder(options.model, options.pretrained, options.device)
    photos = read_photos(options.photos, encoder)
    coloured = [row for row, colour in enumerate(photos.colours) if colour]
    asked = score_photo_requests(
        encoder,
        load_composition("auto", encoder),
        photos.features[coloured],
        [photos.labels[row] for row in coloured],
        [photos.colours[row] for row in coloured],
        SEED,
    )
    alone = score_photos(encoder, photos, attributes=False)
    return score_photos(encoder, photos) | {f"{name}.alone": alone[name] for name in HEADLINES} | asked


def read_photos(directory: Path, encoder: ClipEncoder) -> Photos:
    """The photos of the held-out senders.

    Raises:
        ValueError: nothing there is held out.
    """
    with (directory / "items.csv").open(encoding="utf-8", newline="") as file:
        items = [row for row in csv.DictReader(file) if is_held_out(row["sender_id"])]
    items = [item for item in items if (directory / "images" / f"{item['image']}.jpg").exists()]
    if not items:
        raise ValueError(f"{directory} holds no photos of held-out senders.")
    colours = json.loads(_COLOURS.read_bytes())["colours"]
    features = [
        encoder.encode_images([open_picture(directory / "images" / f"{item['image']}.jpg") for item in batch])
        for batch in (items[start : start + 64] for start in range(0, len(items), 64))
    ]
    return Photos(
        np.concatenate(features),
        [item["label"] for item in items],
        [colours.get(item["image"], "") for item in items],
    )


def score_photos(encoder: ClipEncoder, photos: Photos, attributes: bool = True) -> Figures:
    """Both figures, and the first for each kind; without `attributes` the model ranks alone."""
    composition = load_composition("auto", encoder)

    def shares(gallery: np.ndarray, searches: Iterable[tuple[str, np.ndarray]]) -> list[float]:
        """For each wording the share of right pictures among the first ten of the gallery's rows."""
        ids = [str(row) for row in gallery]
        searcher = ProductGallery(ids, photos.features[gallery]).searcher(encoder, composition, attributes)
        return [
            right_among_first(searcher, wording, {str(row) for row in gallery[right[gallery]]}, FIRST)
            for wording, right in searches
            if right[gallery].any()
        ]

    labels = np.array(photos.labels)
    figures = {
        f"photos.kind.p10.{label}": _mean(shares(np.arange(len(labels)), [(words, labels == label) for words in three]))
        for label, three in WORDINGS.items()
    }
    coloured = np.flatnonzero([bool(colour) for colour in photos.colours])
    return {
        "photos.kind.p10": _mean(list(figures.values())),
        "photos.colour_kind.p10": _mean(shares(coloured, _colour_searches(photos))),
        **figures,
    }


def _colour_searches(photos: Photos) -> Iterator[tuple[str, np.ndarray]]:
    pairs = Counter(pair for pair in zip(photos.colours, photos.labels, strict=True) if pair[0] and pair[1] in WORDINGS)
    for (colour, label), count in sorted(pairs.items()):
        if count >= LEAST:
            right = [pair == (colour, label) for pair in zip(photos.colours, photos.labels, strict=True)]
            yield f"I'm after {colour} {_NOUNS[label]}", np.array(right)


def _mean(shares: Sequence[float]) -> float:
    return round(float(np.mean(shares)), 4) if shares else 0.0
