"""Annotated triplets with their features: what training a Combiner on FashionIQ or CIRR needs, and what stops it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.protocols import Composition, Encoder, Features, Rows
from scripts.protocols import cirr, fashioniq
from scripts.protocols.pictures import load_pictures
from scripts.protocols.queries import encode_texts, prepare_cirr, prepare_fashioniq
from scripts.protocols.recall import Figures, cirr_recall, fashioniq_recall

_log = logging.getLogger(__name__)
DATASETS = ("fashioniq", "cirr")

Validation = Callable[[Composition], Figures]
"""A composition -> the protocol's figures on the validation split in percent; `headline` is the one that counts."""


@dataclass(frozen=True, slots=True)
class AnnotatedTriplets:
    """Triplets to train on; rows count from 0 in the pictures.

    Attributes:
        features: [n, d] raw, of every picture of the training galleries.
        references: [t] rows.
        targets: [t] rows.
        captions: [t, v, d] raw text features; one of the v forms is drawn each time. v = 4 for FashionIQ
            (`fashioniq.Triplet.caption_forms`) and 1 for CIRR.
        left_out: triplets without words, or with a picture that is missing.
        missing: pictures of the galleries that are missing.
    """

    features: Features
    references: Rows
    targets: Rows
    captions: Features
    left_out: int
    missing: int


def load_training(dataset: str, annotations: Path, images: Path, encoder: Encoder, work: Path) -> AnnotatedTriplets:
    """The training split: FashionIQ's three categories mixed, or CIRR's reference -> `target_hard`.

    Args:
        dataset: one of `DATASETS`.
        annotations: the folder with `captions/` and `image_splits/`.
        images: the folder with the pictures.
        encoder: makes the features.
        work: where features are remembered.

    Raises:
        ValueError, CatalogueInvalid: annotations or pictures cannot be used; one sentence.
        OSError: the work folder cannot be written.
    """
    _check(dataset)
    triplets, gallery = _fashioniq(annotations) if dataset == "fashioniq" else _cirr(annotations)
    pictures = load_pictures(images, gallery, encoder, work, f"{dataset} train")
    rows = pictures.rows()
    kept = [one for one in triplets if one.reference in rows and one.target in rows and any(one.captions)]
    if not kept:
        raise ValueError(f"No training triplet of {dataset} has both of its pictures and a caption.")
    left_out = len(triplets) - len(kept)
    if left_out:
        _log.warning("%s: %d of %d triplets are left out: no picture or no words", dataset, left_out, len(triplets))
    texts = encode_texts(encoder, [caption for one in kept for caption in one.captions])
    return AnnotatedTriplets(
        features=pictures.features,
        references=np.array([rows[one.reference] for one in kept], dtype=np.int64),
        targets=np.array([rows[one.target] for one in kept], dtype=np.int64),
        captions=texts.reshape(len(kept), -1, texts.shape[1]),
        left_out=left_out,
        missing=len(pictures.missing),
    )


def validation(dataset: str, annotations: Path, images: Path, encoder: Encoder, work: Path) -> Validation:
    """The figures of the dataset's own protocol on its validation split, see `scripts.protocols.recall`.

    `headline` is what published trainings select by: for FashionIQ the mean of average recall at 10 and at 50, for
    CIRR the mean of recall at 5 and subset recall at 1. Arguments and errors as `load_training`.
    """
    _check(dataset)
    if dataset == "fashioniq":
        categories = prepare_fashioniq(annotations, images, encoder, work)
        return lambda composition: fashioniq_recall(categories, composition)
    queries = prepare_cirr(annotations, images, encoder, work)
    return lambda composition: cirr_recall(queries, composition)


@dataclass(frozen=True, slots=True)
class _Triplet:
    reference: str
    target: str
    captions: tuple[str, ...]


def _fashioniq(annotations: Path) -> tuple[Sequence[_Triplet], Sequence[str]]:
    categories = [fashioniq.load_category(annotations, name, "train") for name in fashioniq.CATEGORIES]
    triplets = [
        _Triplet(triplet.reference, triplet.target, triplet.caption_forms)
        for category in categories
        for triplet in category.triplets
        if triplet.target is not None
    ]
    return triplets, [name for category in categories for name in category.gallery]


def _cirr(annotations: Path) -> tuple[Sequence[_Triplet], Sequence[str]]:
    split = cirr.load_split(annotations, "train")
    triplets = [
        _Triplet(pair.reference, pair.target, (pair.caption,)) for pair in split.pairs if pair.target is not None
    ]
    return triplets, tuple(split.gallery)


def _check(dataset: str) -> None:
    if dataset not in DATASETS:
        raise ValueError(f"There is no dataset {dataset!r}: choose {' or '.join(DATASETS)}.")
