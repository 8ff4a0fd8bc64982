"""Where the training of a Combiner gets its pictures and requests: a published snapshot or rendered products."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from retrieval.clip_encoder import ClipEncoder
from retrieval.protocols import Encoder, Features
from retrieval.snapshot import Snapshot
from scripts.protocols.training_checkpoint import digest
from scripts.training.examples import Examples
from scripts.training.render_features import render_features
from scripts.training.triplets import collect, make_requests
from storage.snapshots import SnapshotStore

HELD_OUT_SHARE = 0.15
STOPPING_SHARE = 0.1
FEWEST = 100
"""Fewer pictures than this teach nothing that would hold for others."""
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Table:
    """Raw features [n, d] and the metadata of each picture."""

    features: Features
    rows: Sequence[Mapping[str, object]]

    def split(self, share: float, seed: int) -> tuple["Table", "Table"]:
        """The most of it, and a share of its pictures drawn at random; both in their old order."""
        order = np.random.default_rng(seed).permutation(len(self.rows))
        cut = int(len(order) * share)
        most, few = (
            Table(self.features[part], [self.rows[i] for i in part.tolist()])
            for part in (np.sort(order[cut:]), np.sort(order[:cut]))
        )
        return most, few


def read_snapshot(data_dir: Path, encoder: ClipEncoder) -> Table:
    """Everything in the published snapshot.

    Raises:
        RetrievalError: the snapshot is damaged or was made by another model.
        StorageError: there is none.
        ValueError: too few pictures.
    """
    directory = SnapshotStore(data_dir / "snapshots").current()
    snapshot = Snapshot.open(directory, encoder.fingerprint, None, with_index=False)
    try:
        table = Table(snapshot.features(np.arange(len(snapshot))), [dict(item.metadata) for item in snapshot.items()])
    finally:
        snapshot.close()
    if len(table.rows) < FEWEST:
        raise ValueError(f"{len(table.rows)} pictures are too few to train on: {FEWEST} are the least.")
    return table


def read_renders(work: Path, encoder: Encoder, chunks: int) -> tuple[Table, Table]:
    """Rendered products: those to train on, and those of the validation seeds."""
    training, held_out = render_features(work, encoder, chunks)
    return Table(*training), Table(*held_out)


def make_examples(
    table: Table, encoder: Encoder, count: int, seed: int, held_out: bool = False, cache: Path | None = None
) -> Examples:
    """Requests next to pictures of the table, drawn with replacement, and their features.

    Args:
        table: the pictures.
        encoder: of the words.
        count: how many requests; fewer where pictures have nothing that could be asked for.
        seed: the same seed gives the same requests.
        held_out: in sentences that training never sees.
        cache: a folder where the features of the words are kept, since a large model takes its time over them.

    Raises:
        ValueError: the metadata has nothing to ask for, or the features cannot be used.
    """
    collection = collect(table.rows)
    references = np.random.default_rng(seed).integers(0, len(table.rows), count)
    requests = make_requests(collection, references, seed, held_out)
    return Examples(table.features, collection, requests, encode_requests(encoder, requests.texts, cache))


def encode_requests(encoder: Encoder, texts: Sequence[str], cache: Path | None = None) -> Features:
    """[m, d] raw features of texts, each different one encoded once."""
    distinct = sorted(set(texts))
    stored = None if cache is None else cache / f"texts-{_name(encoder, distinct)}.npy"
    if stored is not None and stored.exists():
        features: Features = np.load(stored, allow_pickle=False)
    else:
        starts = tqdm(
            range(0, len(distinct), _BATCH), desc="words", unit="batch", mininterval=1.0, disable=cache is None
        )
        parts = [encoder.encode_texts(distinct[start : start + _BATCH]) for start in starts]
        features = np.concatenate(parts) if parts else np.empty((0, encoder.dimension), np.float32)
        if stored is not None:
            stored.parent.mkdir(parents=True, exist_ok=True)
            unfinished = stored.with_suffix(".unfinished.npy")
            np.save(unfinished, features)
            unfinished.replace(stored)
    places = {text: place for place, text in enumerate(distinct)}
    return features[[places[text] for text in texts]]


def _name(encoder: Encoder, texts: Sequence[str]) -> str:
    return digest(encoder.fingerprint.encode(), *(text.encode("utf-8", "surrogatepass") for text in texts))
