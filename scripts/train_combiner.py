"""Train a Combiner without annotations: from the features of a collection and the attributes in its metadata."""

import argparse
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.combiner import CombinerComposition
from retrieval.combiner_checkpoint import save_combiner
from retrieval.composition import NormalizedSum, Product
from retrieval.errors import RetrievalError
from retrieval.manifest import read_manifest
from retrieval.protocols import Composition, Features
from retrieval.snapshot import Snapshot
from scripts.training.bundle import COMBINER_FILE
from scripts.training.combiner_trainer import CombinerPlan, train_combiner
from scripts.training.composed_quality import compare_compositions
from scripts.training.render_features import render_features
from scripts.training.triplets import collect, make_requests
from storage.errors import StorageError
from storage.snapshots import SnapshotStore

_log = logging.getLogger(__name__)
_HELD_OUT_SHARE = 0.15
_FEWEST = 100
"""Fewer pictures than this teach nothing that would hold for others."""


@dataclass(frozen=True, slots=True)
class Table:
    """Raw features [n, d] and the metadata of each picture."""

    features: Features
    rows: Sequence[Mapping[str, object]]


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.train_combiner", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data-dir", type=Path, metavar="DIR", help="train on the collection that is published there")
    source.add_argument(
        "--renders", type=Path, metavar="DIR", help="train on rendered products kept in this work folder"
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="where it is written (beside the model or snapshots)"
    )
    parser.add_argument("--model", help="the model whose features are combined (the snapshot's, or tiny-clip)")
    parser.add_argument("--pretrained", help="its pretrained tag or a path")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--steps", type=int, default=1200, help="optimiser steps (%(default)s)")
    parser.add_argument("--requests", type=int, default=24000, help="requests to train on (%(default)s)")
    parser.add_argument("--chunks", type=int, default=16, help="with --renders: chunks of 550 products (%(default)s)")
    parser.add_argument("--half", action="store_true", help="store float16")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def main(argv: list[str] | None = None) -> int:
    """0 when a Combiner was saved; 1 when it would be worse than none; 2 when there is nothing to train on."""
    options = arguments().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("scripts").setLevel(logging.INFO)
    _log.setLevel(logging.INFO)
    try:
        encoder = _load_encoder(options)
        if options.renders is not None:
            training, held_out = render_features(options.renders, encoder, options.chunks)
            train, test = Table(*training), Table(*held_out)
        else:
            train, test = _split(_read_snapshot(options.data_dir, encoder), options.seed)
        return _train(options, encoder, train, test)
    except (RetrievalError, StorageError, ValueError, OSError) as error:
        print(f"train_combiner: {error}", file=sys.stderr)
        return 2


def _load_encoder(options: argparse.Namespace) -> ClipEncoder:
    if options.model is None and options.data_dir is not None:
        manifest = read_manifest(SnapshotStore(options.data_dir / "snapshots").current())
        return load_encoder(manifest.model, manifest.pretrained, options.device)
    return load_encoder(options.model or "tiny-clip", options.pretrained, options.device)


def _read_snapshot(data_dir: Path, encoder: ClipEncoder) -> Table:
    directory = SnapshotStore(data_dir / "snapshots").current()
    snapshot = Snapshot.open(directory, encoder.fingerprint, None, with_index=False)
    try:
        return Table(snapshot.features(np.arange(len(snapshot))), [dict(item.metadata) for item in snapshot.items()])
    finally:
        snapshot.close()


def _split(table: Table, seed: int) -> tuple[Table, Table]:
    if len(table.rows) < _FEWEST:
        raise ValueError(f"{len(table.rows)} pictures are too few to train on: {_FEWEST} are the least.")
    order = np.random.default_rng(seed).permutation(len(table.rows))
    cut = int(len(order) * _HELD_OUT_SHARE)
    parts = [np.sort(order[cut:]), np.sort(order[:cut])]
    train, test = (Table(table.features[part], [table.rows[i] for i in part]) for part in parts)
    return train, test


def _train(options: argparse.Namespace, encoder: ClipEncoder, train: Table, test: Table) -> int:
    collection, held_out = collect(train.rows), collect(test.rows)
    rng = np.random.default_rng(options.seed)
    requests = make_requests(collection, rng.integers(0, len(train.rows), options.requests), options.seed)
    held_requests = make_requests(held_out, rng.integers(0, len(test.rows), 600), options.seed + 1, held_out=True)
    _log.info(
        "%d requests, %d held out; attributes: %s",
        len(requests.texts),
        len(held_requests.texts),
        ", ".join(collection.keys),
    )
    text_features = _encode(encoder, requests.texts)
    held_text_features = _encode(encoder, held_requests.texts)
    plan = CombinerPlan(options.steps, seed=options.seed)
    combiner = train_combiner(train.features, collection, requests, text_features, plan)
    if options.half:
        # What is measured is what will be stored.
        combiner = combiner.half().float()
    compositions: dict[str, Composition] = {
        "combiner": CombinerComposition(combiner, "combiner:new"), "sum": NormalizedSum(), "product": Product(),
    }  # fmt: skip
    quality = compare_compositions(compositions, test.features, held_out, held_requests, held_text_features)
    for name, shares in quality.items():
        _log.info("%-9s %s", name, "   ".join(f"{measure} {share:.3f}" for measure, share in shares.items()))
    best = max(quality[name]["wanted"] for name in ("sum", "product"))
    if quality["combiner"]["wanted"] <= best:
        print(
            "train_combiner: not saved, because it answers held-out requests worse "
            f"({quality['combiner']['wanted']:.3f}) than plain composition does ({best:.3f}); "
            "keep `COMBINER=sum`, or train on more pictures.",
            file=sys.stderr,
        )
        return 1
    path = _output(options, encoder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as draft:
        unfinished = Path(draft) / path.name
        save_combiner(combiner, unfinished, encoder.weights_hash, torch.float16 if options.half else torch.float32)
        unfinished.chmod(0o644)
        unfinished.replace(path)
    print(f"saved {path}")
    return 0


def _encode(encoder: ClipEncoder, texts: Sequence[str]) -> Features:
    return np.concatenate([encoder.encode_texts(texts[i : i + 512]) for i in range(0, len(texts), 512)])


def _output(options: argparse.Namespace, encoder: ClipEncoder) -> Path:
    if options.output is not None:
        return Path(options.output)
    if options.data_dir is not None:
        return Path(options.data_dir) / COMBINER_FILE
    return Path(options.renders) / f"combiner-{encoder.weights_hash}.safetensors"


if __name__ == "__main__":
    sys.exit(main())
