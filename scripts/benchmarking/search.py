"""Searching a million vectors, one query at a time on one thread, against exact search in NumPy and FAISS.

Two collections made of chance (`synthetic_collections`), each built in a process of its own on all cores and measured
in another on one thread. Times are CPU time of the searching thread, so that what the machine does for others is left
out; wall-clock times are printed beside. `speedup` is that of single searches in turns, each of which finds the
processor's caches full of the gigabytes that exact search has just read, `speedup_in_a_row` that of turns of ten.
Recall is that of 100 queries like the rows and 100 like texts, none of which was there when the index was built; the
speed is that of the slower kind, the recall that of the worse.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scripts.benchmarking import synthetic_collections
from scripts.benchmarking.neighbour_search import build_neighbour

COLLECTIONS = ("clustered", "combinatorial")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much, and where the neighbouring project is."""
    parser.add_argument("--count", type=int, default=1_000_000, help="vectors in each collection (1,000,000)")
    parser.add_argument("--dimension", type=int, default=512, help="their width (512)")
    parser.add_argument("--rounds", type=int, default=50, help="searches of each kind that are timed (50)")
    parser.add_argument("--scratch", type=Path, help="a folder to keep the collections in, for the next time")
    parser.add_argument(
        "--clip-retrieval", type=Path, metavar="PYTHON", help="interpreter of an environment with clip-retrieval"
    )


def run(options: argparse.Namespace) -> dict[str, float]:
    """Speed-up, recall, memory, build and start; the worse of the two collections where the name says none."""
    metrics: dict[str, float] = {}
    both: dict[str, list[float]] = {"memory_ratio": [], "build_s": [], "open_s": []}
    for name in COLLECTIONS:
        with tempfile.TemporaryDirectory() as temporary:
            directory = (options.scratch or Path(temporary)) / name
            directory.mkdir(parents=True, exist_ok=True)
            figures = _measure(name, directory, options)
        for key, values in both.items():
            values.append(figures.pop(key))
        metrics |= {f"search.{name}.{key}": value for key, value in figures.items()}
    size = "1m" if options.count == 1_000_000 else str(options.count)
    return metrics | {f"search.{size}.{key}": max(values) for key, values in both.items()}


def _measure(name: str, directory: Path, options: argparse.Namespace) -> dict[str, float]:
    drawn = getattr(synthetic_collections, name)(options.dimension)
    features = directory / "features.f32"
    if not features.exists() or features.stat().st_size != 4 * options.count * options.dimension:
        with features.open("wb") as file:
            for block in drawn.blocks(options.count):
                file.write(block.data)
    for kind, queries in (("kin", drawn.kin(100)), ("texts", drawn.texts(100))):
        np.save(directory / f"{kind}.npy", queries)
    task = {"directory": str(directory), "count": options.count, "dimension": options.dimension}
    built = _stage("build", task)
    print(f"{name}: {built}", flush=True)
    neighbour = None
    if options.clip_retrieval is not None:
        neighbour = str(options.clip_retrieval)
        build_neighbour(neighbour, directory, options.count, options.dimension)
    found = _stage("measure", task | {"rounds": options.rounds, "neighbour": neighbour}, OMP_NUM_THREADS="1")
    for key, value in found.pop("printed").items():
        print(f"{name}: {key}: {value}", flush=True)
    return found | {"build_s": built["build_s"], "build_peak_mb": built["peak_mb"]}


def _stage(stage: str, task: Mapping[str, Any], **environment: str) -> dict[str, Any]:
    """Runs one stage in a process of its own, whose last line is its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarking.search_stages", stage, json.dumps(task)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"the stage {stage!r} ended with status {done.returncode}; the reason is above")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
