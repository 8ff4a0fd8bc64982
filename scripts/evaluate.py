"""Measure the quality of the search on the demo catalogue with wordings that training never saw."""

import argparse
import json
import logging
import os
import platform
import sys
from pathlib import Path

import torch

from bot.ledger import weighted
from retrieval.clip_encoder import load_encoder
from retrieval.composition import NormalizedSum, Product, load_composition
from retrieval.errors import RetrievalError
from retrieval.query import ComposedQuery, ItemReference, TextQuery
from retrieval.searcher import Searcher
from retrieval.snapshot import Snapshot
from scripts.training.dialogs import hits_by_turn
from scripts.training.held_out import choose_references, load_requests, load_wordings
from scripts.training.quality import Items, score_requests, score_words, worst
from storage.errors import StorageError
from storage.snapshots import SnapshotStore

_SEED = 1
_DIALOGS = 500
_KEYS = {"category", "colour"}


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.evaluate", description=__doc__)
    parser.add_argument("suite", choices=("words", "composed", "dialogs", "all"), help="what to measure")
    parser.add_argument(
        "--data-dir", type=Path, default=Path("var/demo"), metavar="DIR", help="the demo's data (var/demo)"
    )
    parser.add_argument("--model", default="tiny-clip", help="tiny-clip, or any open_clip model")
    parser.add_argument("--pretrained", help="its pretrained tag or a path")
    parser.add_argument("--combiner", default="auto", help="auto, sum, product, or a path to a Combiner")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--worst", action="store_true", help="also show the queries that did worst")
    return parser


def main(argv: list[str] | None = None) -> int:
    """0 with figures printed, 2 with one sentence when it cannot be done."""
    options = arguments().parse_args(argv)
    logging.basicConfig(level=logging.WARNING)
    try:
        metrics = _measure(options)
        if options.json:
            report = {"suite": f"quality.{options.suite}", "metrics": metrics, "environment": _environment(options)}
            options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    except (RetrievalError, StorageError, ValueError, OSError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    for name, value in metrics.items():
        print(f"{name:55} {value:.4f}")
    return 0


def _measure(options: argparse.Namespace) -> dict[str, float]:
    encoder = load_encoder(options.model, options.pretrained, options.device)
    combiner = load_composition(options.combiner, encoder)
    directory = SnapshotStore(options.data_dir / "snapshots").current()
    snapshot = Snapshot.open(directory, encoder.fingerprint, None, device=encoder.device)
    try:
        items = {item.id: item.metadata for item in snapshot.items()}
        if not all(any(key in metadata for metadata in items.values()) for key in _KEYS):
            raise ValueError("The collection has no colours and categories in its metadata: measure on the demo's.")
        searchers = {
            name: Searcher(encoder, composition, snapshot.index, snapshot)
            for name, composition in (("combiner", combiner), ("sum", NormalizedSum()), ("product", Product()))
        }
        metrics: dict[str, float] = {}
        if options.suite in ("words", "all"):
            wordings = load_wordings()
            metrics |= score_words(searchers["combiner"], wordings, items)
            if options.worst:
                words = [(wording.text, TextQuery(wording.text), wording.wanted) for wording in wordings]
                worst(searchers["combiner"], words, items, print)
        if options.suite in ("composed", "all"):
            requests = load_requests()
            references = choose_references(requests, items, _SEED)
            metrics |= score_requests(searchers, requests, references, items)
            if options.worst:
                asked = [
                    (
                        f"{items[chosen].get('title')} + {request.text}",
                        ComposedQuery(ItemReference(chosen), request.text),
                        {"category": str(items[chosen]["category"]), **request.wanted},
                    )
                    for request, chosen in zip(requests, references, strict=True)
                    if chosen is not None
                ]
                worst(searchers["combiner"], asked, items, print)
        if options.suite in ("dialogs", "all"):
            metrics |= _dialogs(searchers["combiner"], items)
        return metrics
    finally:
        snapshot.close()


def _dialogs(searcher: Searcher, items: Items) -> dict[str, float]:
    """Cumulative Hits@10 by turn with the bot's ledger, and with the last turn alone."""
    metrics: dict[str, float] = {}
    for name, weigh in (("dialogs", weighted), ("dialogs.last_turn_only", lambda ledger: weighted(ledger[-1:]))):
        shares = hits_by_turn(searcher, items, weigh, _DIALOGS, _SEED)
        metrics |= {f"{name}.hits10_turn{turn}": round(share, 4) for turn, share in enumerate(shares, start=1)}
    return metrics


def _environment(options: argparse.Namespace) -> dict[str, str]:
    return {
        "model": options.model,
        "combiner": options.combiner,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cores": str(os.cpu_count()),
        "machine": platform.machine(),
    }


if __name__ == "__main__":
    sys.exit(main())
