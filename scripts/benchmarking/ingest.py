"""Indexing a folder of pictures: from nothing, in a process of its own, and again with everything known."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which pictures."""
    parser.add_argument("--images", type=Path, default=Path("var/demo/catalogue"), help="a folder (var/demo/catalogue)")


def run(options: argparse.Namespace) -> dict[str, float]:
    """Pictures a second, first and again, and the peak of memory in MB."""
    if not options.images.is_dir():
        raise ValueError(f"{options.images} is no folder of pictures: name one with --images.")
    images = options.images
    with tempfile.TemporaryDirectory() as directory:
        first, peak = _reindex(images, Path(directory))
        again, _ = _reindex(images, Path(directory))
    pictures = first["added"]
    return {
        "ingest.pictures": pictures,
        "ingest.pictures_per_s": pictures / first["seconds"],
        "ingest.unchanged_per_s": again["unchanged"] / again["seconds"],
        "ingest.peak_mb": peak,
    }


def _reindex(images: Path, data_dir: Path) -> tuple[dict[str, Any], float]:
    """One run of scripts.reindex; its report, and its peak memory in MB."""
    report = data_dir / "report.json"
    command = [sys.executable, "-m", "scripts.reindex", "--images", str(images), "--data-dir", str(data_dir)]
    # The child's own peak: what this process or an earlier child used does not count.
    code = "import resource,subprocess,sys; c=subprocess.run(sys.argv[1:]).returncode; " + (
        "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(c)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--json", str(report)], stdout=subprocess.PIPE, text=True, check=True
    )
    peak = re.search(r"^peak (\d+)$", done.stdout, re.MULTILINE)
    if peak is None:
        raise RuntimeError("the child did not tell its peak memory")
    figures: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return figures.get("metrics", figures), int(peak[1]) / 1024
