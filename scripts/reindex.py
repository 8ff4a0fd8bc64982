"""Index pictures for searching: only new and changed ones are encoded, and the old collection serves until the end.

With neither --images nor --catalog the source of the published snapshot is indexed again. A running bot takes the new
snapshot up by itself.
"""

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
from pathlib import Path
from typing import Any

from bot import logs
from bot.publishing import Catalogue
from bot.settings import Settings
from retrieval.errors import RetrievalError
from retrieval.indexing import Report
from scripts.configuration import add_model_options, read_settings
from scripts.indexing import index
from storage.errors import StorageError

_SHOWN_FAILURES = 20


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when published, 130 when cancelled, 2 with one sentence when it cannot be done."""
    options = _parser().parse_args(arguments)
    # A name that this terminal cannot show must not end the report.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        settings = read_settings(options)
        logs.set_up(os.environ.get("LOG_LEVEL", "WARNING"))
        report = asyncio.run(_run(settings, _catalogue(options, settings)))
        if report is None:
            print("Cancelled: the collection stays as it was.", file=sys.stderr)
            return 130
        _print(report)
        if options.json:
            options.json.write_text(json.dumps(_figures(report, settings), indent=2) + "\n", encoding="utf-8")
    except (RetrievalError, StorageError, OSError, ValueError) as error:
        print(f"reindex: {error}", file=sys.stderr)
    else:
        return 0
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.reindex", description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--images", type=Path, metavar="DIR", help="a folder of pictures, with the folders below it")
    source.add_argument(
        "--catalog",
        type=Path,
        metavar="FILE",
        help="a table with a column `path`, or .txt with addresses",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures and every failure there")
    parser.add_argument("--templates", metavar="'A|B'", help="what short searches are put into (CLIP_TEMPLATES)")
    add_model_options(parser)
    return parser


def _catalogue(options: argparse.Namespace, settings: Settings) -> Catalogue:
    downloads = settings.data_dir / "downloads"
    if options.images is not None or options.catalog is not None:
        return Catalogue(options.images, options.catalog, downloads)
    return Catalogue(settings.images, settings.catalog, downloads)


async def _run(settings: Settings, catalogue: Catalogue) -> Report | None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return await index(settings, catalogue, stopping)


def _print(report: Report) -> None:
    done = report.manifest.count + len(report.failed)
    print(f"{report.manifest.count} pictures are searchable ({done / report.seconds:.0f} per second).")
    print(f"  added {report.added}, changed {report.changed}, removed {report.removed}, unchanged {report.unchanged}")
    if report.relabelled:
        print(f"  of the unchanged, {report.relabelled} have new metadata")
    print(f"  failed {len(report.failed)}{':' if report.failed else ''}")
    for failure in report.failed[:_SHOWN_FAILURES]:
        print(f"    {failure.path}: {failure.reason}")
    if len(report.failed) > _SHOWN_FAILURES:
        print(f"    and {len(report.failed) - _SHOWN_FAILURES} more; --json FILE lists them all")


def _figures(report: Report, settings: Settings) -> dict[str, Any]:
    done = report.manifest.count + len(report.failed)
    return {
        "suite": "reindex",
        "metrics": {
            "count": report.manifest.count,
            "added": report.added,
            "changed": report.changed,
            "removed": report.removed,
            "unchanged": report.unchanged,
            "relabelled": report.relabelled,
            "encoded": report.encoded,
            "failed": len(report.failed),
            "seconds": round(report.seconds, 3),
            "pictures_per_s": round(done / report.seconds, 1),
        },
        "failures": [{"path": failure.path, "reason": failure.reason} for failure in report.failed],
        "environment": {
            "fingerprint": report.manifest.fingerprint,
            "composition": report.manifest.composition,
            "index": report.manifest.index,
            "device": settings.device,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
        },
    }


if __name__ == "__main__":
    sys.exit(main())
