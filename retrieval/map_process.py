"""The layout of a map in a process of its own, which takes its memory with it when it ends.

scikit-learn and openTSNE are 70 MB that a bot would keep for good after its first indexing, and the layout's many small
steps would take turns with whoever searches meanwhile.
"""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from retrieval.collection_map import Positions, Steps, lay_out
from retrieval.errors import IndexingFailed
from retrieval.protocols import Embeddings

_VECTORS, _POSITIONS = "vectors.npy", "positions.npy"


def lay_out_apart(embeddings: Embeddings, *, threads: int = 1) -> Steps:
    """As `collection_map.lay_out`. Closing the generator ends the process.

    Raises:
        IndexingFailed: the disk is full, or the process ended early; what it said is on standard error.
    """
    with tempfile.TemporaryDirectory(prefix="pictalk-map-") as directory:
        try:
            np.save(Path(directory) / _VECTORS, embeddings)
        except OSError as error:
            raise _failed(error.strerror or str(error)) from error
        command = [sys.executable, "-m", __name__, directory, str(threads)]
        # A session of its own: Ctrl-C is for whoever asked, who then ends this.
        with subprocess.Popen(
            command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            try:
                for line in process.stdout or ():
                    done, total = map(int, line.split())
                    yield done, total
                process.wait()  # it leaves the positions after its last step
            finally:
                process.terminate()
        try:
            positions: Positions = np.load(Path(directory) / _POSITIONS)
        except OSError as error:
            raise _failed(f"its process ended early, with {process.returncode}") from error
    return positions


def _failed(reason: str) -> IndexingFailed:
    return IndexingFailed(
        f"The map could not be laid out ({reason}): start again, or set MAP=false; the collection stays as it was."
    )


def main(directory: Path, threads: int) -> None:
    """Lay out the vectors of a folder, and leave the positions there."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # ends with whoever reads the steps
    steps = lay_out(np.load(directory / _VECTORS), threads=threads)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as finished:
            draft = directory / "draft.npy"
            np.save(draft, finished.value)
            draft.rename(directory / _POSITIONS)
            return
        print(done, total, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
