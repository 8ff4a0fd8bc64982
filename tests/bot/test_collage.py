"""Collages hold all of every picture, in reading order, numbered, within Telegram's limits."""

import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.collage import GAP, SIDE, arrange, draw, name_of, tile
from retrieval.errors import PictureUnreadable

ratios = st.lists(st.floats(0.01, 100), min_size=2, max_size=10)


@given(ratios)
@settings(max_examples=40, deadline=None)
def test_boxes_fill_rows_in_reading_order_without_touching(shapes):
    boxes = arrange(shapes)
    assert len(boxes) == len(shapes)
    width = max(box.left + box.width for box in boxes)
    height = max(box.top + box.height for box in boxes)
    assert max(width, height) <= SIDE + 1
    assert max(width, height) / min(width, height) < 6  # Telegram refuses 20
    for before, box in itertools.pairwise(boxes):
        beside = box.top == before.top
        assert box.height == before.height if beside else box.left == 0
        gap = box.left - before.left - before.width if beside else box.top - before.top - before.height
        assert GAP * 0.4 <= gap <= GAP + 1
        assert beside or before.left + before.width == pytest.approx(width, abs=1)
    assert all(min(box.width, box.height) >= 90 for box in boxes)  # a number has room on each


@given(st.lists(st.floats(0.5, 2.2), min_size=2, max_size=10))
@settings(max_examples=40, deadline=None)
def test_nothing_is_cut_off_pictures_of_usual_shapes(shapes):
    for shape, box in zip(shapes, arrange(shapes), strict=True):
        assert box.width / box.height == pytest.approx(shape, rel=0.04)


def jpeg(size, colour, form="JPEG"):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, form)
    return buffer.getvalue()


@pytest.mark.parametrize("count", [2, 3, 6, 10])
def test_every_picture_is_there_with_a_number_on_it(count):
    colours = [(20 * n + 30, 240 - 20 * n, 100) for n in range(count)]
    shapes = [((300, 400), (400, 300), (350, 350), (2000, 100))[n % 4] for n in range(count)]
    drawn = Image.open(io.BytesIO(draw([jpeg(size, c) for size, c in zip(shapes, colours, strict=True)])))
    assert drawn.format == "JPEG"
    assert max(drawn.size) == pytest.approx(SIDE, abs=1)
    for box, colour in zip(arrange([width / height for width, height in shapes]), colours, strict=True):
        middle = drawn.getpixel((box.left + box.width * 3 // 4, box.top + box.height // 2))
        assert max(abs(a - b) for a, b in zip(middle, colour, strict=True)) < 12
        corner = drawn.crop((box.left + GAP, box.top + GAP, box.left + GAP + 60, box.top + GAP + 60)).convert("L")
        assert corner.getextrema()[0] < 60  # the dark ground of the number
        assert corner.getextrema()[1] > 220  # and the number


def test_a_collage_is_known_by_its_pictures_and_their_order():
    assert name_of(["a", "b"]) == name_of(["a", "b"])
    assert len({name_of(["a", "b"]), name_of(["b", "a"]), name_of(["a"]), name_of(["a\nb"])}) == 3


def test_a_tile_is_small_upright_and_refuses_what_is_no_picture(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(jpeg((4000, 1000), "red", "PNG"))
    assert Image.open(io.BytesIO(tile(path))).size == (900, 225)
    path.write_bytes(b"no picture")
    with pytest.raises(PictureUnreadable):
        tile(path)
    with pytest.raises(PictureUnreadable):
        tile(tmp_path / "gone.jpg")
