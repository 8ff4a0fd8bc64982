"""The requests of a split with their features: what a protocol counts on, and what training is stopped by."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.embedding import normalize
from retrieval.protocols import Composition, Embeddings, Encoder, Features, Rows
from scripts.protocols import cirr, fashioniq
from scripts.protocols.pictures import Pictures, load_pictures

_log = logging.getLogger(__name__)
_TEXTS = 512
_COMPOSED = 1024


@dataclass(frozen=True, slots=True)
class Queries:
    """One gallery and the requests to it; rows count from 0 in the gallery.

    Attributes:
        names: of the n pictures in the gallery.
        features: [n, d] raw, of the gallery.
        references: [q] rows.
        targets: [q] rows; None where the split has none.
        texts: [q, d] raw features of the captions.
        members: [q, 5] rows of the other pictures of the reference's set, for CIRR; otherwise None.
        pair_ids: [q] numbers by which CIRR's server knows the requests; otherwise empty.
        left_out: requests that are not here because a picture of theirs is missing.
        missing: pictures of the gallery that are missing.
    """

    names: tuple[str, ...]
    features: Features
    references: Rows
    targets: Rows | None
    texts: Features
    members: Rows | None = None
    pair_ids: tuple[int, ...] = ()
    left_out: int = 0
    missing: int = 0

    def __len__(self) -> int:
        """Number of requests."""
        return len(self.references)

    @property
    def gallery(self) -> Embeddings:
        """[n, d]."""
        return normalize(self.features)

    def compose(self, composition: Composition) -> Embeddings:
        """[q, m, d], what to search for."""
        parts = [
            composition(
                self.features[self.references[start : start + _COMPOSED]], self.texts[start : start + _COMPOSED]
            )
            for start in range(0, len(self), _COMPOSED)
        ]
        return np.concatenate(parts)


def prepare_fashioniq(
    annotations: Path, images: Path, encoder: Encoder, work: Path, split: str = "val"
) -> dict[str, Queries]:
    """The validation requests of each category next to its own gallery, the whole split file.

    Raises:
        ValueError, CatalogueInvalid: annotations or pictures cannot be used; one sentence.
        OSError: the work folder cannot be written.
    """
    categories = [fashioniq.load_category(annotations, name, split) for name in fashioniq.CATEGORIES]
    # One pass for all three: garments that are in two galleries are encoded once.
    names = [name for category in categories for name in category.gallery]
    pictures = load_pictures(images, names, encoder, work, f"FashionIQ {split}")
    prepared = {}
    for category in categories:
        gallery = _part(pictures, category.gallery)
        rows = gallery.rows()
        kept = [triplet for triplet in category.triplets if triplet.reference in rows and triplet.target in rows]
        _check_any(kept, f"FashionIQ {category.name}.{split}")
        prepared[category.name] = Queries(
            names=gallery.names,
            features=gallery.features,
            references=_rows(rows, [triplet.reference for triplet in kept]),
            targets=_rows(rows, [triplet.target or "" for triplet in kept]),
            texts=encode_texts(encoder, [triplet.caption for triplet in kept]),
            left_out=_left_out(len(category.triplets) - len(kept), f"FashionIQ {category.name}.{split}"),
            missing=len(category.gallery) - len(gallery.names),
        )
    return prepared


def prepare_cirr(annotations: Path, images: Path, encoder: Encoder, work: Path, split: str = "val") -> Queries:
    """A split's requests next to the whole gallery; each needs all six pictures of its set.

    Raises:
        ValueError, CatalogueInvalid: annotations or pictures cannot be used; one sentence.
        OSError: the work folder cannot be written.
    """
    loaded = cirr.load_split(annotations, split)
    pictures = load_pictures(images, tuple(loaded.gallery), encoder, work, f"CIRR {split}")
    rows = pictures.rows()
    kept = [pair for pair in loaded.pairs if all(member in rows for member in pair.members)]
    _check_any(kept, f"CIRR {split}")
    targets = [pair.target for pair in kept if pair.target is not None]
    return Queries(
        names=pictures.names,
        features=pictures.features,
        references=_rows(rows, [pair.reference for pair in kept]),
        targets=_rows(rows, targets) if targets else None,
        texts=encode_texts(encoder, [pair.caption for pair in kept]),
        members=np.stack([_rows(rows, pair.others) for pair in kept]),
        pair_ids=tuple(pair.pair_id for pair in kept),
        left_out=_left_out(len(loaded.pairs) - len(kept), f"CIRR {split}"),
        missing=len(pictures.missing),
    )


def encode_texts(encoder: Encoder, texts: Sequence[str]) -> Features:
    """[q, d] raw features; texts that come twice are encoded once."""
    different = list(dict.fromkeys(texts))
    parts = [encoder.encode_texts(different[start : start + _TEXTS]) for start in range(0, len(different), _TEXTS)]
    places = {text: place for place, text in enumerate(different)}
    features: Features = np.concatenate(parts)[[places[text] for text in texts]]
    return features


def _part(pictures: Pictures, names: Sequence[str]) -> Pictures:
    rows = pictures.rows()
    kept = tuple(name for name in names if name in rows)
    return Pictures(kept, pictures.features[[rows[name] for name in kept]], {})


def _rows(rows: Mapping[str, int], names: Sequence[str]) -> Rows:
    return np.array([rows[name] for name in names], dtype=np.int64)


def _check_any(kept: Sequence[object], what: str) -> None:
    if not kept:
        raise ValueError(f"{what}: no request has all of its pictures.")


def _left_out(number: int, what: str) -> int:
    if number:
        _log.warning("%s: %d requests are left out because pictures of theirs are missing", what, number)
    return number
