"""Pictures a second: a plain loop (Pillow, open_clip's preprocessing, batches of 32), and Pictalk's indexing, in turns.

Both read the same photos of a seeded sample from the disk; Pictalk's side also hashes them and writes a whole snapshot
with its index. Weights are random but for `tiny-clip`.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from retrieval.clip_encoder import ClipEncoder
from retrieval.clip_models import ClipModel, open_clip
from retrieval.embedding import normalize
from retrieval.entry import Entry
from retrieval.indexing import build_snapshot
from retrieval.manifest import Provenance
from retrieval.preprocess import open_picture
from retrieval.protocols import Features
from retrieval.snapshot import Snapshot
from scripts.benchmarking.text import random_model

PHOTOS = Path("../shared/data/clothing/images")
_MODELS = {"tiny": ("tiny-clip", 192), "vitb32": ("ViT-B-32", 64)}
"""Name and photos a round."""
_BATCH = 32
_SEED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which photos, how often."""
    parser.add_argument("--images", type=Path, default=PHOTOS, help=f"a folder of photos ({PHOTOS})")
    parser.add_argument("--model", choices=_MODELS, help="one of them only")
    parser.add_argument("--rounds", type=int, default=3, help="each with other photos of the sample (3)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """The ratio of both rates for each model, the rates, and the cosine to float32 with everything decoded in full."""
    photos = sorted(path for path in options.images.glob("*") if path.is_file())
    if not photos:
        raise ValueError(f"{options.images} holds no photos: name a folder with --images.")
    figures: dict[str, float] = {}
    for name, (model, count) in _MODELS.items():
        if options.model not in (None, name):
            continue
        order = np.random.default_rng(_SEED).permutation(len(photos)).tolist()
        starts = range(0, min(len(photos), count * (options.rounds + 1)), count)
        rounds = [[photos[place] for place in order[start : start + count]] for start in starts]
        figures |= {f"ingest.{name}.{key}": value for key, value in _measure(model, rounds).items()}
    return figures


def _measure(model: str, rounds: Sequence[Sequence[Path]]) -> dict[str, float]:
    loaded = random_model(model)
    encoder = ClipEncoder(loaded, text_runtime="float32", image_runtime="auto")
    ratios, plain_rates, rates, work = [], [], [], []
    for number, photos in enumerate(rounds):
        started, started_cpu = time.perf_counter(), time.process_time()
        _plain(loaded, photos)
        between, between_cpu = time.perf_counter(), time.process_time()
        found = _ours(encoder, photos)
        done, done_cpu = time.perf_counter(), time.process_time()
        if number == 0:  # warming up
            continue
        plain_rates.append(len(photos) / (between - started))
        rates.append(len(photos) / (done - between))
        ratios.append(rates[-1] / plain_rates[-1])
        work.append((between_cpu - started_cpu) / (done_cpu - between_cpu))
        print(
            f"{model}: {plain_rates[-1]:.1f} and {rates[-1]:.1f} pictures a second, {ratios[-1]:.2f} times", flush=True
        )
    # open_clip crops where Pictalk pads, so the same preprocessing in full and in float32 is what to compare with.
    exact = ClipEncoder(loaded).encode_images([open_picture(path) for path in rounds[-1]])
    cosines = (normalize(exact) * normalize(found)).sum(axis=1)
    return {
        "plain_per_s": statistics.median(plain_rates),
        "per_s": statistics.median(rates),
        "speedup": statistics.median(ratios),
        "speedup_least": min(ratios),
        "speedup_most": max(ratios),
        "cpu_ratio": statistics.median(work),  # of the processor's seconds, which the wall clock's noise leaves alone
        "cosine_mean": float(cosines.mean()),
        "cosine_least": float(cosines.min()),
    }


def _plain(loaded: ClipModel, photos: Sequence[Path]) -> Features:
    """As one would write it with open_clip's README."""
    preprocess = open_clip.transform.image_transform_v2(
        open_clip.transform.PreprocessCfg(**loaded.preprocessing), is_train=False
    )
    features = []
    for start in range(0, len(photos), _BATCH):
        batch = torch.stack([preprocess(Image.open(path)) for path in photos[start : start + _BATCH]])
        with torch.no_grad():
            features.append(np.asarray(loaded.network.encode_image(batch)))
    return np.concatenate(features)


def _ours(encoder: ClipEncoder, photos: Sequence[Path]) -> Features:
    """A snapshot of the photos; its raw features."""
    provenance = Provenance(encoder.fingerprint, encoder.model, None, encoder.dimension, "sum")
    with tempfile.TemporaryDirectory() as directory:
        entries = [Entry(path.name, path, {}) for path in photos]
        folder = Path(directory) / "snapshot"
        steps = build_snapshot(
            entries, encoder.encode_images, folder, provenance, batch_size=_BATCH, prepare=encoder.prepare
        )
        for _ in steps:
            pass
        snapshot = Snapshot.open(folder, None, None)
        try:
            return np.array(snapshot.features([snapshot.row(path.name) for path in photos]))
        finally:
            snapshot.close()
