"""Real photos of clothes with their kinds, and their colours where these can be told, split by who took them."""

import csv
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from scripts.training.canvases import SIDE, to_canvas
from scripts.training.photo_colours import NAMES, find_garment

_KINDS: Mapping[str, Mapping[str, str]] = {
    "Dress": {"category": "dress"},
    "T-Shirt": {"category": "T-shirt", "sleeve": "short"},
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


def is_held_out(sender_id: str) -> bool:
    """Whether nothing of a sender may be trained on."""
    return int(sender_id) % HELD_OUT_SHARE == 0


def load_photos(
    directory: Path, held_out: bool, cache: Path
) -> tuple[NDArray[np.uint8], list[Mapping[str, str | None]]]:
    """Canvases uint8 [n, 200, 200, 4] and what is known of each photo: its kind, and its colour if that is certain.

    The mask is 255 on the garment, or everywhere where the garment could not be cut out.

    Args:
        directory: holds `items.csv` (image, sender_id, label, kids) and `images/<image>.jpg`.
        held_out: the photos of the held-out senders instead of the others.
        cache: a folder for the finished canvases.
    """
    with (directory / "items.csv").open(encoding="utf-8", newline="") as file:
        items = [row for row in csv.DictReader(file) if row["label"] in _KINDS]
    items = [row for row in items if is_held_out(row["sender_id"]) == held_out]
    stored = cache / f"photos-{'held-out' if held_out else 'train'}-{len(items)}-{SIDE}.npz"
    if not stored.exists():
        cache.mkdir(parents=True, exist_ok=True)
        canvases, colours = _read(directory, [row["image"] for row in items])
        np.savez(stored, canvases=canvases, colours=colours)
    with np.load(stored) as arrays:
        canvases, colours = arrays["canvases"], arrays["colours"]
    rows: list[Mapping[str, str | None]] = [
        dict(_KINDS[row["label"]]) | ({"colour": NAMES[colour]} if colour >= 0 else {})
        for row, colour in zip(items, colours, strict=True)
    ]
    return canvases, rows


def _read(directory: Path, names: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    canvases = np.full((len(names), SIDE, SIDE, 4), 255, np.uint8)
    colours = np.full(len(names), -1, np.int64)
    for row, name in enumerate(tqdm(names, desc="photos", unit="photo")):
        with Image.open(directory / "images" / f"{name}.jpg") as picture:
            picture.draft("RGB", (400, 400))
            photo = np.asarray(picture.convert("RGB"))
        scale = SIDE / max(photo.shape[:2])
        size = max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale))
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        garment = find_garment(photo)
        if garment.colour is not None:
            colours[row] = NAMES.index(garment.colour)
        if garment.mask is None:
            canvases[row, :, :, :3] = to_canvas(photo)
        else:
            canvases[row] = to_canvas(np.dstack([photo, garment.mask]))
    return canvases, colours
