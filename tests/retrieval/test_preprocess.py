"""The published preprocessing: TargetPad 1.25, bicubic resize of the short side, centre crop, mean and deviation."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from retrieval.preprocess import Preprocess, date_taken, target_pad

MEAN, STD = (0.48, 0.45, 0.40), (0.26, 0.25, 0.27)
ONE_STEP = 1 / 255 / min(STD)
"""Of an eight-bit value, after normalising: the resizing may round the other way than Pillow."""


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def published_padding(width: int, height: int) -> tuple[int, int]:
    """Columns and rows added on each side, written down from the description of CLIP4Cir."""
    if max(width, height) / min(width, height) < 1.25:
        return 0, 0
    target = max(width, height) / 1.25
    return max(int((target - width) / 2), 0), max(int((target - height) / 2), 0)


def plainly(picture: Image.Image, size: int) -> np.ndarray:
    """The whole preprocessing once more, in NumPy around Pillow's bicubic filter. [3, size, size]."""
    pixels = np.asarray(picture)
    columns, rows = published_padding(*picture.size)
    pixels = np.pad(pixels, ((rows, rows), (columns, columns), (0, 0)))
    height, width = pixels.shape[:2]
    shape = (size, int(size * height / width)) if width <= height else (int(size * width / height), size)
    pixels = np.asarray(Image.fromarray(pixels).resize(shape, Image.Resampling.BICUBIC))
    top, left = round((pixels.shape[0] - size) / 2), round((pixels.shape[1] - size) / 2)
    cropped = pixels[top : top + size, left : left + size] / 255
    return ((cropped - MEAN) / STD).transpose(2, 0, 1)


@given(width=st.integers(1, 300), height=st.integers(1, 300))
def test_padding_is_the_published_one(width: int, height: int) -> None:
    picture = noise(width, height)
    columns, rows = published_padding(width, height)

    padded = target_pad(picture)

    assert padded.size == (width + 2 * columns, height + 2 * rows)
    inside = (columns, rows, columns + width, rows + height)
    assert padded.crop(inside).tobytes() == picture.tobytes()
    padded.paste(0, inside)
    assert padded.getbbox() is None, "what was added is black"


@pytest.mark.parametrize(
    ("size", "padded"),
    [
        ((100, 100), (100, 100)),
        ((124, 100), (124, 100)),
        ((125, 100), (125, 100)),
        ((200, 100), (200, 160)),
        ((100, 203), (162, 203)),  # 203 / 1.25 = 162.4, of which 31.2 on each side, cut to 31
        ((101, 203), (161, 203)),
        ((1, 10), (7, 10)),
    ],
)
def test_padded_sizes(size: tuple[int, int], padded: tuple[int, int]) -> None:
    assert target_pad(noise(*size)).size == padded


@given(width=st.integers(1, 200), height=st.integers(1, 200), size=st.sampled_from([8, 15, 32]))
def test_numbers_are_those_of_a_plain_computation(width: int, height: int, size: int) -> None:
    picture = noise(width, height)

    tensor = Preprocess(size, MEAN, STD)([picture])

    assert tensor.dtype == torch.float32
    assert tensor.shape == (1, 3, size, size)
    np.testing.assert_allclose(tensor[0].numpy(), plainly(picture, size), atol=2.01 * ONE_STEP)


def test_pictures_of_different_sizes_make_one_batch() -> None:
    pictures = [noise(40, 30), noise(30, 90), noise(5, 5)]
    preprocess = Preprocess(16, MEAN, STD)

    together = preprocess(pictures)

    assert together.shape == (3, 3, 16, 16)
    for tensor, picture in zip(together, pictures, strict=True):
        assert torch.equal(tensor, preprocess([picture])[0])


def test_no_pictures_make_an_empty_batch() -> None:
    assert Preprocess(16, MEAN, STD)([]).shape == (0, 3, 16, 16)


@pytest.mark.parametrize("size", [(20_000, 10), (10, 20_000), (60_000, 1)])
def test_extreme_shapes_are_padded_without_a_canvas_of_gigabytes(size: tuple[int, int]) -> None:
    square = Preprocess(32, MEAN, STD).square(Image.new("RGB", size, "white"))

    assert square.size == (32, 32)
    seen = np.asarray(square)
    assert seen.max() > 0, "there is a line through the middle"
    assert (seen > 0).sum() < seen.size / 8, "and nothing else"


def test_the_day_a_picture_was_taken_is_read_from_its_exif():
    def photo(tag, said, in_exif=True):
        exif, file = Image.Exif(), io.BytesIO()
        (exif.get_ifd(0x8769) if in_exif else exif)[tag] = said
        Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif)
        return file.getvalue()

    assert date_taken(photo(36867, "2019:05:03 10:11:12")) == "2019-05-03"
    assert date_taken(photo(306, "2020:12:31 23:59:59", in_exif=False)) == "2020-12-31"
    for said in ("0000:00:00 00:00:00", "    :  :  ", "yesterday", "2019:13:03 10:11:12"):
        assert date_taken(photo(36867, said)) is None
    assert date_taken(b"no picture at all") is None
