"""Near-duplicates: are copies of a photo known as such, and are different pictures kept apart?

On the real photos. Of photos of held-out senders, copies are made (saved again as JPEG of quality 60, at half their
size, at a third and quality 50, 2 % cut off at each side) and photos of the same thing in another colour (hues turned
by 40 to 180 degrees, of pictures whose middle has colour). `duplicates.copies.<how>`: share of the copies above
`retrieval.near_duplicates.NEAR`; `duplicates.recoloured.<degrees>` the same of the recoloured ones, which should be 0;
`duplicates.pairs`: pairs of photos of the collection above it; `duplicates.<threshold>.…` the same at other thresholds.
With the demo's products beside them, `duplicates.other_colour`: the most alike two products are that differ in colour
alone.
"""

import argparse
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from retrieval.embedding import normalize
from retrieval.near_duplicates import NEAR
from retrieval.protocols import Embeddings
from scripts.evaluation.photo_collection import PhotoCollection, add_photos, open_photos
from scripts.evaluation.simulated_people import KEYS, properties
from scripts.evaluation.suite import SEED, Figures, open_rendered

COUNT = 200
THRESHOLDS = (0.99, 0.993, NEAR, 0.998)
COLOURFUL = 0.3
"""Mean saturation of the middle of a picture whose colour can be turned into another one."""
_BATCH = 32

Change = Callable[[Image.Image], Image.Image]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The photos, and the demo's products."""
    add_photos(parser)
    parser.add_argument("--data-dir", type=Path, default=Path("var/demo"), metavar="DIR", help="the demo (%(default)s)")
    parser.add_argument("--combiner", default="auto", help=argparse.SUPPRESS)


def measure(options: argparse.Namespace) -> Figures:
    """`duplicates.…`; nothing without `--photos`."""
    if options.photos is None:
        return {}
    with open_photos(options) as photos:
        figures = score_copies(photos)
    with open_rendered(options) as rendered:
        embeddings = normalize(rendered.snapshot.features(range(len(rendered.items))))
        figures["duplicates.other_colour"] = most_alike_in_other_colours(
            embeddings, [properties(metadata) for metadata in rendered.items.values()]
        )
    return figures


def score_copies(photos: PhotoCollection) -> Figures:
    """Copies, recoloured pictures, and the photos among themselves."""
    stored = normalize(photos.snapshot.features(range(len(photos))))
    alike = np.sort((stored @ stored.T)[np.triu_indices(len(stored), 1)])
    rows = np.random.default_rng(SEED).permutation(np.flatnonzero(photos.held_out))[:COUNT].tolist()
    pictures = [photos.open(row) for row in rows]
    colourful = [number for number, picture in enumerate(pictures) if _saturation(picture) > COLOURFUL]
    found: dict[str, Embeddings] = {}
    for name, change, chosen in (
        *((f"copies.{how}", change, range(len(rows))) for how, change in COPIES.items()),
        *((f"recoloured.{degrees}", turned(degrees), colourful) for degrees in (40, 60, 120, 180)),
    ):
        changed = [change(pictures[number]) for number in chosen]
        batches = [photos.encoder.encode_images(changed[at : at + _BATCH]) for at in range(0, len(changed), _BATCH)]
        originals = stored[[rows[number] for number in chosen]]
        found[name] = (normalize(np.concatenate(batches)) * originals).sum(axis=1)
    figures: Figures = {}
    for threshold in THRESHOLDS:
        name = "duplicates" if threshold == NEAR else f"duplicates.{threshold:g}"
        figures |= {f"{name}.{what}": round(float((cosines >= threshold).mean()), 4) for what, cosines in found.items()}
        figures[f"{name}.pairs"] = float((alike >= threshold).sum())
    return figures


def most_alike_in_other_colours(embeddings: Embeddings, products: list[Mapping[str, str]]) -> float:
    """The highest cosine of two products that differ in colour and in nothing else that is known of them."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, product in enumerate(products):
        groups.setdefault(tuple(product[key] for key in KEYS if key != "colour"), []).append(row)
    highest = -1.0
    for rows in groups.values():
        colours = np.array([products[row]["colour"] for row in rows])
        cosines = (embeddings[rows] @ embeddings[rows].T)[colours[:, None] != colours]
        highest = max([highest, *cosines.tolist()])
    return round(highest, 4)


def turned(degrees: int) -> Change:
    """Turns every hue by so many degrees."""

    def change(picture: Image.Image) -> Image.Image:
        pixels = np.asarray(picture.convert("HSV")).copy()
        pixels[..., 0] += np.uint8(degrees * 256 // 360)  # wraps around, as hues do
        return Image.fromarray(pixels, "HSV").convert("RGB")

    return change


def _saved(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def _scaled(picture: Image.Image, parts: int) -> Image.Image:
    return picture.resize((max(1, picture.width // parts), max(1, picture.height // parts)))


def _cut(picture: Image.Image, share: float) -> Image.Image:
    left, top = int(share * picture.width), int(share * picture.height)
    return picture.crop((left, top, picture.width - left, picture.height - top))


def _saturation(picture: Image.Image) -> float:
    return float(np.asarray(_cut(picture, 0.25).convert("HSV"))[..., 1].mean()) / 255


COPIES: Mapping[str, Change] = {
    "saved_again": lambda picture: _saved(picture, 60),
    "half_size": lambda picture: _scaled(picture, 2),
    "third_size": lambda picture: _saved(_scaled(picture, 3), 50),
    "cut": lambda picture: _cut(picture, 0.02),
}
