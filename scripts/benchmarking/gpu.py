"""A graphics card: exact search in half precision against the memory's own speed, and one whole turn.

`gpu.search.limit_ms` is the time in which the card reads the matrix once (a copy of it inside the card's memory,
halved); `gpu.search.ms` one query's ten best, `gpu.search.64_ratio` 64 queries at once over one query. `gpu.turn_ms`
is text, Combiner and search of one composed query with RN50x4 over 77,000 pictures, `gpu.turn_mb` what of the card's
memory that takes. Weights are random, for time does not depend on them. `--device cpu` runs the same path with small
numbers and reports nothing.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch

from retrieval.clip_encoder import ClipEncoder
from retrieval.clip_models import load_model
from retrieval.combiner import Combiner, CombinerComposition
from retrieval.embedding import normalize
from retrieval.protocols import Embeddings
from retrieval.torch_index import TorchIndex
from scripts.benchmarking.timing import Timing

_SEED = 0
_K = 50
_TOGETHER = 64
_ROUNDS = 50
_TURN_ROWS = 77_000
_MB = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which card, and how many vectors."""
    parser.add_argument("--device", default="cuda", help="cuda, cuda:N, or cpu to try the path (%(default)s)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="vectors of width 512 (%(default)s)")
    parser.add_argument("--model", default="RN50x4", help="of the whole turn (%(default)s)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """The figures. Raises ValueError where there is no such card."""
    device = torch.device(options.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError("There is no usable GPU here: these figures were not measured.")
    searched = search_figures(options.rows, 512, device)
    turned = turn_figures(options.model, min(_TURN_ROWS, options.rows), device)
    return {} if device.type == "cpu" else searched | turned


def search_figures(rows: int, dimension: int, device: torch.device) -> dict[str, float]:
    """Exact search of one query and of 64, and how quickly the memory itself could be read."""
    index = TorchIndex.of(_embeddings(rows, dimension).astype(np.float16), str(device))
    queries = _embeddings(_TOGETHER, dimension)
    matrix = torch.zeros((rows, dimension), dtype=torch.float16, device=device)
    # A copy reads and writes every byte once: reading alone takes half of it.
    limit = _timed(matrix.clone, device).median / 2
    one = _timed(lambda: index.search(queries[:1], _K), device)
    together = _timed(lambda: index.search(queries, _K), device)
    return {
        "gpu.search.rows": float(rows),
        "gpu.search.limit_ms": limit,
        "gpu.search.ms": one.median,
        "gpu.search.over_limit": one.median / max(limit, 1e-9),
        "gpu.search.64_ratio": together.median / one.median,
    }


def turn_figures(model: str, rows: int, device: torch.device) -> dict[str, float]:
    """One composed query from its words to its ten best, and the memory that model, Combiner and index take."""
    before = torch.cuda.memory_allocated(device) if device.type == "cuda" else 0
    encoder = ClipEncoder(load_model(model), str(device))
    dimension = encoder.dimension
    composition = CombinerComposition(Combiner(dimension, 640, 640), "random", str(device))
    index = TorchIndex.of(_embeddings(rows, dimension).astype(np.float16), str(device))
    reference = np.random.default_rng(_SEED).normal(size=(1, dimension)).astype(np.float32)

    def turn() -> object:
        words = encoder.encode_texts(["the same, with long sleeves"])
        return index.search(composition(reference, words)[0], _K)

    spent = _timed(turn, device)
    used = (torch.cuda.memory_allocated(device) if device.type == "cuda" else 0) - before
    return {"gpu.turn_ms": spent.median, "gpu.turn_mb": used / _MB}


def _timed(call: Callable[[], object], device: torch.device) -> Timing:
    times = []
    for number in range(_ROUNDS + 5):
        _wait(device)
        started = time.perf_counter()
        call()
        _wait(device)
        if number >= 5:
            times.append(1e3 * (time.perf_counter() - started))
    return Timing.of(times)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _embeddings(rows: int, dimension: int) -> Embeddings:
    return normalize(np.random.default_rng(_SEED).normal(size=(rows, dimension)).astype(np.float32))
