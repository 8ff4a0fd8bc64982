"""Texts to pictures and back, on any data set with captions: recall at 1, 5 and 10 and the median rank.

Counted as on COCO and Flickr30k: of the captions each finds its own picture; a picture is found when any one of its
captions is. The whole set is the gallery, searched exactly. Ties count as a random order would on average. Captions
are embedded as they are, as published figures are made, unless --templates says otherwise.
"""

import argparse
from pathlib import Path

import numpy as np

from retrieval.clip_encoder import load_encoder
from retrieval.entry import Failure
from retrieval.file_names import display
from retrieval.picture_path import find_picture
from retrieval.prompts import choose_templates
from retrieval.protocols import Encoder
from scripts.evaluation.encoding import encode_pictures, encode_texts, list_failures
from scripts.evaluation.pairs import Pair, read_pairs
from scripts.evaluation.ranks import figures, search_all
from scripts.evaluation.suite import Figures, add_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The data set and the model."""
    parser.add_argument("--pairs", type=Path, required=True, metavar="FILE", help="CSV, TSV, JSONL or Karpathy's JSON")
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="where its paths begin")
    parser.add_argument("--split", default="test", help="which part of Karpathy's JSON (%(default)s)")
    parser.add_argument("--templates", default="none", metavar="'A|B'", help="around every caption (%(default)s)")
    parser.add_argument(
        "--skip-missing", action="store_true", help="measure without the pictures that are missing or cannot be read"
    )
    add_model(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`retrieval.…`."""
    pairs = read_pairs(options.pairs, options.split)
    encoder = load_encoder(options.model, options.pretrained, options.device)
    templates = choose_templates(options.templates, encoder.model)
    return score_pairs(encoder, pairs, options.images, templates=templates, skip_missing=options.skip_missing)


def score_pairs(
    encoder: Encoder, pairs: list[Pair], images: Path, *, templates: tuple[str, ...] = (), skip_missing: bool = False
) -> Figures:
    """`retrieval.text_to_image.…`, `retrieval.image_to_text.…`, and how much was measured.

    Raises:
        ValueError: pictures are missing or unreadable and must not be, or none is left: fewer pictures are easier to
            tell apart, so the figures would flatter.
    """
    found, missing = _find(pairs, images)
    encoded = encode_pictures(encoder, [path for _, path in found])
    failures = [*missing, *encoded.failures]
    if failures and not skip_missing:
        raise ValueError(
            f"{len(failures)} of {len(pairs)} pictures cannot be used, the first {failures[0].path} "
            f"({failures[0].reason}): get them, or measure the others with --skip-missing."
        )
    list_failures(failures)
    if not len(encoded.rows):
        raise ValueError(f"None of the {len(pairs)} pictures in {display(images)} can be used.")
    captions = [found[row][0].captions for row in encoded.rows.tolist()]
    owners = np.repeat(np.arange(len(captions)), [len(several) for several in captions])
    texts = encode_texts(encoder, [text for several in captions for text in several], templates)
    pictures = np.arange(len(captions))
    metrics = figures("retrieval.text_to_image", search_all(texts, owners, encoded.embeddings, pictures))
    metrics |= figures("retrieval.image_to_text", search_all(encoded.embeddings, pictures, texts, owners))
    counts = {"pictures": len(captions), "captions": len(texts), "skipped": len(failures)}
    return metrics | {f"retrieval.{name}": float(count) for name, count in counts.items()}


def _find(pairs: list[Pair], images: Path) -> tuple[list[tuple[Pair, Path]], list[Failure]]:
    if not images.is_dir():
        raise ValueError(f"There is no folder {display(images)}.")
    found, missing = [], []
    for pair in pairs:
        try:
            path = find_picture(pair.path, images)
        except (OSError, ValueError):
            path = None
        if path is None:
            missing.append(Failure(display(pair.path), "file not found"))
        else:
            found.append((pair, path))
    return found, missing
