"""Pictures and collections that tests make."""

from pathlib import Path

from PIL import Image

from tests.encoders import COLOURS


def save_picture(path: Path, colour: tuple[int, int, int] | str = "red", size: tuple[int, int] = (24, 32)) -> Path:
    """One plain picture; folders are made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, COLOURS[colour] if isinstance(colour, str) else colour).save(path)
    return path


def save_shades(directory: Path, count: int, first: int = 0) -> list[Path]:
    """`count` pictures that all differ, named 000.png and so on."""
    return [
        save_picture(directory / f"shade {number:03}.png", (number % 256, 255 - number % 256, number // 256 * 40))
        for number in range(first, first + count)
    ]
