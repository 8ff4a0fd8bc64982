"""Search the published collection: the same search as the bot's, without the bot."""

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.models import load_models
from bot.settings import Settings
from retrieval.clip_encoder import ClipEncoder
from retrieval.errors import PictureUnreadable, RetrievalError
from retrieval.file_names import display, valid_text
from retrieval.preprocess import open_picture
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference, Query, TextQuery, WeightedQuery
from retrieval.searcher import Searcher
from retrieval.snapshot import Snapshot
from retrieval.snapshot_words import open_channel
from retrieval.wishes import caption
from scripts.configuration import add_model_options, read_settings
from storage.errors import StorageError
from storage.snapshots import SnapshotStore

_COLUMNS = ("title", "category", "price")


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 with hits printed, 2 with one sentence when it cannot be done."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.caption is not None and options.text is not None:
        parser.error("--caption changes a picture: give it with --image or --reference")
    if options.k < 1:
        parser.error("-k must be at least 1")
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    logging.basicConfig(level=logging.WARNING)
    try:
        found = _search(options, read_settings(options))
        if options.json:
            options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        _print(found)
    except (RetrievalError, StorageError, OSError, ValueError) as error:
        print(f"search: {error}", file=sys.stderr)
    else:
        return 0
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.search", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", help="what the pictures should show")
    what.add_argument("--image", type=Path, metavar="FILE", help="a picture that they should look like")
    what.add_argument("--reference", metavar="ID", help="a picture of the collection that they should look like")
    parser.add_argument("--caption", metavar="TEXT", help="how they should differ from that picture")
    parser.add_argument("-k", type=int, default=10, help="how many pictures (default 10)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write query, hits and timings there")
    add_model_options(parser)
    return parser


def _search(options: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    directory = SnapshotStore(settings.data_dir / "snapshots").current()
    models = load_models(settings)
    encoder, composition = models.encoder, models.composition
    with _opened(directory, encoder, composition.name) as snapshot:
        words = open_channel(snapshot, models.words)
        templates, calibration = snapshot.manifest.templates, snapshot.calibration
        searcher = Searcher(encoder, composition, snapshot.index, snapshot, templates, calibration, words=words)
        # The first search of a process pays for set-up that no later one does; the timings should be the model's.
        searcher.search([WeightedQuery(TextQuery("a picture"), words="a picture")], 1)
        started = time.perf_counter()
        query = _query(options, encoder)
        prepared_ms = 1e3 * (time.perf_counter() - started)
        said = caption([options.text or options.caption or ""])
        result = searcher.search([WeightedQuery(query, words=said)], options.k)
        hits = [(hit, snapshot.item(hit.item_id)) for hit in result.hits]
    timings = {"photo": prepared_ms} if options.image else {}
    return {
        "query": _described(options),
        "hits": [
            {"id": hit.item_id, "score": hit.score, "item": {**item.metadata, "path": valid_text(item.path)}}
            for hit, item in hits
        ],
        "timings_ms": {name: round(ms, 3) for name, ms in (timings | result.timings_ms).items()},
    }


@contextmanager
def _opened(directory: Path, encoder: ClipEncoder, composition: str) -> Iterator[Snapshot]:
    snapshot = Snapshot.open(directory, encoder.fingerprint, composition, device=encoder.device)
    try:
        yield snapshot
    finally:
        snapshot.close()


def _query(options: argparse.Namespace, encoder: ClipEncoder) -> Query:
    if options.text is not None:
        return TextQuery(options.text)
    reference: ItemReference | PhotoReference
    if options.reference is not None:
        reference = ItemReference(options.reference)
    else:
        try:
            picture = open_picture(options.image)
        except PictureUnreadable as error:
            raise PictureUnreadable(f"{display(options.image)} cannot be used: {error}.") from error
        features = encoder.encode_images([picture])[0]
        reference = PhotoReference(features.astype("<f4").tobytes(), encoder.fingerprint)
    return ImageQuery(reference) if options.caption is None else ComposedQuery(reference, options.caption)


def _described(options: argparse.Namespace) -> dict[str, str]:
    said = {"text": options.text, "image": options.image, "reference": options.reference, "caption": options.caption}
    return {name: valid_text(str(value)) for name, value in said.items() if value is not None}


def _print(found: dict[str, Any]) -> None:
    for rank, hit in enumerate(found["hits"], start=1):
        about = ", ".join(str(hit["item"][name]) for name in _COLUMNS if name in hit["item"])
        print(f"{rank:3}  {hit['score']:.3f}  {display(hit['id'])}  {display(about)}")
    if not found["hits"]:
        print("No pictures were found.")
    print("  ".join(f"{name} {ms:.1f} ms" for name, ms in found["timings_ms"].items()))


if __name__ == "__main__":
    sys.exit(main())
