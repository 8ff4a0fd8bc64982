"""Writes the demo catalogue: one JPEG per product and a CSV with its metadata.

    python -m scripts.rendering.catalogue --out var/demo/catalogue [--count 3080] [--seed 1] [--sheet sheet.jpg]

A catalogue appears whole or not at all: it is written beside its place and renamed at the end.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from tqdm import tqdm

from scripts.rendering.attributes import CATEGORIES, Product, sample_products
from scripts.rendering.product_photo import RENDERER_VERSION, render

COLUMNS = (
    "id",
    "path",
    "category",
    "colour",
    "pattern",
    "sleeve",
    "length",
    "neckline",
    "detail",
    "title",
    "price",
    "link",
)
_CSV = "catalogue.csv"
_STAMP = "rendered.json"
_QUALITY = 88


def write_catalogue(
    directory: Path, count: int = 3080, seed: int = 1, processes: int = 2, progress: bool = True
) -> Path:
    """Render `count` products into `directory` and return the path of the CSV.

    Nothing is done where a finished catalogue of the same count, seed and renderer lies there; another one is
    replaced only when the new one is complete. A directory that holds anything else raises FileExistsError.
    """
    directory = directory.absolute()
    stamp = {"count": count, "seed": seed, "renderer": RENDERER_VERSION}
    if _stamp_of(directory) == stamp:
        return directory / _CSV
    if directory.exists() and _stamp_of(directory) is None and any(directory.iterdir()):
        raise FileExistsError(f"{directory} holds something other than a rendered catalogue; choose another directory")
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        products = sample_products(count, seed)
        _write_pictures(products, draft, processes, progress)
        _write_table(products, draft / _CSV)
        (draft / _STAMP).write_text(json.dumps(stamp) + "\n", encoding="utf-8")
        draft.chmod(0o755)
        _publish(draft, directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return directory / _CSV


def contact_sheet(products: Sequence[Product], columns: int = 14, width: int = 120) -> Image.Image:
    """Thumbnails of the products side by side, RGB; `width` is that of one thumbnail in pixels."""
    height = width * 4 // 3
    rows = -(-len(products) // columns)
    sheet = Image.new("RGB", (columns * width, max(rows, 1) * height), "white")
    for place, product in enumerate(products):
        thumbnail = render(product).resize((width, height), Image.Resampling.LANCZOS)
        sheet.paste(thumbnail, (place % columns * width, place // columns * height))
    return sheet


def _stamp_of(directory: Path) -> dict[str, object] | None:
    """What was rendered into the directory, or None where no finished catalogue lies."""
    try:
        stamp = json.loads((directory / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) and (directory / _CSV).is_file() else None


def _write_pictures(products: Sequence[Product], draft: Path, processes: int, progress: bool) -> None:
    images = draft / "images"
    images.mkdir()
    jobs = [(product, images / f"{product.id}.jpg") for product in products]
    bar = tqdm(total=len(jobs), desc="rendering", unit="picture", disable=not progress)
    with bar:
        if processes <= 1:
            for job in jobs:
                _write_picture(job)
                bar.update()
            return
        # Fresh processes: forking one that already runs torch or OpenCV threads can hang.
        with multiprocessing.get_context("spawn").Pool(processes, initializer=_single_thread) as pool:
            for _ in pool.imap_unordered(_write_picture, jobs, chunksize=16):
                bar.update()


def _single_thread() -> None:
    # The processes share the cores already.
    cv2.setNumThreads(1)


def _write_picture(job: tuple[Product, Path]) -> None:
    product, path = job
    render(product).save(path, "JPEG", quality=_QUALITY, subsampling=0)


def _write_table(products: Sequence[Product], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for product in products:
            # None becomes an empty cell.
            writer.writerow({**asdict(product), "path": f"images/{product.id}.jpg", "price": f"{product.price:.2f}"})


def _publish(draft: Path, directory: Path) -> None:
    """Put the finished draft in place; an older catalogue steps aside first and is removed last."""
    if not directory.exists():
        draft.replace(directory)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
    directory.replace(old)
    draft.replace(directory)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.rendering.catalogue", description="Render the demo catalogue."
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="directory to write; must be new, or an older catalogue"
    )
    parser.add_argument("--count", type=int, default=3080, help="number of products (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the products (default %(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="worker processes (default %(default)s)")
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet of some products to this file")
    options = parser.parse_args(arguments)
    try:
        table = write_catalogue(options.out, options.count, options.seed, options.processes, sys.stderr.isatty())
    except (FileExistsError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(table)
    if options.sheet is not None:
        products = sample_products(options.count, options.seed)
        chosen = np.random.default_rng(options.seed)
        picks = [
            product
            for category in CATEGORIES
            for product in _some([one for one in products if one.category == category], 14, chosen)
        ]
        contact_sheet(picks).save(options.sheet, quality=_QUALITY)
        print(options.sheet)
    return 0


def _some(products: Sequence[Product], count: int, rng: np.random.Generator) -> list[Product]:
    picks = rng.permutation(len(products))[:count]
    return [products[int(pick)] for pick in picks]


if __name__ == "__main__":
    raise SystemExit(main())
