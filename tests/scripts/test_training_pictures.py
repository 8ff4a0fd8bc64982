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
from scripts.training.photo_colours import find_garment, name_pixels
from scripts.training.photos import load_photos
from scripts.training.renders import products_of


def _picture(height: int, width: int) -> NDArray[np.uint8]:
    """A smooth picture, so that two ways of resizing agree."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 100 * np.sin(x / width * 5 + k) * np.cos(y / height * 4 - k) for k in range(3)]
    return np.stack(waves, axis=-1).astype(np.uint8)


@pytest.mark.parametrize(("height", "width"), [(480, 360), (400, 400), (300, 400), (533, 400), (900, 200)])
def test_a_canvas_is_what_the_encoder_sees(height: int, width: int) -> None:
    picture = _picture(height, width)
    preprocess = Preprocess(IMAGE_SIZE, MEAN, DEVIATION, target_ratio=1.0)
    seen = preprocess([Image.fromarray(picture)])[0]
    trained = to_tensor(centre_view(to_canvas(picture), IMAGE_SIZE)[None])[0]
    assert (seen - trained).abs().mean() < 0.08


def test_augmentation_is_seeded_and_keeps_the_size() -> None:
    canvas = np.dstack([_picture(200, 200), np.zeros((200, 200), np.uint8)])
    canvas[60:140, 40:120, 3] = 255
    for size in (96, 128):
        first, second = (augment(canvas, size, np.random.default_rng(4)) for _ in range(2))
        assert first.shape == (size, size, 3)
        assert first.dtype == np.uint8
        assert np.array_equal(first, second)
    assert not np.array_equal(first, augment(canvas, 128, np.random.default_rng(5)))


def test_augmentation_keeps_the_colour_of_the_product() -> None:
    canvas = np.zeros((200, 200, 4), np.uint8)
    canvas[..., :3] = 235
    canvas[20:180, 40:160] = (200, 30, 40, 255)
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
    assert canvases.shape == (1, 200, 200, 4)
    assert [(row["category"], row["sleeve"]) for row in rows] == [("T-shirt", "long")]
    assert len(held_canvases) == 2
    assert [row["category"] for row in held_rows] == ["dress", "hat"]


def _photo(garment: tuple[int, int, int], ground: tuple[int, int, int]) -> NDArray[np.uint8]:
    """A plain garment on a plain ground, both a little uneven."""
    photo = np.full((200, 150, 3), ground, np.float64)
    photo[40:160, 35:115] = garment
    return np.clip(photo + np.random.default_rng(0).normal(0, 4, photo.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("garment", "name"),
    [((200, 25, 35), "red"), ((30, 60, 200), "blue"), ((15, 15, 16), "black"), ((40, 140, 50), "green")],
)
def test_the_colour_is_the_garments_not_the_floors(garment: tuple[int, int, int], name: str) -> None:
    found = find_garment(_photo(garment, (205, 200, 190)))
    assert found.colour == name
    assert found.mask is not None
    assert found.mask[100, 75] == 255
    assert found.mask[10, 10] == 0


def test_a_photo_of_one_colour_has_none_that_is_certain() -> None:
    assert find_garment(_photo((120, 120, 121), (120, 120, 120))).colour is None
    assert find_garment(np.full((200, 150, 3), 90, np.uint8)).colour is None


def test_khaki_is_not_called_by_one_name() -> None:
    assert name_pixels(np.array([[120, 115, 80]], np.uint8)).tolist() == [-1]
