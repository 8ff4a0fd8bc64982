"""Features whose rankings are known, and small datasets in the layouts of FashionIQ and CIRR.

On the ring, picture i of n sits at the angle 2 pi i / n, and similarity falls with the angular distance alone. A query
a quarter of a step past picture s therefore ranks s, s + 1, s - 1, s + 2, s - 2, … in this order, whatever the gallery.
"""

import json
from pathlib import Path

import numpy as np

from retrieval.protocols import Features, Rows
from scripts.protocols.cirr import Split
from scripts.protocols.fashioniq import CATEGORIES, Category
from scripts.protocols.queries import Queries
from tests.encoders import COLOURS
from tests.pictures import save_picture

_FEW = 3000
"""On rings of up to so many pictures the plain cosine tells neighbours apart in float32."""


def on_ring(places: np.ndarray, count: int) -> Features:
    """Places on a ring of `count` steps -> [n, 2] or [n, 64].

    On a large ring the similarity is a narrow bell, good for the first hundred ranks.
    """
    frequencies = np.arange(1, 2 if count <= _FEW else 33)
    weights = np.exp(-((frequencies / 12) ** 2) / 4)
    angles = 2 * np.pi * np.asarray(places, dtype=np.float64)[:, None] / count * frequencies
    return np.hstack([weights * np.cos(angles), weights * np.sin(angles)]).astype(np.float32)


def asking_for(targets: Rows, ranks: np.ndarray) -> np.ndarray:
    """The places of queries that rank these targets so: places [q]."""
    half = ranks // 2
    return np.where(ranks % 2 == 1, targets + half, targets - half) + 0.25


def ring_rank(places: np.ndarray, rows: Rows, count: int) -> np.ndarray:
    """The rank of a row for a query at `s + 0.25`, by counting steps: independent of any features."""
    steps = (rows - np.floor(places).astype(int) + count // 2) % count - count // 2
    return np.where(steps > 0, 2 * steps, 1 - 2 * steps)


def fashioniq_queries(category: Category, features: Features, texts: Features) -> Queries:
    rows = {name: row for row, name in enumerate(category.gallery)}
    references = np.array([rows[triplet.reference] for triplet in category.triplets])
    targets = np.array([rows[triplet.target] for triplet in category.triplets if triplet.target])
    return Queries(category.gallery, features, references, targets, texts)


def cirr_queries(split: Split, features: Features, texts: Features) -> Queries:
    rows = {name: row for row, name in enumerate(split.gallery)}
    return Queries(
        tuple(split.gallery),
        features,
        np.array([rows[pair.reference] for pair in split.pairs]),
        np.array([rows[pair.target] for pair in split.pairs if pair.target]) if split.name != "test1" else None,
        texts,
        np.array([[rows[member] for member in pair.others] for pair in split.pairs]),
        tuple(pair.pair_id for pair in split.pairs),
    )


def write_json(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def write_fashioniq(root: Path, pictures: int = 6) -> tuple[Path, Path]:
    """Annotations and JPEGs of all categories, `train` and `val`: each picture asks for the next one."""
    annotations, images = root / "annotations", root / "images"
    for category in CATEGORIES:
        for split in ("train", "val"):
            names = [f"{category[0].upper()}{split[0]}{number}" for number in range(pictures)]
            triplets = [
                {"candidate": name, "target": names[(number + 1) % pictures], "captions": _captions(number + 1)}
                for number, name in enumerate(names)
            ]
            write_json(annotations / "captions" / f"cap.{category}.{split}.json", triplets)
            write_json(annotations / "image_splits" / f"split.{category}.{split}.json", names)
            for number, name in enumerate(names):
                save_picture(images / f"{name}.jpg", _colour(number), (40 + number, 64))
    return annotations, images


def write_cirr(root: Path, sets: int = 2) -> tuple[Path, Path]:
    """Annotations and pictures in CIRR's folders; each split has sets of six pictures."""
    annotations, images = root / "annotations", root / "images"
    for split, folder in (("train", "train/34"), ("val", "dev"), ("test1", "test1")):
        names = [f"{folder.split('/')[0]}-{number}-0-img0" for number in range(6 * sets)]
        pairs = [_pair(number, names, split) for number in range(len(names))]
        write_json(annotations / "captions" / f"cap.rc2.{split}.json", pairs)
        paths = {name: f"./{folder}/{name}.png" for name in names}
        write_json(annotations / "image_splits" / f"split.rc2.{split}.json", paths)
        for number, name in enumerate(names):
            save_picture(images / folder / f"{name}.png", _colour(number), (40 + number, 64))
    return annotations, images


def _pair(number: int, names: list[str], split: str) -> dict[str, object]:
    first = number // 6 * 6
    members = names[first : first + 6]
    target = members[(number - first + 1) % 6]
    img_set: dict[str, object] = {"id": first, "members": members, "reference_rank": 2}
    pair = {"pairid": 100 + number, "reference": names[number], "caption": _captions(number + 1)[0]}
    if split == "test1":
        return {**pair, "img_set": img_set}
    return {**pair, "target_hard": target, "target_soft": {target: 1.0}, "img_set": {**img_set, "target_rank": 3}}


def _captions(number: int) -> list[str]:
    colour = list(COLOURS)[number % 6]
    return [f" is {colour}.", f"in {colour}"]


def _colour(number: int) -> tuple[int, int, int]:
    red, green, blue = COLOURS[list(COLOURS)[number % 6]]
    return red, green, (blue + 20 * (number // 6)) % 256
