"""From the bytes of a picture to the tensor a model looks at.

`open_picture` makes an upright RGB picture of whatever somebody sent or kept, or refuses it with one sentence.
`Preprocess` is the published CLIP4Cir preprocessing: TargetPad, resize, centre crop, mean and standard deviation.
"""

import datetime
import functools
import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
import torch
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from retrieval.errors import PictureUnreadable
from retrieval.picture_file import read_picture_bytes
from retrieval.pixel_formats import to_rgb

MAX_BYTES = 50 * 2**20
MAX_PIXELS = 80_000_000
TARGET_RATIO = 1.25
_CANVAS_PIXELS = 8_000_000
_JPEG_START = b"\xff\xd8"
_EXIF_MARK = b"Exif\0\0"

# A closed list, because Pillow knows formats that start other programs (EPS) or are archives of pictures.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "BMP", "TIFF", "PPM", "JPEG2000")

# What Pillow's and libheif's decoders raise on damaged or hostile files; the list grew out of fuzzing them.
_DECODER_ERRORS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Image.DecompressionBombWarning,
    struct.error,
    zlib.error,
)


def open_picture(
    source: bytes | Path, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS, enough: int | None = None
) -> Image.Image:
    """A picture as a person sees it: upright, RGB, transparency on white, first frame, 16 bits brought to 8.

    Args:
        source: the file's content, or where it lies.
        max_bytes: larger files are refused unread.
        max_pixels: pictures with more pixels by their header are refused before they are decoded; the default stays
            below the count at which Pillow itself warns.
        enough: pixels of both sides that suffice; a larger JPEG may be decoded smaller, in a fraction of the time.

    Raises:
        PictureUnreadable: the reason in one sentence, without the file's path.
    """
    data = source if isinstance(source, bytes) else read_picture_bytes(source, max_bytes)
    if not data:
        raise PictureUnreadable("the file is empty")
    if len(data) > max_bytes:
        raise PictureUnreadable(f"larger than {max_bytes // 2**20} MB")
    _register_heif()
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            width, height = opened.size
            if width * height > max_pixels:
                raise _too_many_pixels(max_pixels)
            if width < 1 or height < 1:
                raise PictureUnreadable("the picture has no pixels")
            if enough is not None:
                opened.draft(None, (enough, enough))
            opened.load()
            return to_rgb(_upright(opened))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_many_pixels(max_pixels) from error
    except UnidentifiedImageError as error:
        raise PictureUnreadable("not a picture in a known format") from error
    except _DECODER_ERRORS as error:
        raise PictureUnreadable("the picture is damaged or cut off") from error


def date_taken(data: bytes) -> str | None:
    """The day on which the camera took a picture, "2019-05-03", as its EXIF says; None where it says none.

    DateTimeOriginal, else DateTime (Exif 2.32, 4.6.5 D and 4.6.4 D). Whatever is wrong with the file is no date.
    """
    if data[:2] == _JPEG_START and _EXIF_MARK not in data:
        return None  # to look is ten times as quick as to open it
    _register_heif()
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            exif = opened.getexif()
            said = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(
                ExifTags.Base.DateTime
            )
    except (*_DECODER_ERRORS, Image.DecompressionBombError):
        return None
    try:
        return datetime.date.fromisoformat(str(said).strip("\0 ")[:10].replace(":", "-")).isoformat()
    except ValueError:  # cameras without a clock write zeros or blanks
        return None


@dataclass(frozen=True, slots=True)
class Preprocess:
    """What a model wants done to a picture.

    Attributes:
        size: side of the square the model looks at, pixels.
        mean: of each RGB channel, for values from 0 to 1.
        std: likewise.
        target_ratio: how much longer than wide a picture may stay, see `target_pad`; 1 shows all of every picture.
    """

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    target_ratio: float = TARGET_RATIO

    def __call__(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """RGB pictures of any size -> [n, 3, size, size] float32."""
        pixels = np.empty((len(pictures), self.size, self.size, 3), dtype=np.uint8)
        for slot, picture in zip(pixels, pictures, strict=True):
            slot[:] = self.pixels(picture)
        values = torch.from_numpy(pixels).permute(0, 3, 1, 2).to(torch.float32).div_(255)
        mean = torch.tensor(self.mean).view(1, 3, 1, 1)
        std = torch.tensor(self.std).view(1, 3, 1, 1)
        return values.sub_(mean).div_(std).contiguous()

    def square(self, picture: Image.Image) -> Image.Image:
        """The part of an RGB picture that the model sees: size x size, padded, resized (bicubic), centre-cropped.

        What it returns is its own square, so that it may be done early, in another thread.
        """
        return Image.fromarray(self.pixels(picture))

    def pixels(self, picture: Image.Image) -> NDArray[np.uint8]:
        """The same as [size, size, 3] values."""
        if picture.size == (self.size, self.size):
            return np.asarray(picture)
        padded = target_pad(_bounded(picture, self.target_ratio), self.target_ratio)
        width, height = padded.size
        resized_width, resized_height = self.size, self.size
        if width <= height:
            resized_height = int(self.size * height / width)
        else:
            resized_width = int(self.size * width / height)
        # Pillow's arithmetic to one step of 255, in a quarter of its time.
        values = torch.from_numpy(np.array(padded)).permute(2, 0, 1)[None]
        resized = torch.nn.functional.interpolate(
            values, size=(resized_height, resized_width), mode="bicubic", antialias=True
        )
        left = round((resized_width - self.size) / 2)
        top = round((resized_height - self.size) / 2)
        cropped = resized[0, :, top : top + self.size, left : left + self.size].permute(1, 2, 0)
        seen: NDArray[np.uint8] = np.ascontiguousarray(cropped.numpy())
        return seen

    def gather(self, values: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Values of a picture's pixels, [h, w] -> of those that the model sees, [size, size]; padding is 0."""
        return self.pixels(Image.fromarray(values).convert("RGB"))[..., 0]

    def spread(self, seen: NDArray[np.float32], picture: Image.Image) -> NDArray[np.float32]:
        """Values of the pixels that the model sees, [size, size] -> values of the picture's pixels, [h, w].

        What the crop leaves out gets 0. A picture that is too long to be padded is taken as `square` shrinks it.
        """
        bounded = _bounded(picture, self.target_ratio)
        padded = target_pad(Image.new("L", bounded.size), self.target_ratio).size
        factor = self.size / min(padded)
        resized = (int(padded[0] * factor), int(padded[1] * factor))
        canvas = Image.new("F", (max(resized[0], self.size), max(resized[1], self.size)), 0)
        place = (round((resized[0] - self.size) / 2), round((resized[1] - self.size) / 2))
        canvas.paste(Image.fromarray(seen), place)
        whole = canvas.resize(padded, Image.Resampling.BILINEAR)
        left, top = (padded[0] - bounded.width) // 2, (padded[1] - bounded.height) // 2
        inside = whole.crop((left, top, left + bounded.width, top + bounded.height))
        values: NDArray[np.float32] = np.asarray(inside.resize(picture.size, Image.Resampling.BILINEAR))
        return values


def target_pad(picture: Image.Image, target_ratio: float = TARGET_RATIO) -> Image.Image:
    """Zeros on both sides of the short side until long / short is about `target_ratio`, as in CLIP4Cir.

    Cropping a tall photo to a square would lose a third of a dress or more; after this at most a fifth. The published
    arithmetic is kept to the truncation, since released weights were trained on its output.
    """
    width, height = picture.size
    if max(width, height) / min(width, height) < target_ratio:
        return picture
    wanted = max(width, height) / target_ratio
    left = max(int((wanted - width) / 2), 0)
    top = max(int((wanted - height) / 2), 0)
    canvas = Image.new(picture.mode, (width + 2 * left, height + 2 * top), 0)
    canvas.paste(picture, (left, top))
    return canvas


def _bounded(picture: Image.Image, target_ratio: float) -> Image.Image:
    """Shrinks a picture like 20,000 x 10, whose padded canvas would take a gigabyte; leaves all others as they are.

    The canvas may have eight times the pixels of the picture (a ratio of 10), or a few million.
    """
    width, height = picture.size
    longest, shortest = max(width, height), min(width, height)
    most = min(MAX_PIXELS, max(_CANVAS_PIXELS, 8 * longest * shortest))
    limit = int((most * target_ratio) ** 0.5)
    if longest <= limit or longest / shortest < target_ratio:
        return picture
    factor = limit / longest
    return picture.resize((max(1, round(width * factor)), max(1, round(height * factor))), Image.Resampling.BICUBIC)


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its EXIF orientation says; damaged EXIF data turns nothing, since the pixels are still good."""
    try:
        return ImageOps.exif_transpose(picture)
    except _DECODER_ERRORS:
        return picture


@functools.cache
def _register_heif() -> None:
    """Teaches Pillow HEIC, at the first picture instead of at import."""
    pillow_heif.register_heif_opener(thumbnails=False)


def _too_many_pixels(max_pixels: int) -> PictureUnreadable:
    return PictureUnreadable(f"more than {max_pixels // 10**6} million pixels")
