"""The map: how many of a picture's nearest neighbours are near it on the map, and how long does drawing take?

All photos are laid out as indexing does it. `map.preservation`: of the 10 (`--map-neighbours`) nearest others of a
photo by embedding, the share that is among its 10 nearest on the map, mean over all photos; `map.preservation_at_30`
likewise. `map.category_kept`: share of the photos whose nearest neighbour on the map has the same label, and
`map.category_kept.embedding` the same for the nearest neighbour by embedding. `map.seconds` and `map.cpu_seconds`: wall
and processor time of the layout.

With `--synthetic N` the same for N made-up vectors instead: clusters of clusters, seeded, of the model's width; the
preservation is then that of 2,000 of them.
"""

import argparse
import time

import numpy as np
from tqdm import tqdm

from retrieval.collection_map import Positions, lay_out, preservation
from retrieval.embedding import normalize
from retrieval.protocols import Embeddings
from scripts.evaluation.photo_collection import add_photos, open_photos
from scripts.evaluation.suite import SEED, Figures

_WIDTH = 256
_JUDGED = 2000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the photos are, or how many vectors are made up instead."""
    add_photos(parser)
    parser.add_argument("--synthetic", type=int, metavar="N", help="so many made-up vectors instead of the photos")
    parser.add_argument("--map-neighbours", type=int, default=10, metavar="K", help="nearest others (%(default)s)")
    parser.add_argument("--map-threads", type=int, default=1, metavar="N", help="threads of the layout (%(default)s)")


def measure(options: argparse.Namespace) -> Figures:
    """The figures."""
    k: int = options.map_neighbours
    if options.synthetic is not None:
        vectors = synthetic(options.synthetic)
        positions, times = _drawn(vectors, options.map_threads)
        judged = np.sort(np.random.default_rng(SEED).choice(len(vectors), min(_JUDGED, len(vectors)), replace=False))
        return {
            "map.synthetic": float(len(vectors)),
            "map.preservation": preservation(vectors, positions, k, judged),
            **times,
        }
    if options.photos is None:
        raise ValueError("Say where the photos are with --photos, or make vectors up with --synthetic.")
    with open_photos(options) as photos:
        embeddings = normalize(photos.snapshot.features(range(len(photos))))
        positions, times = _drawn(embeddings, options.map_threads)
        labels = np.array(photos.labels)
    return {
        "map.preservation": preservation(embeddings, positions, k),
        f"map.preservation_at_{3 * k}": preservation(embeddings, positions, 3 * k),
        "map.category_kept": _same_label(positions, labels, flat=True),
        "map.category_kept.embedding": _same_label(embeddings, labels, flat=False),
        **times,
    }


def synthetic(count: int) -> Embeddings:
    """[count, 256]: 40 kinds of things, each in 25 variants, each with its own spread; the same for the same count."""
    random = np.random.default_rng(SEED)
    kinds = random.normal(size=(40, _WIDTH))
    variants = kinds[:, None] + 0.7 * random.normal(size=(40, 25, _WIDTH))
    chosen = variants.reshape(-1, _WIDTH)[random.integers(1000, size=count)]
    return normalize(chosen + 0.6 * random.normal(size=(count, _WIDTH)))


def _drawn(embeddings: Embeddings, threads: int) -> tuple[Positions, Figures]:
    started, used = time.perf_counter(), time.process_time()
    steps = lay_out(embeddings, threads=threads)
    with tqdm(desc="drawing the map", unit="step", mininterval=10) as bar:
        while True:
            try:
                done, bar.total = next(steps)
            except StopIteration as end:
                positions: Positions = end.value
                return positions, {
                    "map.seconds": time.perf_counter() - started,
                    "map.cpu_seconds": time.process_time() - used,
                }
            bar.update(done - bar.n)


def _same_label(vectors: Embeddings, labels: "np.ndarray[tuple[int], np.dtype[np.str_]]", *, flat: bool) -> float:
    """Share of the rows whose nearest other row has the same label, by distance where `flat`, else by direction."""
    same = 0
    for start in range(0, len(vectors), 500):
        part = vectors[start : start + 500]
        near = -((part[:, None] - vectors[None]) ** 2).sum(axis=2) if flat else part @ vectors.T
        near[np.arange(len(part)), np.arange(start, start + len(part))] = -np.inf
        same += int((labels[near.argmax(axis=1)] == labels[start : start + 500]).sum())
    return same / len(vectors)
