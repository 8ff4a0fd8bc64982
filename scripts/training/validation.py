"""How good a half-trained tiny-clip is, on products that it never trains on and that no report uses."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from scripts.training.augmentation import centre_view
from scripts.training.batches import to_tensor
from scripts.training.labels import encode_constraints, encode_table, match
from scripts.training.texts import Tokenizer
from scripts.training.wordings import HELD_OUT_FRAMES, describe

FIRST = 6
"""As many pictures as an album shows."""


@torch.no_grad()
def encode_canvases(model: Any, canvases: NDArray[np.uint8], size: int) -> torch.Tensor:
    """Raw image features [n, d] of the middle of each canvas."""
    features = []
    for start in range(0, len(canvases), 64):
        views = np.stack([centre_view(canvas, size) for canvas in canvases[start : start + 64]])
        features.append(model.encode_image(to_tensor(views)))
    return torch.cat(features).float()


@torch.no_grad()
def encode_wordings(model: Any, texts: Sequence[str], tokenize: Tokenizer, marks: tuple[int, int]) -> torch.Tensor:
    """Raw text features [n, d]."""
    context = int(model.context_length)
    tokens = torch.zeros(len(texts), context, dtype=torch.long)
    for row, text in enumerate(texts):
        ids = [marks[0], *list(tokenize(text))[: context - 2], marks[1]]
        tokens[row, : len(ids)] = torch.tensor(ids)
    features: torch.Tensor = model.encode_text(tokens)
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
    tokenize: Tokenizer,
    marks: tuple[int, int],
    size: int = 128,
) -> dict[str, float]:
    """Precision of the first pictures by what the wording names, beside the kind: colour, pattern, and so on."""
    images = F.normalize(encode_canvases(model, canvases, size), dim=-1)
    codes = encode_table(rows)
    rng = np.random.default_rng(5)
    result = {}
    for key in ("colour", "pattern", "sleeve", "length", "neckline", "detail", "colour+pattern", "colour+sleeve"):
        keys = key.split("+")
        able = [row for row in rows if all(row[k] is not None for k in keys)]
        drawn = [able[i] for i in rng.integers(0, len(able), 120)]
        pairs = [describe(row, rng, keys, HELD_OUT_FRAMES) for row in drawn]
        texts = F.normalize(encode_wordings(model, [text for text, _ in pairs], tokenize, marks), dim=-1)
        bits = np.stack([encode_constraints(constraints) for _, constraints in pairs])
        result[key] = precision((images @ texts.T).numpy(), match(codes, bits))
    return result
