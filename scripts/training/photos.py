"""Real photos of clothes with their kind as the only label, split by who took them."""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from scripts.training.canvases import HEIGHT, WIDTH, to_canvas

_KINDS: Mapping[str, Mapping[str, str]] = {
    "Dress": {"category": "dress"},
    "T-Shirt": {"category": "T-shirt"},
    "Longsleeve": {"category": "T-shirt", "sleeve": "long"},
    "Undershirt": {"category": "tank top", "sleeve": "sleeveless"},
    "Polo": {"category": "polo shirt"},
    "Shirt": {"category": "shirt"},
    "Blouse": {"category": "blouse"},
    "Top": {"category": "top"},
    "Body": {"category": "bodysuit"},
    "Hoodie": {"category": "hoodie", "sleeve": "long"},
    "Outwear": {"category": "coat", "sleeve": "long"},
    "Blazer": {"category": "blazer", "sleeve": "long"},
    "Skirt": {"category": "skirt"},
    "Pants": {"category": "trousers"},
    "Shorts": {"category": "shorts"},
    "Hat": {"category": "hat"},
    "Shoes": {"category": "shoe"},
}
HELD_OUT_SHARE = 5
"""Every fifth sender is held out: photos of one sender share background and light."""


def load_photos(
    directory: Path, held_out: bool, cache: Path
) -> tuple[NDArray[np.uint8], list[Mapping[str, str | None]]]:
    """Canvases uint8 [n, 200, 160, 4] (the mask is 255 everywhere) and what is known of each photo.

    Args:
        directory: holds `items.csv` (image, sender_id, label, kids) and `images/<image>.jpg`.
        held_out: the photos of the held-out senders instead of the others.
        cache: a folder for the finished canvases.
    """
    with (directory / "items.csv").open(encoding="utf-8", newline="") as file:
        items = [row for row in csv.DictReader(file) if row["label"] in _KINDS]
    items = [row for row in items if (int(row["sender_id"]) % HELD_OUT_SHARE == 0) == held_out]
    stored = cache / f"photos-{'held-out' if held_out else 'train'}-{len(items)}.npy"
    if not stored.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(stored, _read(directory, [row["image"] for row in items]))
    return np.load(stored), [dict(_KINDS[row["label"]]) for row in items]


def _read(directory: Path, names: list[str]) -> NDArray[np.uint8]:
    canvases = np.full((len(names), HEIGHT, WIDTH, 4), 255, np.uint8)
    for row, name in enumerate(tqdm(names, desc="photos", unit="photo")):
        with Image.open(directory / "images" / f"{name}.jpg") as picture:
            picture.draft("RGB", (400, 400))
            canvases[row, :, :, :3] = to_canvas(np.asarray(picture.convert("RGB")))
    return canvases
