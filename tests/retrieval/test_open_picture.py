"""Odd, damaged and hostile pictures: each is either shown as a person would see it, or refused with its reason."""

import io
import os
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from retrieval.errors import PictureUnreadable
from retrieval.preprocess import open_picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def corners() -> Image.Image:
    """40 x 20, four colours by quarter, which show every turn and flip."""
    picture = Image.new("RGB", (40, 20), WHITE)
    for colour, place in ((RED, (0, 0)), (GREEN, (20, 0)), (BLUE, (0, 10))):
        picture.paste(colour, (*place, place[0] + 20, place[1] + 10))
    return picture


def assert_shows(picture: Image.Image, colours: list[tuple[int, int, int]], tolerance: int = 12) -> None:
    """Colours of the four quarters: top left, top right, bottom left, bottom right."""
    assert picture.mode == "RGB"
    width, height = picture.size
    for place, colour in enumerate(colours):
        x, y = width * (1 + 2 * (place % 2)) // 4, height * (1 + 2 * (place // 2)) // 4
        seen = picture.getpixel((x, y))
        assert np.abs(np.subtract(seen, colour)).max() <= tolerance, f"quarter {place} is {seen}, not {colour}"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("PPM", {}),
        ("AVIF", {"quality": 95, "subsampling": "4:4:4"}),
        ("JPEG2000", {}),
    ],
)
def test_common_formats(kind: str, options: dict[str, object]) -> None:
    assert_shows(open_picture(saved(corners(), kind, **options)), [RED, GREEN, BLUE, WHITE])


def test_heic() -> None:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(corners().resize((160, 80))).save(buffer, quality=95)

    assert_shows(open_picture(buffer.getvalue()), [RED, GREEN, BLUE, WHITE], tolerance=40)


@pytest.mark.parametrize(
    ("orientation", "colours"),
    [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
    ],
)
def test_exif_orientation(orientation: int, colours: list[tuple[int, int, int]]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    assert_shows(open_picture(saved(corners(), "PNG", exif=exif)), colours)


@pytest.mark.parametrize("exif", [b"nonsense", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\0\x01"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says in passing that the EXIF data are damaged
def test_damaged_exif_turns_nothing(exif: bytes) -> None:
    assert_shows(
        open_picture(saved(corners(), "JPEG", exif=b"Exif\0\0" + exif, quality=95)),
        [RED, GREEN, BLUE, WHITE],
        tolerance=60,
    )


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_becomes_white(mode: str) -> None:
    picture = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 20, 10))
    kind = "TIFF" if mode == "PA" else "PNG"
    data = saved(picture if mode == "PA" else picture.convert(mode), kind)

    assert_shows(open_picture(data), [(0, 0, 0), WHITE, WHITE, WHITE])


def test_half_transparency_lets_white_through() -> None:
    assert_shows(open_picture(saved(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "PNG")), [(255, 127, 127)] * 4)


def test_palette_with_transparency() -> None:
    picture = Image.new("P", (40, 20), 1)
    picture.putpalette([*RED, *GREEN, *BLUE])
    picture.paste(0, (0, 0, 20, 10))

    assert_shows(open_picture(saved(picture, "PNG", transparency=1)), [RED, WHITE, WHITE, WHITE])
    assert_shows(open_picture(saved(picture, "PNG", transparency=bytes((255, 128)))), [RED, *[(127, 255, 127)] * 3])
    assert_shows(open_picture(saved(picture, "PNG")), [RED, GREEN, GREEN, GREEN])


def test_grey_and_rgb_with_a_transparent_colour() -> None:
    assert_shows(open_picture(saved(Image.new("L", (8, 8), 40), "PNG", transparency=40)), [WHITE] * 4)
    assert_shows(open_picture(saved(Image.new("RGB", (8, 8), RED), "PNG", transparency=RED)), [WHITE] * 4)


def test_black_and_white() -> None:
    picture = Image.new("1", (40, 20), 1)
    picture.paste(0, (0, 0, 20, 10))

    assert_shows(open_picture(saved(picture, "PNG")), [(0, 0, 0), WHITE, WHITE, WHITE])


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_sixteen_bits_keep_their_shades(kind: str) -> None:
    values = np.array([[0, 128 * 257], [200 * 257, 65535]], dtype=np.uint16).repeat(10, 0).repeat(20, 1)

    picture = open_picture(saved(Image.fromarray(values), kind))

    assert_shows(picture, [(0,) * 3, (128,) * 3, (200,) * 3, (255,) * 3], tolerance=0)


def test_a_dark_picture_of_sixteen_bits_stays_dark() -> None:
    assert open_picture(saved(Image.fromarray(np.full((8, 8), 300, dtype=np.uint16)), "PNG")).getextrema()[0] == (1, 1)


@pytest.mark.parametrize(
    ("values", "shades"),
    [
        (np.array([0.0, 0.5, 1.0], dtype=np.float32), [0, 128, 255]),
        (np.array([0.0, 100.0, 255.0], dtype=np.float32), [0, 100, 255]),
        (np.array([-1000.0, 0.0, 1000.0], dtype=np.float32), [0, 128, 255]),
        (np.array([0.0, np.nan, 1.0], dtype=np.float32), [0, 0, 255]),
        (np.array([-70000, 0, 70000], dtype=np.int32), [0, 128, 255]),
        (np.array([7.0, 7.0, 7.0], dtype=np.float32), [7, 7, 7]),
    ],
)
def test_floating_point_and_wide_integers(values: np.ndarray, shades: list[int]) -> None:
    picture = open_picture(saved(Image.fromarray(values[None]), "TIFF"))

    assert np.abs(np.asarray(picture)[0, :, 0].astype(int) - shades).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind: str) -> None:
    picture = Image.new("CMYK", (40, 20), (0, 0, 0, 0))
    picture.paste((0, 255, 255, 0), (0, 0, 20, 10))
    picture.paste((0, 0, 0, 255), (20, 10, 40, 20))
    data = saved(picture, kind, **({"quality": 95} if kind == "JPEG" else {}))
    if kind == "JPEG":
        assert b"Adobe" in data, "this one is stored inverted, as Photoshop does"

    assert_shows(open_picture(data), [RED, WHITE, WHITE, (0, 0, 0)], tolerance=30)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_the_first_frame_of_an_animation(kind: str) -> None:
    frames = [Image.new("RGB", (40, 20), colour) for colour in (RED, GREEN, BLUE)]
    options = {"lossless": True} if kind == "WEBP" else {}

    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)

    assert_shows(open_picture(data), [RED] * 4)


def test_a_strip_of_twenty_thousand_pixels_is_a_picture() -> None:
    assert open_picture(saved(Image.new("RGB", (20_000, 10), RED), "PNG")).size == (20_000, 10)


def test_one_pixel_is_a_picture() -> None:
    assert open_picture(saved(Image.new("L", (1, 1), 255), "PNG")).getpixel((0, 0)) == WHITE


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises this size, with little behind it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("size", [(9_000, 9_000), (9_500, 9_500), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
@pytest.mark.parametrize("warning_filter", ["error", "ignore"])
def test_a_decompression_bomb_is_refused_by_its_header(size: tuple[int, int], warning_filter: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter(warning_filter)
        with pytest.raises(PictureUnreadable, match="80 million pixels"):
            open_picture(bomb(*size))


def test_limits_can_be_set() -> None:
    data = saved(corners(), "PNG")

    with pytest.raises(PictureUnreadable, match="pixels"):
        open_picture(data, max_pixels=799)
    with pytest.raises(PictureUnreadable, match="larger than"):
        open_picture(data, max_bytes=len(data) - 1)
    assert open_picture(data, max_pixels=800, max_bytes=len(data)).size == (40, 20)


@pytest.mark.parametrize("content", [b"", b"just some words\n" * 50, b"\0" * 5000, b"%PDF-1.7", b"%!PS-Adobe EPSF"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        open_picture(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_picture_cut_off_in_the_middle_is_refused(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8))
    data = saved(noise, kind)

    with pytest.raises(PictureUnreadable):
        open_picture(data[: len(data) // 2])


def test_a_heic_cut_off_in_the_middle_is_refused() -> None:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(corners().resize((160, 80))).save(buffer)

    with pytest.raises(PictureUnreadable):
        open_picture(buffer.getvalue()[: buffer.tell() // 2])


SEEDS = [
    saved(corners(), kind, **options)
    for kind, options in (("JPEG", {}), ("PNG", {}), ("GIF", {}), ("TIFF", {}), ("WEBP", {}), ("BMP", {}))
]


@given(seed=st.sampled_from(SEEDS), data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_bytes_are_there_is_a_picture_or_a_refusal(seed: bytes, data: st.DataObject) -> None:
    damaged = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(seed) - 1))] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            picture = open_picture(bytes(damaged), max_pixels=10**6)
        except PictureUnreadable:
            return
    assert picture.mode == "RGB"


def test_files_are_read_whatever_their_name(tmp_path: Path) -> None:
    for name in (b"a\nb.jpg", "👗.png".encode(), b"\xff\xfe.png", b"no ending"):
        path = tmp_path / os.fsdecode(name)
        path.write_bytes(saved(corners(), "PNG"))
        assert open_picture(path).size == (40, 20)


def text_named_jpg(path: Path) -> None:
    path.write_text("Dear diary")


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def deleted(path: Path) -> None:
    """It was in the list, and is gone now."""


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    path.symlink_to(path)


def pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (text_named_jpg, "not a picture"),
        (nothing, "empty"),
        (deleted, "not found"),
        (folder, "folder|directory"),
        (loop, "circle"),
        (pipe, "regular file"),
    ],
)
def test_what_is_no_readable_file_is_refused_without_its_path(
    make: Callable[[Path], None], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "picture.jpg"
    make(path)

    with pytest.raises(PictureUnreadable, match=reason) as caught:
        open_picture(path)

    assert str(tmp_path) not in str(caught.value)
