"""The very picture that a photo was made from: is it found first, and is nothing else taken for it?

Photos of held-out senders (limits were chosen on others) are cropped, rotated, seen from the side, darkened, blurred,
re-compressed and screenshotted, and searched for among all photos as the bot does. `exact.found_at_1`: the photo
itself comes first, verified or not; `exact.clip_alone_at_1`: by the image search alone, on the same queries. For
`exact.false_alarms` the photo is taken out of the collection, and any mark is one. Of photos that are there twice
(difference hash within 6 of 256 bits, or one photograph cut in two ways as a person has seen by eye:
`same_photograph.json`) either is right, and both are taken out; `exact.duplicates` counts them. What is left are other
photographs, those of the same garment taken once more among them. Milliseconds are per photo sent, from
its bytes to the verdict, with the picture there (`ms`) and taken out (`absent_ms`); `cpu_ms` of all threads together.
"""

import argparse
import io
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from retrieval.exact_matches import CANDIDATES
from retrieval.local_features import PHOTO_SIDE
from retrieval.preprocess import open_picture
from scripts.evaluation.photo_collection import PhotoCollection, add_photos, open_photos
from scripts.evaluation.photo_corruptions import COPIES, copied
from scripts.evaluation.suite import SEED, Figures

_SAME_PHOTOGRAPH = Path(__file__).with_name("same_photograph.json")
_HASH_SIDE = 16
_SAME_BITS = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The photos, and how many of them are queries."""
    add_photos(parser)
    parser.add_argument("--queries", type=int, default=500, metavar="N", help="photos, each in 7 copies (%(default)s)")
    parser.add_argument("--marks", type=Path, metavar="FILE", help="write the false alarms there, to be looked at")


def measure(options: argparse.Namespace) -> Figures:
    """`exact.…`; nothing without `--photos`."""
    if options.photos is None:
        return {}
    with open_photos(options) as photos:
        outcomes = copies_searched(photos, options.queries)
    if options.marks is not None:
        options.marks.write_text("".join(f"{line}\n" for line in outcomes.marks), encoding="utf-8")
    return outcomes.figures()


@dataclass
class Outcomes:
    """What became of the queries, by kind of copy: lists of 0 and 1, and of milliseconds."""

    found: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    clip_alone: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    marked: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    alarms: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    marks: list[str] = field(default_factory=list)
    duplicates: int = 0

    def figures(self) -> Figures:
        """The metrics."""
        figures: Figures = {}
        for name, outcomes in (
            ("found_at_1", self.found),
            ("clip_alone_at_1", self.clip_alone),
            ("marked", self.marked),
            ("false_alarms", self.alarms),
        ):
            figures[f"exact.{name}"] = float(np.mean([one for kind in outcomes.values() for one in kind]))
            figures |= {f"exact.{name}.{kind}": float(np.mean(of_kind)) for kind, of_kind in outcomes.items()}
        figures["exact.duplicates"] = float(self.duplicates)
        for name, spent in self.times.items():
            figures[f"exact.{name}"] = float(np.mean(spent))
            figures[f"exact.{name}.p95"] = float(np.percentile(spent, 95))
        return figures


def copies_searched(photos: PhotoCollection, count: int) -> Outcomes:
    """Every kind of copy of `count` photos of held-out senders, searched for with and without the photo there.

    Raises:
        ValueError: nothing there is held out.
    """
    rows = np.flatnonzero(photos.held_out)
    if not len(rows):
        raise ValueError("There are no photos of held-out senders.")
    chosen = np.random.default_rng(SEED).choice(rows, min(count, len(rows)), replace=False).tolist()
    twins = twins_of(photos)
    outcomes = Outcomes(duplicates=sum(len(same) > 1 for same in twins))
    for row in tqdm(chosen, desc="copies", unit="photo", mininterval=10):
        original = np.asarray(photos.open(row))
        for kind in COPIES:
            buffer = io.BytesIO()
            Image.fromarray(copied(original, kind, row)).save(buffer, "JPEG", quality=95)
            _search(photos, buffer.getvalue(), kind, row, twins[row], outcomes)
    return outcomes


def _search(
    photos: PhotoCollection, data: bytes, kind: str, row: int, right: frozenset[int], outcomes: Outcomes
) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    nearest = photos.nearest(data, CANDIDATES)
    picture = open_picture(data, enough=PHOTO_SIDE)
    shared_wall, shared_cpu = time.perf_counter() - wall, time.process_time() - cpu
    for absent in (False, True):
        wall, cpu = time.perf_counter(), time.process_time()
        mark = photos.matcher.find(picture, nearest, right if absent else frozenset())
        name = "absent_" if absent else ""
        outcomes.times[f"{name}ms"].append(1e3 * (time.perf_counter() - wall + shared_wall))
        outcomes.times[f"{name}cpu_ms"].append(1e3 * (time.process_time() - cpu + shared_cpu))
        if absent:
            outcomes.alarms[kind].append(mark is not None)
            if mark is not None:
                outcomes.marks.append(f"{kind} {photos.snapshot.item_at(row).id} {photos.snapshot.item_at(mark).id}")
        else:
            outcomes.marked[kind].append(mark in right)
            outcomes.found[kind].append((nearest[0] if mark is None else mark) in right)
            outcomes.clip_alone[kind].append(nearest[0] in right)


def twins_of(photos: PhotoCollection) -> list[frozenset[int]]:
    """For each row the rows that hold the same photo, itself among them, by hash (dHash, N. Krawetz, 2013) or eye."""
    hashes = np.stack([_difference_hash(photos.open(row)) for row in tqdm(range(len(photos)), mininterval=10)])
    signs = 2 * hashes.astype(np.float32) - 1
    differently_cut = _differently_cut(photos)
    twins = []
    for row in range(len(photos)):
        differing = (hashes.shape[1] - signs @ signs[row]) / 2
        twins.append(frozenset({row, *np.flatnonzero(differing <= _SAME_BITS).tolist(), *differently_cut[row]}))
    return twins


def _differently_cut(photos: PhotoCollection) -> dict[int, set[int]]:
    twins: dict[int, set[int]] = defaultdict(set)
    for pair in json.loads(_SAME_PHOTOGRAPH.read_bytes())["same_photograph"]:
        rows = {*photos.snapshot.rows([f"{name}.jpg" for name in pair]).values()}
        for row in rows:
            twins[row] |= rows
    return twins


def _difference_hash(photo: Image.Image) -> NDArray[np.bool_]:
    grey = np.asarray(photo.convert("L").resize((_HASH_SIDE + 1, _HASH_SIDE), Image.Resampling.BOX), np.int16)
    return (grey[:, 1:] > grey[:, :-1]).ravel()
