"""Kinds of pictures by their names alone, and by a few examples: top-1, top-5 and precision at 100 over class folders.

An ImageNet-style folder: one folder for each class. Zero-shot: a picture's class is the one whose words are closest.
`top1`, `top5` (with more than five classes): the share of pictures whose class is first, among the first five.
`p100`: the words of each class as a search over all pictures; the share of right ones among the first 100, or among
the first n of a class of only n, so that 1 can be reached; then the mean over the classes. Ties count as a random order
would on average.

With --shots N as many pictures of each class, drawn by chance (--seed), make a head of their own that is mixed with
the zero-shot one (`few_shot`); everything is then measured on the other pictures only, zero-shot too. Few-shot `p100`
ranks by how far a class is ahead of the best other one.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.clip_encoder import load_encoder
from retrieval.errors import CatalogueInvalid
from retrieval.file_names import display
from retrieval.prompts import choose_templates
from retrieval.protocols import Embeddings, Encoder, Rows
from retrieval.ranking import weighted_mean
from scripts.evaluation.class_folders import ClassFolder, read_classes
from scripts.evaluation.encoding import encode_pictures, encode_texts, list_failures
from scripts.evaluation.few_shot import fit_few_shot
from scripts.evaluation.ranks import first_found, precision
from scripts.evaluation.suite import SEED, Figures, add_model

_DEPTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The data set, the model, and what is made of it."""
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="one folder for each class")
    parser.add_argument("--names", type=Path, metavar="FILE", help="their words (default classes.json, classes.txt)")
    parser.add_argument("--shots", type=int, metavar="N", help="pictures of each class to learn from")
    parser.add_argument("--seed", type=int, default=SEED, help="which pictures these are (%(default)s)")
    parser.add_argument(
        "--templates", default="auto", metavar="'A|B'", help="around the words: auto, none, or your own (%(default)s)"
    )
    add_model(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`classes.…`."""
    if options.shots is not None and options.shots < 1:
        raise ValueError("--shots must be at least 1.")
    classes = read_classes(options.images, options.names)
    encoder = load_encoder(options.model, options.pretrained, options.device)
    templates = choose_templates(options.templates, encoder.model)
    return score_classes(encoder, classes, templates=templates, shots=options.shots, seed=options.seed)


def score_classes(
    encoder: Encoder,
    classes: Sequence[ClassFolder],
    *,
    templates: tuple[str, ...] = (),
    shots: int | None = None,
    seed: int = SEED,
) -> Figures:
    """`classes.zero_shot.…`, with shots `classes.few_shot.…`, and how much was measured.

    Raises:
        CatalogueInvalid: a class has no readable picture, or none that would be left to measure on.
        ValueError: the model makes nothing of the words.
    """
    paths = [path for kind in classes for path in kind.paths]
    encoded = encode_pictures(encoder, paths)
    list_failures(encoded.failures)
    labels = np.repeat(np.arange(len(classes)), [len(kind.paths) for kind in classes])[encoded.rows]
    _check_sizes(classes, labels, shots)
    weights = np.concatenate([_class_weights(encoder, kind, templates) for kind in classes])
    tested = np.ones(len(labels), dtype=bool)
    figures: Figures = {"classes.count": float(len(classes)), "classes.skipped": float(len(encoded.failures))}
    if shots is not None:
        chosen = draw_shots(labels, shots, seed)
        tested = _others(chosen, [paths[row] for row in encoded.rows.tolist()])
        _check_left(classes, labels[tested], shots)
        head = fit_few_shot(encoded.embeddings[chosen], labels[chosen], weights)
        scores = head.scores(encoded.embeddings[tested])
        figures |= _score("classes.few_shot", scores, _ahead(scores), labels[tested], classes)
        figures |= {"classes.few_shot.shots": float(shots), "classes.few_shot.mixture": head.mixture}
    cosines = encoded.embeddings[tested] @ weights.T
    figures |= _score("classes.zero_shot", cosines, cosines, labels[tested], classes)
    return figures | {"classes.pictures": float(tested.sum())}


def draw_shots(labels: Rows, shots: int, seed: int) -> Rows:
    """Positions of `shots` pictures of each class, in random order inside each class."""
    chance = np.random.default_rng(seed)
    drawn = [chance.permutation(np.flatnonzero(labels == label))[:shots] for label in range(int(labels.max()) + 1)]
    return np.concatenate(drawn)


def _class_weights(encoder: Encoder, kind: ClassFolder, templates: tuple[str, ...]) -> Embeddings:
    """[1, d]; several words for a class count like several templates."""
    return weighted_mean(encode_texts(encoder, kind.words, templates), np.ones(len(kind.words), dtype=np.float32))


def _score(
    name: str,
    scores: NDArray[np.floating],
    ranking: NDArray[np.floating],
    labels: Rows,
    classes: Sequence[ClassFolder],
) -> Figures:
    """Of [n, k] scores by which a picture's class is told, and by which a class's pictures are ranked."""
    found = first_found(scores, labels[:, None] == np.arange(len(classes)))
    figures: Figures = {f"{name}.top1": found.recall(1)}
    if len(classes) > 5:
        figures[f"{name}.top5"] = found.recall(5)
    shares = {}
    for number, kind in enumerate(classes):
        right = labels == number
        shares[kind.folder] = precision(ranking[:, number], right, min(_DEPTH, int(right.sum())))
    figures[f"{name}.p100"] = float(np.mean(list(shares.values())))
    figures |= {f"{name}.p100.{display(folder)}": share for folder, share in shares.items()}
    return {metric: round(value, 6) for metric, value in figures.items()}


def _ahead(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """[n, k] scores -> [n, k], how far each class is ahead of the best other one (negative where it is behind).

    A picture's scores all rise and fall with what they share, so that they cannot be compared between pictures.
    """
    ordered = np.sort(scores, axis=1)
    best, second = ordered[:, -1:], ordered[:, -2:-1]
    return np.where(scores == best, scores - second, scores - best)


def _others(chosen: Rows, paths: Sequence[Path]) -> NDArray[np.bool_]:
    """Every picture that is no shot, nor a copy of one: byte for byte the same would be learnt by heart."""
    digests = [hashlib.sha256(path.read_bytes()).digest() for path in paths]
    known = {digests[row] for row in chosen.tolist()}
    others = np.array([digest not in known for digest in digests])
    copies = int((~others).sum()) - len(chosen)
    if copies:
        print(f"left out: {copies} copies of the shots", file=sys.stderr)
    return others


def _check_sizes(classes: Sequence[ClassFolder], labels: Rows, shots: int | None) -> None:
    for kind, count in zip(classes, np.bincount(labels, minlength=len(classes)).tolist(), strict=True):
        if count == 0:
            raise CatalogueInvalid(f"None of the pictures of the class {display(kind.folder)} can be read.")
        if shots is not None and count <= shots:
            raise CatalogueInvalid(
                f"The class {display(kind.folder)} has {count} pictures: with --shots {shots} it needs at least "
                f"{shots + 1}, so that one is left to measure on."
            )


def _check_left(classes: Sequence[ClassFolder], labels: Rows, shots: int) -> None:
    for kind, count in zip(classes, np.bincount(labels, minlength=len(classes)).tolist(), strict=True):
        if count == 0:
            raise CatalogueInvalid(
                f"The class {display(kind.folder)} holds copies of the same pictures only: with --shots {shots} "
                "none is left to measure on."
            )
