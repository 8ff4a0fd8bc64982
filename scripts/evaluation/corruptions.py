"""Rough conditions: how much of what a photo finds is still found when the photo has suffered?

Photos of held-out senders are searched for among all photos as the bot does it, as they are and after 10 kinds of
corruption in 3 strengths (`photo_corruptions`). `corruptions.kept`: recall at 10 of the photo itself, after the
verified picture was put first, as a share of the same recall for photos as they are; the mean over kinds and strengths,
`.<kind>` over strengths, and `.<kind>.<strength>`. `corruptions.clip_alone`: the same by the image search alone.
`corruptions.same_kind`: photos of the same kind of garment among the first ten other photos, as a share likewise: what
is left for somebody whose photo is not of the collection. `corruptions.warned`: share of the photos of which the bot
says that they are very dark, over-exposed, blurred, tiny or of one colour; `.clean` of photos as they are.
`corruptions.same_kind.warned` and `.unwarned`: over all corrupted photos, those with such a sentence and those without.
"""

import argparse
import io
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from PIL import Image
from tqdm import tqdm

from retrieval.exact_matches import CANDIDATES
from retrieval.local_features import PHOTO_SIDE
from retrieval.photo_condition import condition_of
from retrieval.preprocess import open_picture
from scripts.evaluation.photo_collection import PhotoCollection, add_photos, open_photos
from scripts.evaluation.photo_corruptions import CORRUPTIONS, STRENGTHS, Pixels, compressed, corrupted
from scripts.evaluation.suite import SEED, Figures

FIRST = 10
CLEAN = "clean"
_QUALITY = 85


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The photos, and how many of them are corrupted."""
    add_photos(parser)
    parser.add_argument(
        "--corrupted", type=int, default=100, metavar="N", help="photos, each in 30 corruptions (%(default)s)"
    )


def measure(options: argparse.Namespace) -> Figures:
    """`corruptions.…`; nothing without `--photos`."""
    if options.photos is None:
        return {}
    with open_photos(options) as photos:
        return summarise(search_corrupted(photos, options.corrupted))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a photo found.

    Attributes:
        kept: the photo itself is among the first ten the bot shows.
        clip_alone: among the first ten of the image search.
        same_kind: share of the first ten other photos that show the same kind of garment.
        warned: the bot says something about the photo's condition.
    """

    kept: bool
    clip_alone: bool
    same_kind: float
    warned: bool


Outcomes = dict[tuple[str, int], list[Outcome]]
"""By kind and strength; `(CLEAN, 0)` are the photos as they are."""


def search_corrupted(photos: PhotoCollection, count: int) -> Outcomes:
    """Searches for `count` photos of held-out senders in every condition. Raises ValueError: nothing is held out."""
    rows = np.flatnonzero(photos.held_out)
    if not len(rows):
        raise ValueError("There are no photos of held-out senders.")
    chosen = np.random.default_rng(SEED).choice(rows, min(count, len(rows)), replace=False).tolist()
    outcomes: Outcomes = defaultdict(list)
    for row in tqdm(chosen, desc="corruptions", unit="photo", mininterval=10):
        original = np.asarray(photos.open(row))
        outcomes[CLEAN, 0].append(_search(photos, row, compressed(original, _QUALITY)))
        for kind in CORRUPTIONS:
            for strength in STRENGTHS:
                outcomes[kind, strength].append(_search(photos, row, corrupted(original, kind, strength, row)))
    return outcomes


def summarise(outcomes: Outcomes) -> Figures:
    """The metrics."""
    figures: Figures = {}
    for name in ("kept", "clip_alone", "same_kind"):
        clean = _mean(outcomes[CLEAN, 0], name)
        kept = {key: _mean(found, name) / clean if clean else 0.0 for key, found in outcomes.items() if key[1]}
        figures[f"corruptions.{name}"] = float(np.mean(list(kept.values())))
        for kind in CORRUPTIONS:
            figures[f"corruptions.{name}.{kind}"] = float(np.mean([kept[kind, strength] for strength in STRENGTHS]))
        figures |= {f"corruptions.{name}.{kind}.{strength}": share for (kind, strength), share in kept.items()}
    for (kind, strength), found in outcomes.items():
        figures[f"corruptions.warned.{kind}" + (f".{strength}" if strength else "")] = _mean(found, "warned")
    clean = _mean(outcomes[CLEAN, 0], "same_kind")
    suffered = [one for key, found in outcomes.items() if key[1] for one in found]
    for name, those in (("warned", True), ("unwarned", False)):
        some = [one for one in suffered if one.warned == those]
        if some and clean:
            figures[f"corruptions.same_kind.{name}"] = _mean(some, "same_kind") / clean
    return figures


def _search(photos: PhotoCollection, row: int, pixels: Pixels) -> Outcome:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    picture = open_picture(buffer.getvalue(), enough=PHOTO_SIDE)
    nearest = photos.nearest(buffer.getvalue(), CANDIDATES)
    mark = photos.matcher.find(picture, nearest)
    shown = nearest if mark is None else [mark, *(other for other in nearest if other != mark)]
    others = [other for other in nearest if other != row][:FIRST]
    same_kind = float(np.mean([photos.labels[other] == photos.labels[row] for other in others])) if others else 0.0
    warned = mark is None and condition_of(picture) is not None
    return Outcome(row in shown[:FIRST], row in nearest[:FIRST], same_kind, warned)


def _mean(found: list[Outcome], name: str) -> float:
    return float(np.mean([getattr(one, name) for one in found]))
