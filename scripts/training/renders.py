"""The rendered training products, kept as canvases in chunks under one folder so that rendering can stop and go on."""

import multiprocessing
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from scripts.rendering.attributes import sample_products
from scripts.rendering.product_photo import RENDERER_VERSION, render_cutout
from scripts.rendering.scene import developed, surface, with_shadow
from scripts.training.canvases import SIDE, to_canvas
from scripts.training.labels import KEYS

CHUNK = 550
"""Products per chunk; one seed each. 50 of every kind."""
FIRST_SEED = 100
"""Seeds below are the demo catalogue and the validation set; training starts here."""


def products_of(seed: int, count: int = CHUNK) -> list[dict[str, str | None]]:
    """The attributes of one chunk's products."""
    rows = [asdict(product) for product in sample_products(count, seed)]
    return [{key: row[key] for key in KEYS} for row in rows]


def load_renders(
    directory: Path, seeds: Sequence[int], processes: int = 1
) -> tuple[NDArray[np.uint8], list[Mapping[str, str | None]]]:
    """Canvases uint8 [n, 200, 200, 4] (RGB and mask) and the attributes of each; missing chunks are rendered first."""
    directory.mkdir(parents=True, exist_ok=True)
    missing = [(directory, seed) for seed in seeds if not _file(directory, seed).exists()]
    if missing:
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            for _ in tqdm(
                pool.imap_unordered(_render_chunk, missing), total=len(missing), desc="rendering", unit="chunk"
            ):
                pass
    canvases = np.empty((len(seeds) * CHUNK, SIDE, SIDE, 4), np.uint8)
    rows: list[Mapping[str, str | None]] = []
    for number, seed in enumerate(seeds):
        canvases[number * CHUNK : (number + 1) * CHUNK] = np.load(_file(directory, seed))
        rows += products_of(seed)
    return canvases, rows


def _file(directory: Path, seed: int) -> Path:
    return directory / f"renders-{RENDERER_VERSION}-{SIDE}-{seed}.npy"


def _render_chunk(job: tuple[Path, int]) -> None:
    directory, seed = job
    chunk = np.empty((CHUNK, SIDE, SIDE, 4), np.uint8)
    for row, product in enumerate(sample_products(CHUNK, seed)):
        rgb, mask = render_cutout(product)
        # The same photograph as `render` makes, from one pass over the product instead of two.
        rng = np.random.default_rng((product.seed, 3))
        cover = (mask / np.float32(255)).astype(np.float32)
        ground = with_shadow(surface(rng), cover, rng) * (1 - cover)[..., None]
        photo = developed(rgb / np.float32(255) * cover[..., None] + ground, rng)
        chunk[row] = to_canvas(np.dstack([photo, mask]))
    unfinished = directory / f"unfinished-{seed}.npy"
    np.save(unfinished, chunk)
    unfinished.replace(_file(directory, seed))
