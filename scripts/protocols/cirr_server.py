"""The two files that CIRR's test server takes, since the answers of its test split are not public.

    {"version": "rc2", "metric": "recall",        "<pairid>": [50 names, best first], …}
    {"version": "rc2", "metric": "recall_subset", "<pairid>": [3 names], …}

The reference is in neither list. The server refuses files above 5 MB.
"""

import json
from pathlib import Path

import numpy as np

from retrieval.file_names import display
from retrieval.protocols import Composition, Rows
from scripts.protocols.queries import Queries
from scripts.protocols.ranking import best_rows, subset_scores

VERSION = "rc2"
NAMES = {"recall": 50, "recall_subset": 3}
"""Metric -> how many names the server wants for each request."""
MAX_BYTES = 5 * 1000 * 1000


def write_server_files(queries: Queries, composition: Composition, directory: Path) -> tuple[Path, Path]:
    """Writes `recall.json` and `recall_subset.json` into a folder, which is made.

    Args:
        queries: of the split `test1`, with every picture there.
        composition: what ranks.
        directory: where; files of these names are replaced when both are ready.

    Raises:
        ValueError: pictures are missing, or a file would be too large for the server; nothing is written.
        OSError: the folder cannot be written.
    """
    if queries.missing or queries.left_out or queries.members is None:
        raise ValueError(
            f"The server wants an answer to every request, but {queries.missing:,} pictures of the split are missing "
            f"and {queries.left_out:,} requests left out: no files are written."
        )
    factors, gallery = queries.compose(composition), queries.gallery
    rows = {
        "recall": best_rows(factors, gallery, NAMES["recall"], queries.references),
        "recall_subset": _best_members(queries.members, subset_scores(factors, gallery, queries.members)),
    }
    written = {directory / f"{metric}.json": _render(metric, found, queries) for metric, found in rows.items()}
    for path, content in written.items():
        if len(content) > MAX_BYTES:
            raise ValueError(
                f"{display(path.name)} would have {len(content) / 1e6:.1f} MB, more than the server's 5 MB: "
                "no files are written."
            )
    directory.mkdir(parents=True, exist_ok=True)
    for path, content in written.items():
        path.write_bytes(content)
    recall, recall_subset = written
    return recall, recall_subset


def _best_members(members: Rows, scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Rows:
    """[q, 3] rows, best first, ties by the smaller row."""
    order = np.lexsort((members, -scores), axis=1)[:, : NAMES["recall_subset"]]
    found: Rows = np.take_along_axis(members, order, axis=1)
    return found


def _render(metric: str, found: Rows, queries: Queries) -> bytes:
    answers: dict[str, object] = {"version": VERSION, "metric": metric}
    for pair_id, rows in zip(queries.pair_ids, found.tolist(), strict=True):
        answers[str(pair_id)] = [queries.names[row] for row in rows]
    return json.dumps(answers, separators=(",", ":")).encode()
