"""Features of the rendered training products, made once for each set of weights."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from retrieval.protocols import Encoder, Features
from scripts.training.renders import CHUNK, FIRST_SEED, load_renders

_VALIDATION_SEEDS = (2, 3)
Described = tuple[Features, Sequence[Mapping[str, str | None]]]


def render_features(work: Path, encoder: Encoder, chunks: int) -> tuple[Described, Described]:
    """Raw features and attributes of the training products, and of the validation products."""
    digest = encoder.fingerprint.replace("/", "-").replace("@", "-").replace(":", "-")
    parts = []
    for seeds in (range(FIRST_SEED, FIRST_SEED + chunks), _VALIDATION_SEEDS):
        features, rows = [], []
        for seed in seeds:
            stored = work / "features" / f"{digest}-{CHUNK}-{seed}.npy"
            canvases, described = load_renders(work / "renders", [seed])
            if not stored.exists():
                stored.parent.mkdir(parents=True, exist_ok=True)
                np.save(stored, _encode(canvases, encoder))
            features.append(np.load(stored))
            rows += described
        parts.append((np.concatenate(features), rows))
    return parts[0], parts[1]


def _encode(canvases: NDArray[np.uint8], encoder: Encoder) -> Features:
    # Without the padding, which the encoder's own preprocessing adds as its model wants it.
    across = np.flatnonzero(canvases[..., :3].any(axis=(0, 1, 3)))
    pictures = [Image.fromarray(canvas[:, across[0] : across[-1] + 1, :3]) for canvas in canvases]
    return np.concatenate([encoder.encode_images(pictures[i : i + 50]) for i in range(0, len(pictures), 50)])
