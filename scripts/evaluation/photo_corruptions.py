"""What happens to photos on their way: 10 kinds of corruption in 3 strengths, and the copies that people make."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Pixels = NDArray[np.uint8]
"""RGB, uint8 [h, w, 3]."""
Corrupt = Callable[[Pixels, float, np.random.Generator], Pixels]

STRENGTHS = (1, 2, 3)
_TELEGRAM_QUALITY = 85


def corrupted(picture: Pixels, kind: str, strength: int, seed: int) -> Pixels:
    """`picture` after one kind of corruption and the JPEG that Telegram makes of it; the same for the same seed.

    Args:
        picture: what is corrupted.
        kind: one of `CORRUPTIONS`.
        strength: one of `STRENGTHS`, 3 is the worst.
        seed: of the picture.
    """
    corrupt, amounts = CORRUPTIONS[kind]
    rng = np.random.default_rng([seed, sorted(CORRUPTIONS).index(kind), strength])
    return compressed(corrupt(picture, amounts[strength - 1], rng), _TELEGRAM_QUALITY)


def copied(picture: Pixels, kind: str, seed: int) -> Pixels:
    """A copy of `picture` as a person would send it, of one of the kinds of `COPIES`, with a chance amount."""
    copy, (least, most) = COPIES[kind]
    rng = np.random.default_rng([seed, 100 + sorted(COPIES).index(kind)])
    return compressed(copy(picture, float(rng.uniform(least, most)), rng), _TELEGRAM_QUALITY)


def blur(picture: Pixels, amount: float, _: np.random.Generator) -> Pixels:
    """Gaussian; `amount` is the standard deviation in thousandths of the longer side."""
    return _bytes(cv2.GaussianBlur(picture, (0, 0), amount * max(picture.shape) / 1000))


def noise(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """Gaussian; `amount` is the standard deviation."""
    return _bytes(picture + rng.normal(0, amount, picture.shape))


def dark(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """`amount` is the share of light that is left; the sensor's noise stays."""
    return _bytes(255 * (picture / 255) ** rng.uniform(1, 1.8) * amount + rng.normal(0, 2, picture.shape))


def over_exposed(picture: Pixels, amount: float, _: np.random.Generator) -> Pixels:
    """`amount` times the light, cut off at white."""
    return _bytes(picture * amount)


def recompressed(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """Half as large and JPEG of quality `amount`."""
    height, width = picture.shape[:2]
    scale = rng.uniform(0.4, 0.7)
    small = cv2.resize(picture, (int(width * scale), int(height * scale)), interpolation=cv2.INTER_AREA)
    return compressed(_bytes(small), int(amount))


def fog(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """`amount` is the share of white in uneven haze."""
    height, width = picture.shape[:2]
    patches = rng.uniform(0.6, 1.4, (4, 4)).astype(np.float32)
    haze = np.clip(amount * cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC), 0, 0.95)[..., None]
    return _bytes(picture * (1 - haze) + 235 * haze)


def occluded(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """`amount` is the share that a plain rectangle hides."""
    height, width = picture.shape[:2]
    side = amount**0.5
    tall, wide = int(height * side), int(width * side)
    top, left = int(rng.integers(0, height - tall + 1)), int(rng.integers(0, width - wide + 1))
    result = picture.copy()
    result[top : top + tall, left : left + wide] = rng.integers(0, 256, 3)
    return result


def rotated(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """Turned by `amount` degrees one way or the other, all of it to be seen, on a plain ground."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), amount * rng.choice([-1, 1]), 1)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, tall = int(height * sine + width * cosine), int(height * cosine + width * sine)
    matrix[:, 2] += [(wide - width) / 2, (tall - height) / 2]
    return _bytes(cv2.warpAffine(picture, matrix, (wide, tall), borderValue=_plain(rng)))


def cropped(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """About `amount` of both sides is left, somewhere."""
    height, width = picture.shape[:2]
    tall, wide = (int(side * min(1.0, amount * rng.uniform(0.9, 1.1))) for side in (height, width))
    top, left = int(rng.integers(0, height - tall + 1)), int(rng.integers(0, width - wide + 1))
    return np.ascontiguousarray(picture[top : top + tall, left : left + wide])


def from_the_side(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """One edge is farther away, and `amount` shorter."""
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners.copy()
    first = int(rng.integers(0, 4))
    second = (first + 1) % 4
    edge, depth = corners[second] - corners[first], corners[(second + 1) % 4] - corners[second]
    seen[first] += edge * amount / 2 + depth * rng.uniform(0.1, 0.3)
    seen[second] += -edge * amount / 2 + depth * rng.uniform(0.1, 0.3)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    return _bytes(cv2.warpPerspective(picture, matrix, (width, height), borderValue=_plain(rng)))


def screenshot(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """Shown on a phone's screen, filling `amount` of its width, between a clock and other people's words."""
    wide = int(rng.integers(540, 1081))
    tall = int(wide * rng.uniform(1.8, 2.2))
    ground = int(rng.choice([0, 18, 250, 255]))
    screen = np.full((tall, wide, 3), ground, np.uint8)
    height, width = picture.shape[:2]
    scale = min(amount * wide / width, 0.8 * tall / height)
    shown = cv2.resize(picture, (int(width * scale), int(height * scale)))
    left = int(rng.integers(0, wide - shown.shape[1] + 1))
    top = int(rng.integers(tall // 12, max(tall // 12, int(0.92 * tall) - shown.shape[0]) + 1))
    screen[top : top + shown.shape[0], left : left + shown.shape[1]] = shown[: tall - top]
    ink = (40, 40, 40) if ground > 128 else (220, 220, 220)
    words = "Liked by anna and 23 others, add to cart"
    for line in range(int(rng.integers(1, 4))):
        place = (wide // 20, tall - tall // 30 - line * wide // 18)
        cv2.putText(screen, words[: rng.integers(8, 40)], place, cv2.FONT_HERSHEY_SIMPLEX, wide / 900, ink, 2)
    cv2.putText(screen, "12:41", (wide // 20, tall // 30), cv2.FONT_HERSHEY_SIMPLEX, wide / 900, ink, 2)
    return screen


def screen_photo(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """Taken from a monitor: its grid of pixels and moiré of `amount` (0 to 1), a reflection, a little from the side."""
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    period, angle = rng.uniform(3, 6), rng.uniform(0, np.pi)
    moire = np.sin(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / period)
    reflection = np.exp(-(((columns / width - rng.random()) ** 2 + (rows / height - rng.random()) ** 2) / 0.03))
    lit = picture * (1 + 0.25 * amount * moire[..., None]) + 120 * amount * reflection[..., None]
    bluish = lit * (1 - amount * np.array([0.12, 0.05, 0.0])) + 18 * amount
    return from_the_side(_bytes(bluish), 0.2 * amount, rng)


def compressed(picture: Pixels, quality: int) -> Pixels:
    """As JPEG gives it back."""
    packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return picture if decoded is None else np.ascontiguousarray(_bytes(decoded)[..., ::-1])


def turned_or_rotated(picture: Pixels, amount: float, rng: np.random.Generator) -> Pixels:
    """Held askew, `amount` degrees; one in three is turned by a quarter or a half instead."""
    if rng.random() < 1 / 3:
        return np.ascontiguousarray(np.rot90(picture, int(rng.integers(1, 4))))
    return rotated(picture, amount, rng)


CORRUPTIONS: Mapping[str, tuple[Corrupt, tuple[float, float, float]]] = {
    "blur": (blur, (3, 6, 12)),
    "noise": (noise, (10, 25, 50)),
    "dark": (dark, (0.4, 0.2, 0.08)),
    "over_exposed": (over_exposed, (1.5, 2.2, 4)),
    "jpeg": (recompressed, (30, 15, 6)),
    "fog": (fog, (0.3, 0.55, 0.75)),
    "occlusion": (occluded, (0.1, 0.25, 0.45)),
    "rotation": (rotated, (10, 30, 75)),
    "crop": (cropped, (0.8, 0.6, 0.4)),
    "screen_photo": (screen_photo, (0.3, 0.6, 1)),
}
"""Each with what `amount` is at strengths 1, 2 and 3."""
COPIES: Mapping[str, tuple[Corrupt, tuple[float, float]]] = {
    "cropped": (cropped, (0.6, 0.85)),
    "rotated": (turned_or_rotated, (8, 40)),
    "side": (from_the_side, (0.15, 0.5)),
    "darkened": (dark, (0.12, 0.35)),
    "blurred": (blur, (2, 5.5)),
    "recompressed": (recompressed, (10, 30)),
    "screenshot": (screenshot, (0.6, 1)),
}
"""Each with the range of its amount."""


def _plain(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue


def _bytes(values: ArrayLike) -> Pixels:
    return np.asarray(np.clip(np.rint(np.asarray(values)), 0, 255), np.uint8)
