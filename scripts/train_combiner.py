"""Train a Combiner: without annotations from a collection's own metadata, or on FashionIQ or CIRR.

A training that was stopped, however it ended, goes on from its last checkpoint when the same command is given again.
"""

import argparse
import logging
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.combiner import Combiner
from retrieval.combiner_checkpoint import save_combiner
from retrieval.errors import RetrievalError
from retrieval.manifest import read_manifest
from scripts.protocols.annotated_trainer import AnnotatedPlan, train_annotated
from scripts.protocols.baselines import training_free
from scripts.training.bundle import COMBINER_FILE
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.combiner_sources import (
    HELD_OUT_SHARE,
    STOPPING_SHARE,
    make_examples,
    read_renders,
    read_snapshot,
)
from scripts.training.combiner_trainer import CombinerTraining, compose
from scripts.training.composed_quality import CHOSEN_BY, compare_compositions
from storage.errors import StorageError
from storage.snapshots import SnapshotStore

_log = logging.getLogger(__name__)
_JUDGED_REQUESTS = 600


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.train_combiner", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data-dir", type=Path, metavar="DIR", help="train on the collection that is published there")
    source.add_argument(
        "--renders", type=Path, metavar="DIR", help="train on rendered products kept in this work folder"
    )
    source.add_argument("--dataset", choices=("fashioniq", "cirr"), help="train on annotated triplets")
    parser.add_argument("--annotations", type=Path, metavar="DIR", help="with --dataset: captions/ and image_splits/")
    parser.add_argument("--images", type=Path, metavar="DIR", help="with --dataset: the folder with the pictures")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help=".safetensors; beside the snapshots or features if not given"
    )
    parser.add_argument("--model", help="the model whose features are combined (the snapshot's, or tiny-clip)")
    parser.add_argument("--pretrained", help="its pretrained tag or a path")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--steps", type=int, default=CombinerPlan().steps, help="optimiser steps at most (%(default)s)")
    parser.add_argument("--width", type=int, default=1, metavar="N", help="P = H = N times d (%(default)s)")
    parser.add_argument("--requests", type=int, default=24000, help="requests to train on (%(default)s)")
    parser.add_argument("--chunks", type=int, default=16, help="with --renders: chunks of 550 products (%(default)s)")
    parser.add_argument(
        "--epochs", type=int, default=AnnotatedPlan().epochs, help="with --dataset, at most (%(default)s)"
    )
    parser.add_argument("--half", action="store_true", help="store float16")
    parser.add_argument("--restart", action="store_true", help="begin anew whatever the checkpoint says")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def main(argv: list[str] | None = None) -> int:
    """0 when a Combiner was saved; 1 when it would be worse than none; 2 when there is nothing to train on."""
    parser = arguments()
    options = parser.parse_args(argv)
    if options.dataset and not (options.annotations and options.images):
        parser.error("--dataset needs --annotations and --images")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("scripts").setLevel(logging.INFO)
    _log.setLevel(logging.INFO)
    try:
        encoder = _load_encoder(options)
        path = _output(options, encoder)
        work = path.with_suffix(".training")
        if options.restart and not options.dataset:
            shutil.rmtree(work, ignore_errors=True)
        if options.dataset:
            combiner, own, plain = _train_on_annotations(options, encoder, work)
        else:
            combiner, own, plain = _train_on_metadata(options, encoder, work)
        best = max(plain, key=lambda name: plain[name])
        if own <= plain[best]:
            print(
                f"train_combiner: not saved, because it answers held-out requests no better ({own:.3f}) than `{best}` "
                f"does without training ({plain[best]:.3f}); set `COMBINER={best if best == 'product' else 'sum'}`, or "
                "train on more pictures.",
                file=sys.stderr,
            )
            return 1
        _save(combiner, path, encoder, options.half)
    except (RetrievalError, StorageError, ValueError, OSError) as error:
        print(f"train_combiner: {error}", file=sys.stderr)
        return 2
    if not options.dataset:
        shutil.rmtree(work, ignore_errors=True)
    print(f"saved {path}")
    return 0


def _load_encoder(options: argparse.Namespace) -> ClipEncoder:
    if options.model is None and options.data_dir is not None:
        manifest = read_manifest(SnapshotStore(options.data_dir / "snapshots").current())
        return load_encoder(manifest.model, manifest.pretrained, options.device)
    return load_encoder(options.model or "tiny-clip", options.pretrained, options.device)


def _train_on_metadata(
    options: argparse.Namespace, encoder: ClipEncoder, work: Path
) -> tuple[Combiner, float, Mapping[str, float]]:
    """The Combiner, its score on pictures that it never saw, and the scores of what needs no training."""
    if options.requests < 1:
        raise ValueError("There must be at least one request to train on.")
    if options.renders is not None:
        train, test = read_renders(options.renders, encoder, options.chunks)
    else:
        train, test = read_snapshot(options.data_dir, encoder).split(HELD_OUT_SHARE, options.seed)
    # Whoever decides when to stop has seen what it judges: the pictures it is judged by at the end are others.
    train, stopping = train.split(STOPPING_SHARE, options.seed + 1)
    plan = CombinerPlan(options.steps, width=options.width, seed=options.seed)
    examples = make_examples(train, encoder, options.requests, options.seed, cache=work)
    watched, judged = (
        make_examples(table, encoder, _JUDGED_REQUESTS, options.seed + number, held_out=True)
        for number, table in enumerate((stopping, test), start=1)
    )
    _log.info("%d requests; attributes: %s", len(examples.requests.texts), ", ".join(examples.collection.keys))
    training = CombinerTraining(examples, plan)
    combiner = training.run(
        lambda candidate: compare_compositions({"": compose(candidate, plan)}, watched)[""][CHOSEN_BY],
        work / "checkpoint.pt",
        progress_bar=True,
    )
    if options.half:
        combiner = combiner.half().float()  # what is measured is what will be stored
    quality = compare_compositions({"combiner": compose(combiner, plan), **training_free()}, judged)
    for name, shares in quality.items():
        _log.info("%-10s %s", name, "   ".join(f"{measure} {share:.3f}" for measure, share in shares.items()))
    scores = {name: shares[CHOSEN_BY] for name, shares in quality.items()}
    return combiner, scores.pop("combiner"), scores


def _train_on_annotations(
    options: argparse.Namespace, encoder: ClipEncoder, work: Path
) -> tuple[Combiner, float, Mapping[str, float]]:
    """The same on the validation split, in percent, by the dataset's own protocol."""
    plan = AnnotatedPlan(options.epochs, seed=options.seed)
    work.mkdir(parents=True, exist_ok=True)
    result = train_annotated(
        options.dataset, options.annotations, options.images, encoder, work, plan,
        device=options.device, restart=options.restart,
    )  # fmt: skip
    for name, figures in {"combiner": result.figures, **result.baselines}.items():
        _log.info("%-10s %s", name, "   ".join(f"{measure} {share:.2f}" for measure, share in figures.items()))
    plain = {name: figures["headline"] for name, figures in result.baselines.items()}
    return result.combiner, result.figures["headline"], plain


def _save(combiner: Combiner, path: Path, encoder: ClipEncoder, half: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as draft:
        unfinished = Path(draft) / path.name
        save_combiner(combiner, unfinished, encoder.weights_hash, torch.float16 if half else torch.float32)
        unfinished.chmod(0o644)
        unfinished.replace(path)


def _output(options: argparse.Namespace, encoder: ClipEncoder) -> Path:
    if options.output is not None:
        path = Path(options.output)
        if path.suffix != ".safetensors":
            raise ValueError(f"The Combiner is written as .safetensors; {path.name} is no such name.")
        return path
    if options.data_dir is not None:
        return Path(options.data_dir) / COMBINER_FILE
    if options.renders is not None:
        return Path(options.renders) / f"combiner-{encoder.weights_hash}.safetensors"
    return Path(f"combiner-{options.dataset}-{encoder.weights_hash}.safetensors")


if __name__ == "__main__":
    sys.exit(main())
