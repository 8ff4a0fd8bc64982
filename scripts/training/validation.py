"""How good a half-trained tiny-clip is, on products that it never trains on and that no report uses."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from scripts.training.architecture import IMAGE_SIZE
from scripts.training.augmentation import centre_view
from scripts.training.batches import to_tensor
from scripts.training.labels import encode_constraints, encode_table, match
from scripts.training.tokens import Tokens
from scripts.training.wordings import HELD_OUT_FRAMES, describe

FIRST = 6
"""As many pictures as an album shows."""
NAMED = ("colour", "pattern", "sleeve", "length", "neckline", "detail", "colour+pattern", "colour+sleeve")
"""What the wordings of `measure` name beside the kind."""


@torch.no_grad()
def encode_canvases(model: Any, canvases: NDArray[np.uint8], size: int) -> torch.Tensor:
    """Raw image features [n, d] of the middle of each canvas."""
    features = []
    for start in range(0, len(canvases), 64):
        views = np.stack([centre_view(canvas, size) for canvas in canvases[start : start + 64]])
        features.append(model.encode_image(to_tensor(views)))
    return torch.cat(features).float()


@torch.no_grad()
def encode_wordings(model: Any, texts: Sequence[str], tokens: Tokens) -> torch.Tensor:
    """Raw text features [n, d]."""
    features: torch.Tensor = model.encode_text(torch.from_numpy(tokens.table(texts).astype(np.int64)))
    return features.float()


def precision(scores: NDArray[np.floating], matches: NDArray[np.int8], first: int = FIRST) -> float:
    """Mean share of right pictures among the first few; queries with fewer right ones than that count what is there.

    Args:
        scores: [n, m], m queries over n pictures.
        matches: [n, m], 1 right, 0 wrong, -1 unknown.
        first: how many pictures count.
    """
    shares = []
    for column in range(scores.shape[1]):
        possible = min(first, int((matches[:, column] == 1).sum()))
        if possible:
            best = np.argsort(-scores[:, column])[:possible]
            shares.append(float((matches[best, column] == 1).mean()))
    return float(np.mean(shares)) if shares else float("nan")


def measure(
    model: Any,
    canvases: NDArray[np.uint8],
    rows: Sequence[Mapping[str, str | None]],
    tokens: Tokens,
    size: int = IMAGE_SIZE,
) -> dict[str, float]:
    """Precision of the first pictures by what the wording names, beside the kind: colour, pattern, and so on."""
    images = F.normalize(encode_canvases(model, canvases, size), dim=-1)
    codes = encode_table(rows)
    rng = np.random.default_rng(5)
    result = {}
    for key in NAMED:
        keys = key.split("+")
        able = [row for row in rows if all(row[k] is not None for k in keys)]
        drawn = [able[i] for i in rng.integers(0, len(able), 120)]
        pairs = [describe(row, rng, keys, HELD_OUT_FRAMES) for row in drawn]
        texts = F.normalize(encode_wordings(model, [text for text, _ in pairs], tokens), dim=-1)
        bits = np.stack([encode_constraints(constraints) for _, constraints in pairs])
        result[key] = precision((images @ texts.T).numpy(), match(codes, bits))
    return result


@torch.no_grad()
def measure_images(
    model: Any, texts: torch.nn.Module, canvases: NDArray[np.uint8], rows: Sequence[Mapping[str, str | None]], size: int
) -> dict[str, float]:
    """As `measure`, with the network that stands in for the text tower: what the image tower alone is worth."""
    images = F.normalize(encode_canvases(model, canvases, size), dim=-1)
    codes = encode_table(rows)
    rng = np.random.default_rng(5)
    result = {}
    for key in NAMED:
        keys = ("category", *key.split("+"))
        able = [row for row in rows if all(row[k] is not None for k in keys)]
        drawn = [able[i] for i in rng.integers(0, len(able), 120)]
        bits = np.stack([encode_constraints({k: frozenset({str(row[k])}) for k in keys}) for row in drawn])
        features = F.normalize(texts(torch.from_numpy(bits)), dim=-1)
        result[key] = precision((images @ features.T).numpy(), match(codes, bits))
    return result
