"""Measure the quality of the search with wordings, products and photos that training never saw."""

import argparse
import json
import logging
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import torch

from retrieval.errors import RetrievalError
from scripts.evaluation import (
    cirr,
    classes,
    collection_map,
    composed,
    corruptions,
    dial,
    dialogs,
    duplicates,
    exact,
    fashioniq,
    feedback,
    kinds,
    match,
    multiturn,
    photos,
    retrieval,
    why,
    words,
    written,
)
from scripts.evaluation.suite import Figures
from storage.errors import StorageError

SUITES: Mapping[str, ModuleType] = {
    "words": words,
    "written": written,
    "composed": composed,
    "dialogs": dialogs,
    "feedback": feedback,
    "dial": dial,
    "duplicates": duplicates,
    "kinds": kinds,
    "match": match,
    "photos": photos,
    "exact": exact,
    "corruptions": corruptions,
    "why": why,
    "map": collection_map,
    "retrieval": retrieval,
    "classes": classes,
    "fashioniq": fashioniq,
    "cirr": cirr,
    "multiturn": multiturn,
}
IN_ALL = ("words", "photos", "composed", "dialogs", "match", "exact", "corruptions", "why", "map", "written")
"""What `all` measures; the other suites need data of their own."""


def arguments() -> argparse.ArgumentParser:
    """The command line: one subcommand for each suite."""
    parser = argparse.ArgumentParser(prog="python -m scripts.evaluate", description=__doc__)
    subparsers = parser.add_subparsers(dest="suite", required=True, metavar="SUITE")
    for name, suite in SUITES.items():
        summary = (suite.__doc__ or "").splitlines()[0]
        one = subparsers.add_parser(name, help=summary, description=suite.__doc__)
        suite.add_arguments(one)
        _add_output(one)
    every = subparsers.add_parser("all", help=f"{', '.join(IN_ALL)}", conflict_handler="resolve")
    for name in IN_ALL:
        SUITES[name].add_arguments(every)
    _add_output(every)
    return parser


def main(argv: list[str] | None = None) -> int:
    """0 with figures printed, 2 with one sentence when it cannot be done."""
    options = arguments().parse_args(argv)
    logging.basicConfig(level=logging.WARNING)
    names = IN_ALL if options.suite == "all" else (options.suite,)
    metrics: Figures = {}
    try:
        for name in names:
            metrics |= SUITES[name].measure(options)
        if options.json:
            report = {"suite": f"quality.{options.suite}", "metrics": metrics, "environment": _environment(options)}
            options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    except (RetrievalError, StorageError, ValueError, OSError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    for name, value in metrics.items():
        print(f"{name:55} {value:.4f}")
    return 0


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")


def _environment(options: argparse.Namespace) -> dict[str, str]:
    given = {name: str(value) for name, value in vars(options).items() if name in ("model", "pretrained", "combiner")}
    return given | {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cores": str(os.cpu_count()),
        "machine": platform.machine(),
    }


if __name__ == "__main__":
    sys.exit(main())
