"""What is no picture, or a dangerous one, is refused with a reason; nothing else ever comes out."""

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
from tests.retrieval.corners import corners, saved


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
