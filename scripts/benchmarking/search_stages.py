"""The two stages of the suite `search`, each in a process of its own: to build an index, and to measure it.

    python -m scripts.benchmarking.search_stages build|measure '{"directory": ..., "count": ..., "dimension": ...}'

The last line on standard output is a JSON object.
"""

import contextlib
import dataclasses
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from retrieval.faiss_index import FaissIndex
from retrieval.index_builder import build_index
from retrieval.indexes import load_index
from retrieval.protocols import Embeddings, VectorIndex
from scripts.benchmarking.neighbour_search import Neighbour
from scripts.benchmarking.search_recall import constrained_recall, neighbours
from scripts.benchmarking.timing import Timing, interleaved

K = 50
_BLOCK = 65_536
_WARMING = 60
"""Rounds until the pages of the mapped file are known to the process, as they are after a minute of service."""
_IN_A_ROW = 10
"""Calls of a turn where caches are to be as they are when nothing else is searched."""
_CHECKED = 24
"""Queries of each kind for searches with filters and exclusions."""


def build(task: dict[str, Any]) -> dict[str, Any]:
    """Seconds from vectors on disk to a tuned, measured index on disk, and the most memory meanwhile."""
    features = _features(task)
    started = time.perf_counter()
    figures = build_index(features, Path(task["directory"]) / "index.bin")
    spent = time.perf_counter() - started
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "build_s": spent,
        "cpu_s": cpu.ru_utime + cpu.ru_stime,
        # Pages of mapped files count as well, though the system may take them back.
        "peak_mb": cpu.ru_maxrss / 1024,
    } | dataclasses.asdict(figures)


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Start, recall and speed."""
    torch.set_num_threads(1)
    directory, rounds = Path(task["directory"]), int(task["rounds"])
    features = _features(task)
    queries = {kind: np.load(directory / f"{kind}.npy") for kind in ("kin", "texts")}
    index, open_s = _opened(directory / "index.bin", queries["kin"][:1])
    printed: dict[str, str] = {}
    recalls = {}
    for kind, some in queries.items():
        truth = neighbours(features, some, K)
        recalls[kind] = truth.recall(index)
        printed[f"recall@{K} of {kind}"] = f"{recalls[kind]:.4f}"
        if task["neighbour"]:
            with Neighbour(task["neighbour"], directory, kind) as other:
                shares = [truth.share(number, other.search(number)[0]) for number in range(len(some))]
                printed[f"recall@{K} of {kind}, clip-retrieval"] = f"{np.mean(shares):.4f} ({other.description})"
    constrained = {}
    for kind, some in queries.items():
        for name, recall, spent in constrained_recall(features, some[:_CHECKED], index, K):
            constrained[f"{name} of {kind}"] = recall
            printed[f"recall@{K} of {kind}, {name}"] = f"{recall:.4f}, {Timing.of(spent)}"
    cpu, in_a_row = _times(task, features, index, queries, rounds, printed)
    slower = max(cpu["ours, kin"], cpu["ours, texts"])
    return {
        "speedup": cpu["FAISS Flat"] / slower,
        "speedup_in_a_row": in_a_row["FAISS Flat"] / max(in_a_row["ours, kin"], in_a_row["ours, texts"]),
        "speedup_numpy": cpu["NumPy"] / slower,
        "recall_at_50": min(recalls.values()),
        "recall_at_50_constrained": min(constrained.values()),
        "ms": slower,
        "flat_ms": cpu["FAISS Flat"],
        "open_s": open_s,
        "memory_ratio": (directory / "index.bin").stat().st_size / (4 * features.size),
        "printed": printed,
    } | ({"speedup_clip_retrieval": cpu["clip-retrieval"] / slower} if task["neighbour"] else {})


def _times(
    task: dict[str, Any],
    features: Embeddings,
    index: VectorIndex,
    queries: dict[str, Embeddings],
    rounds: int,
    printed: dict[str, str],
) -> tuple[dict[str, float], dict[str, float]]:
    """Medians of CPU time, in turns of one search and of `_IN_A_ROW`; the wall clock is only printed."""
    kin, texts = queries["kin"], queries["texts"]
    matrix = np.array(features)
    flat = FaissIndex(features.shape[1])
    for start in range(0, len(matrix), _BLOCK):
        flat.add(matrix[start : start + _BLOCK])

    def brute_force(number: int) -> None:
        scores = matrix @ kin[number % len(kin)]
        best = np.argpartition(scores, -K)[-K:]
        best[np.argsort(-scores[best])]

    calls: dict[str, Callable[[int], object]] = {
        "FAISS Flat": lambda number: flat.search(kin[number % len(kin)][None], K),
        "ours, kin": lambda number: index.search(kin[number % len(kin)][None], K),
        "NumPy": brute_force,
        "ours, texts": lambda number: index.search(texts[number % len(texts)][None], K),
    }
    for number in range(_WARMING):
        for kind in ("ours, kin", "ours, texts"):
            calls[kind](number)
    row = interleaved(calls, max(2, rounds // _IN_A_ROW), time.thread_time, in_a_row=_IN_A_ROW)
    with contextlib.ExitStack() as stack:
        theirs: list[float] = []
        if task["neighbour"]:
            other = stack.enter_context(Neighbour(task["neighbour"], Path(task["directory"]), "texts"))
            calls["clip-retrieval"] = lambda number: theirs.append(other.search(number % len(texts))[1])
        cpu = interleaved(calls, rounds, time.thread_time)
        theirs_cpu = Timing.of(theirs[1:]) if theirs else None  # the other process tells its own CPU time
        wall = interleaved(calls, rounds)
    if theirs_cpu is not None:
        cpu["clip-retrieval"] = theirs_cpu
    for name in calls:
        printed[name] = f"CPU {cpu[name]}, wall clock {wall[name]}"
    printed |= {f"{name}, {_IN_A_ROW} in a row": f"CPU {timing}" for name, timing in row.items()}
    return {name: timing.median for name, timing in cpu.items()}, {name: timing.median for name, timing in row.items()}


def _opened(path: Path, query: Embeddings) -> tuple[VectorIndex, float]:
    """The index and the seconds until it has answered once, with its file not in memory before."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    started = time.perf_counter()
    index = load_index(path)
    index.search(query, K)
    return index, time.perf_counter() - started


def _features(task: dict[str, Any]) -> Embeddings:
    path = Path(task["directory"]) / "features.f32"
    return np.memmap(path, np.float32, "r", shape=(task["count"], task["dimension"]))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    print(json.dumps({"build": build, "measure": measure}[sys.argv[1]](json.loads(sys.argv[2]))))
