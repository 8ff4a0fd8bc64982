"""Small pictures in every format, made in memory."""

import io

import numpy as np
from PIL import Image

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
