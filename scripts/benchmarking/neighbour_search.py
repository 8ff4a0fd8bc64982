"""The search of clip-retrieval (https://github.com/rom1504/clip-retrieval) in an environment of its own.

Its own functions build the index (with autofaiss, which chooses and tunes it) and open it; a search is the call that
its server makes. The other process tells the CPU time of each search.
"""

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

_BUILD = """
import os, sys
import numpy as np
directory, count, dimension = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.makedirs(directory + "/embeddings")
features = np.memmap(directory + "/features.f32", np.float32, "r", shape=(count, dimension))
np.save(directory + "/embeddings/0.npy", features)
from clip_retrieval.clip_index import quantize
quantize(directory + "/embeddings", directory, "neighbour", "4G", "16G", None)
os.remove(directory + "/embeddings/0.npy")
"""
_SERVE = """
import json, sys, time
import numpy as np
from clip_retrieval.clip_back import load_index
directory, kind = sys.argv[1:]
index = load_index(directory + "/neighbour.index", False)
queries = np.load(directory + f"/{kind}.npy")
about = json.load(open(directory + "/neighbour.json"))
print(json.dumps({"description": about["index_key"] + ", " + about["index_param"]}), flush=True)
for line in sys.stdin:
    query = queries[int(line)][None]
    started = time.thread_time()
    distances, indices, embeddings = index.search_and_reconstruct(query, 50)
    spent = 1e3 * (time.thread_time() - started)
    print(json.dumps({"rows": indices[0].tolist(), "ms": spent}), flush=True)
"""


def build_neighbour(python: str, directory: Path, count: int, dimension: int) -> None:
    """Writes `neighbour.index` beside `features.f32`. Raises ValueError."""
    command = [python, "-c", _BUILD, str(directory), str(count), str(dimension)]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
        raise ValueError(f"clip-retrieval could not build its index with {python}; the reason is above")


class Neighbour:
    """A process that answers searches, on one thread."""

    def __init__(self, python: str, directory: Path, kind: str) -> None:
        """`kind` names the file of queries in the folder."""
        self._command = [python, "-c", _SERVE, str(directory), kind]
        self.description = ""

    def __enter__(self) -> "Neighbour":
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.description = str(self._answer()["description"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate("")

    def search(self, number: int) -> tuple[np.ndarray, float]:
        """Rows that are found for one of the queries, and milliseconds of CPU time."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{number}\n")
            self._process.stdin.flush()
        answer = self._answer()
        return np.array(answer["rows"], np.int64), float(answer["ms"])

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise ValueError("clip-retrieval's process ended; the reason is above")
        answer: dict[str, Any] = json.loads(line)
        return answer
