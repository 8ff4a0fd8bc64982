"""Odd, damaged and hostile pictures: each is either shown as a person would see it, or refused with its reason."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from retrieval.preprocess import open_picture
from tests.retrieval.corners import BLUE, GREEN, RED, WHITE, assert_shows, corners, saved


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
