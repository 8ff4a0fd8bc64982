"""One short text query: open_clip's `encode_text` as its README uses it, and Pictalk's encoder, in turns.

Weights are random (time does not depend on them) but for `tiny-clip`. The ten best are compared among 1,000 captions of
products, encoded in float32, since pictures through random weights are all alike: `top10_same` is the share of 200
queries whose ten best are exactly the same ten.
"""

import argparse
import itertools
import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from retrieval.clip_encoder import ClipEncoder
from retrieval.clip_models import TINY_CLIP, ClipModel, load_model, open_clip
from retrieval.embedding import normalize
from retrieval.protocols import Embeddings
from scripts.benchmarking.timing import interleaved

_MODELS = {"vitb32": "ViT-B-32", "rn50x4": "RN50x4", "tiny": TINY_CLIP}
_SEED = 0
_QUERIES = 200
_CAPTIONS = 1000
_BATCH = 50
_COLOURS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
_KINDS = (
    "dress",
    "T-shirt",
    "shirt",
    "blouse",
    "hoodie",
    "sweater",
    "coat",
    "skirt",
    "trousers",
    "hat",
    "scarf",
    "bag",
)
_PATTERNS = ("plain", "striped", "dotted", "checked", "floral")
_DETAILS = ("", "with long sleeves", "with pockets", "for the summer", "made of wool", "with a belt", "for a wedding")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How often."""
    parser.add_argument("--model", choices=_MODELS, help="one of them only")
    parser.add_argument("--rounds", type=int, default=25, help="queries of each kind that are timed (25)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """For each model times on one thread, their ratio and the least cosine; for ViT-B-32 how often the hits agree."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        figures: dict[str, float] = {}
        for name, model in _MODELS.items():
            if options.model not in (None, name):
                continue
            figures |= {f"text.{name}.{key}": value for key, value in _measure(name, model, options.rounds).items()}
    finally:
        torch.set_num_threads(threads)
    return figures


def random_model(model: str) -> ClipModel:
    """A model that open_clip knows, with random weights; `tiny-clip` with its own."""
    if model == TINY_CLIP:
        return load_model(model)
    torch.manual_seed(_SEED)
    network = open_clip.create_model(model, pretrained=None).eval().requires_grad_(False)
    return ClipModel(model, network, open_clip.get_tokenizer(model))


def _measure(name: str, model: str, rounds: int) -> dict[str, float]:
    loaded = random_model(model)
    encoder = ClipEncoder(loaded, text_runtime="auto")
    queries, captions = _texts()

    def plain(texts: Sequence[str]) -> Embeddings:
        with torch.no_grad():
            features = loaded.network.encode_text(loaded.tokenizer(list(texts)))
            features /= features.norm(dim=-1, keepdim=True)
        return np.asarray(features)

    def ours(texts: Sequence[str]) -> Embeddings:
        return normalize(encoder.encode_texts(texts))

    times = interleaved(
        {
            "plain": lambda number: plain(queries[number : number + 1]),
            "ours": lambda number: ours(queries[number : number + 1]),
        },
        rounds,
        clock=time.thread_time,  # the one thread's own, whatever else runs on this machine
    )
    print(f"{model}: open_clip {times['plain']}, {encoder.text_runtime} {times['ours']}")
    expected = np.concatenate([plain(batch) for batch in _batches(queries, f"{model} queries")])
    found = np.concatenate([ours([query]) for query in queries])
    figures = {
        "plain_ms": times["plain"].median,
        "ms": times["ours"].median,
        "speedup": times["plain"].median / times["ours"].median,
        "cosine": float((expected * found).sum(axis=1).min()),
    }
    if name == "vitb32":
        exact = ClipEncoder(loaded)
        gallery = np.concatenate(
            [normalize(exact.encode_texts(batch)) for batch in _batches(captions, f"{model} captions")]
        )
        same = np.all(_ten_best(expected, gallery) == _ten_best(found, gallery), axis=1)
        figures["top10_same"] = float(same.mean())
    return figures


def _texts() -> tuple[list[str], list[str]]:
    """Short queries, and other captions to search in."""
    rng = np.random.default_rng(_SEED)
    everything = [" ".join(filter(None, words)) for words in itertools.product(_PATTERNS, _COLOURS, _KINDS, _DETAILS)]
    captions = [everything[place] for place in rng.permutation(len(everything))[:_CAPTIONS]]
    queries = [f"a {rng.choice(_COLOURS)} {rng.choice(_KINDS)} {rng.choice(_DETAILS)}".strip() for _ in range(_QUERIES)]
    return queries, captions


def _batches(texts: Sequence[str], name: str) -> "tqdm[Sequence[str]]":
    return tqdm([texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)], desc=name, mininterval=10)


def _ten_best(queries: Embeddings, gallery: Embeddings) -> NDArray[np.int64]:
    """[n, 10] rows, ascending: as a set."""
    return np.sort(np.argsort(-(queries @ gallery.T), axis=1, kind="stable")[:, :10], axis=1)
