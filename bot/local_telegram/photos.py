"""Photos as Telegram treats them: what is refused, what is re-encoded, which sizes exist.

Everything here computes; callers on the event loop go through ``asyncio.to_thread``.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import PurePath

from PIL import Image, ImageOps

from bot.local_telegram.errors import ApiError, bad_request

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_SIDE_SUM = 10000
MAX_RATIO = 20
LADDER = (("s", 90), ("m", 320), ("x", 800), ("y", 1280))
LONGEST_SIDE = LADDER[-1][1]
# What a client still shrinks before it sends; bigger pictures go out as files.
MAX_CLIENT_PIXELS = 150_000_000

_EXTENSIONS = {"", ".jpg", ".jpeg", ".gif", ".png", ".tif", ".tiff", ".bmp", ".octet-stream"}
_ORIENTATION = 0x0112
# Pillow's plugins raise all of these on hostile files.
UNDECODABLE = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, OverflowError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError, Warning,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """A JPEG as the server keeps it, at most 1280 pixels on its longer side."""

    data: bytes
    width: int
    height: int


def sizes(width: int, height: int) -> list[tuple[str, int, int]]:
    """Return (tag, width, height) of every size of a photo, the smallest first; the last is the photo itself."""
    longest = max(width, height)
    ladder: list[tuple[str, int, int]] = []
    for tag, bound in LADDER:
        if longest <= bound:
            return [*ladder, (tag, width, height)]
        ladder.append((tag, *fitting(width, height, bound)))
    return ladder


def fitting(width: int, height: int, bound: int) -> tuple[int, int]:
    """Return width and height scaled down so that the longer side is ``bound``."""
    scale = min(1.0, bound / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def prepare_upload(data: bytes, filename: str) -> PreparedPhoto:
    """Return what becomes of a photo that a bot uploads.

    A plain JPEG within 1280 pixels is kept as it is, everything else is re-encoded.
    Raises ApiError for what Telegram refuses as a photo, in the order in which the server looks.
    """
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > MAX_PHOTO_BYTES:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    if PurePath(filename).suffix.lower() not in _EXTENSIONS:
        raise bad_request("photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp")
    try:
        with Image.open(io.BytesIO(data)) as picture:
            _check_dimensions(*picture.size)
            plain = picture.format == "JPEG" and picture.mode in {"RGB", "L"} and max(picture.size) <= LONGEST_SIDE
            if plain and picture.getexif().get(_ORIENTATION, 1) == 1:
                picture.load()
                return PreparedPhoto(data, *picture.size)
            return _re_encode(picture)
    except ApiError:
        raise
    except UNDECODABLE as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error


def prepare_sent(data: bytes) -> PreparedPhoto | None:
    """Return what a Telegram client makes of a picture that a person sends as a photo, always re-encoded.

    None where a client would send it as a file instead: undecodable, more than 20 times as long as wide, gigantic.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            if max(width, height) > MAX_RATIO * min(width, height) or width * height > MAX_CLIENT_PIXELS:
                return None
            return _re_encode(picture)
    except UNDECODABLE:
        return None


def shrink(data: bytes, bound: int) -> bytes:
    """Return a JPEG of a prepared photo that fits into ``bound`` by ``bound`` pixels."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (bound, bound))
        small = picture.convert("RGB")
    small.thumbnail((bound, bound), Image.Resampling.BICUBIC)
    return _jpeg(small)


def measure(data: bytes) -> tuple[int, int] | None:
    """Return width and height by the header alone, or None where it is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except UNDECODABLE:
        return None


def _check_dimensions(width: int, height: int) -> None:
    if width + height > MAX_SIDE_SUM or max(width, height) > MAX_RATIO * max(1, min(width, height)):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _re_encode(picture: Image.Image) -> PreparedPhoto:
    target = fitting(*picture.size, LONGEST_SIDE)
    if picture.format == "JPEG":
        picture.draft("RGB", target)
    turned = ImageOps.exif_transpose(picture)
    if turned.has_transparency_data:
        layered = turned.convert("RGBA")
        flat = Image.new("RGB", layered.size, "white")
        flat.paste(layered, mask=layered.getchannel("A"))
    else:
        flat = turned.convert("RGB")
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return PreparedPhoto(_jpeg(flat), *flat.size)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=87)
    return buffer.getvalue()
