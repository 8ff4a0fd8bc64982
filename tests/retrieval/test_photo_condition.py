"""What the bot says of a photo in bad condition, and that it says nothing of a good one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from retrieval.photo_condition import Condition, condition_of, exposure, lit, sharpness
from tests.retrieval.test_geometric_verification import picture


def print_(scale=2):
    image = Image.fromarray(picture(1))
    return image.resize((image.width * scale, image.height * scale), Image.Resampling.BICUBIC)


def darkened(image, factor):
    return image.point(lambda value: int(value * factor))


@pytest.mark.parametrize(
    ("photo", "condition"),
    [
        (print_(), None),
        (darkened(print_(), 0.5), None),
        (darkened(print_(), 0.2), None),
        (darkened(print_(), 0.05), Condition.DARK),
        (print_().point(lambda value: 200 + value // 6), Condition.BRIGHT),
        (print_().filter(ImageFilter.GaussianBlur(25)), Condition.BLURRED),
        (print_().resize((30, 38)), Condition.TINY),
        (Image.new("RGB", (300, 400), "red"), Condition.PLAIN),
        (Image.new("RGB", (300, 400), "black"), Condition.PLAIN),
        (Image.new("RGB", (1, 1)), Condition.TINY),
        (Image.new("RGB", (4000, 1), "red"), Condition.PLAIN),
    ],
)
def test_the_worst_thing_about_a_photo(photo, condition):
    assert condition_of(photo) == condition


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 255), st.integers(0, 255))
def test_every_picture_has_a_condition_or_none(width, height, low, high):
    values = np.random.default_rng(width).integers(min(low, high), max(low, high) + 1, (height, width, 3))
    assert condition_of(Image.fromarray(values.astype(np.uint8))) in {None, *Condition}


def test_a_dark_photo_is_lit_and_any_other_left_alone():
    ordinary = print_()
    assert lit(ordinary) is ordinary
    brought_back = np.asarray(lit(darkened(ordinary, 0.2)), int)
    wanted = np.asarray(ordinary, int)
    assert np.corrcoef(brought_back.ravel(), wanted.ravel())[0, 1] > 0.99
    assert abs(brought_back.mean() - wanted.mean()) < 40
    black = Image.new("RGB", (50, 50))
    assert lit(black).getextrema() == black.getextrema()


def test_light_and_sharpness_are_measured():
    black_and_white = Image.new("RGB", (100, 100), "black")
    black_and_white.paste("white", (50, 0, 100, 100))
    assert exposure(black_and_white) == (0, 255)
    assert sharpness(black_and_white) < 1
    assert sharpness(print_().filter(ImageFilter.GaussianBlur(8))) < sharpness(print_())
    assert sharpness(Image.new("RGB", (1, 50))) == 0
