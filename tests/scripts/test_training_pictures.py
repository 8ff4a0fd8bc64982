"""Canvases, augmentation, renders: what the model sees in training is what it sees in use."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from retrieval.preprocess import Preprocess
from scripts.training.architecture import DEVIATION, IMAGE_SIZE, MEAN
from scripts.training.augmentation import augment, centre_view
from scripts.training.batches import to_tensor
from scripts.training.canvases import to_canvas
from scripts.training.photos import load_photos
from scripts.training.renders import products_of


def _picture(height: int, width: int) -> NDArray[np.uint8]:
    """A smooth picture, so that two ways of resizing agree."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 100 * np.sin(x / width * 5 + k) * np.cos(y / height * 4 - k) for k in range(3)]
    return np.stack(waves, axis=-1).astype(np.uint8)


@pytest.mark.parametrize(("height", "width"), [(480, 360), (400, 400), (300, 400), (533, 400), (900, 200)])
def test_the_middle_of_a_canvas_is_what_the_encoder_sees(height: int, width: int) -> None:
    picture = _picture(height, width)
    preprocess = Preprocess(IMAGE_SIZE, MEAN, DEVIATION)
    seen = preprocess([Image.fromarray(picture)])[0]
    trained = to_tensor(centre_view(to_canvas(picture), IMAGE_SIZE)[None])[0]
    inner = slice(8, -8)  # padding begins at slightly different places
    assert (seen - trained)[:, inner, inner].abs().mean() < 0.08


def test_augmentation_is_seeded_and_keeps_the_size() -> None:
    canvas = np.dstack([_picture(200, 160), np.zeros((200, 160), np.uint8)])
    canvas[60:140, 40:120, 3] = 255
    for size in (96, 128):
        first, second = (augment(canvas, size, np.random.default_rng(4)) for _ in range(2))
        assert first.shape == (size, size, 3)
        assert first.dtype == np.uint8
        assert np.array_equal(first, second)
    assert not np.array_equal(first, augment(canvas, 128, np.random.default_rng(5)))


def test_augmentation_keeps_the_colour_of_the_product() -> None:
    canvas = np.zeros((200, 160, 4), np.uint8)
    canvas[..., :3] = 235
    canvas[20:180, 20:140] = (200, 30, 40, 255)
    rng = np.random.default_rng(0)
    middles = np.stack([augment(canvas, 96, rng)[40:56, 40:56].reshape(-1, 3).mean(axis=0) for _ in range(60)])
    assert (middles[:, 0] > 2 * middles[:, 1:].max(axis=1)).all()


def test_training_products_have_all_keys_and_are_seeded() -> None:
    rows = products_of(100, 33)
    assert rows == products_of(100, 33)
    assert rows != products_of(101, 33)
    assert {row["category"] for row in rows} >= {"dress", "hat", "bag"}


def test_photos_are_split_by_sender(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    lines = ["image,sender_id,label,kids"]
    for number, (sender, label) in enumerate([(5, "Dress"), (6, "Longsleeve"), (7, "Not sure"), (10, "Hat")]):
        Image.fromarray(_picture(120, 90)).save(tmp_path / "images" / f"p{number}.jpg")
        lines.append(f"p{number},{sender},{label},False")
    (tmp_path / "items.csv").write_text("\n".join(lines), encoding="utf-8")
    canvases, rows = load_photos(tmp_path, held_out=False, cache=tmp_path / "cache")
    held_canvases, held_rows = load_photos(tmp_path, held_out=True, cache=tmp_path / "cache")
    assert canvases.shape == (1, 200, 160, 4)
    assert rows == [{"category": "T-shirt", "sleeve": "long"}]
    assert len(held_canvases) == 2
    assert held_rows == [{"category": "dress"}, {"category": "hat"}]
