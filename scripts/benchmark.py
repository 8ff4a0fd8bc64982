"""Measure speed on this machine, each figure beside its baseline in the same run."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import torch

from retrieval.errors import RetrievalError
from scripts.benchmarking import gpu, image, ingest, load, search, start, text, turns
from storage.errors import StorageError

SUITES: Mapping[str, ModuleType] = {
    "text": text,
    "image": image,
    "ingest": ingest,
    "turns": turns,
    "load": load,
    "start": start,
    "search": search,
    "gpu": gpu,
}


def arguments() -> argparse.ArgumentParser:
    """The command line: one subcommand for each suite, and `all`, which runs them with their defaults."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.benchmark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    subparsers = parser.add_subparsers(dest="suite", required=True, metavar="SUITE")
    for name, suite in SUITES.items():
        summary = (suite.__doc__ or "").splitlines()[0]
        one = subparsers.add_parser(name, help=summary, description=suite.__doc__)
        suite.add_arguments(one)
        _add_output(one)
    _add_output(subparsers.add_parser("all", help="every suite with its defaults"))
    return parser


def main(argv: list[str] | None = None) -> int:
    """0 with figures printed, 2 with one sentence for each suite that cannot be run; the others' figures are kept."""
    options = arguments().parse_args(argv)
    metrics: dict[str, float] = {}
    failed = False
    for name in SUITES if options.suite == "all" else (options.suite,):
        chosen = arguments().parse_args([name]) if options.suite == "all" else options
        try:
            metrics |= SUITES[name].run(chosen)
        except (RetrievalError, StorageError, ValueError, OSError) as error:
            print(f"benchmark {name}: {error}", file=sys.stderr)
            failed = True
    for name, value in metrics.items():
        print(f"{name:40} {value:12.4g}")
    if options.json:
        report = {"suite": options.suite, "metrics": metrics, "environment": _environment()}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 2 if failed else 0


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")


def _environment() -> dict[str, str]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cores": str(os.cpu_count()),
        "machine": platform.machine(),
    }


if __name__ == "__main__":
    sys.exit(main())
