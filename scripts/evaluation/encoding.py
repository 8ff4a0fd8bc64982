"""Pictures and texts of a data set to embeddings, as a stream; what cannot be read is listed, not hidden."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from retrieval.embedding import normalize
from retrieval.entry import Failure
from retrieval.errors import PictureUnreadable
from retrieval.file_names import display
from retrieval.preprocess import open_picture
from retrieval.prompts import ensemble, fill
from retrieval.protocols import Embeddings, Encoder, Features, Rows

_PICTURES_AT_ONCE = 32
_TEXTS_AT_ONCE = 256
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class EncodedPictures:
    """The pictures of a data set that could be used.

    Attributes:
        embeddings: [n, d].
        rows: [n], ascending: which of the paths they are.
        failures: the other paths, with the reason.
    """

    embeddings: Embeddings
    rows: Rows
    failures: tuple[Failure, ...]


def encode_pictures(encoder: Encoder, paths: Sequence[Path]) -> EncodedPictures:
    """Embeddings of all pictures that can be read and of which the model makes anything."""
    blocks: list[Features] = [np.empty((0, encoder.dimension), dtype=np.float32)]
    rows: list[int] = []
    failures: list[Failure] = []
    # disable=None: no bar where nobody watches.
    for start in tqdm(range(0, len(paths), _PICTURES_AT_ONCE), desc="pictures", unit="batch", disable=None):
        pictures, read = [], []
        for row, path in enumerate(paths[start : start + _PICTURES_AT_ONCE], start):
            try:
                pictures.append(open_picture(path))
            except PictureUnreadable as error:
                failures.append(Failure(display(path), str(error)))
            else:
                read.append(row)
        if not pictures:
            continue
        for row, features in zip(read, encoder.encode_images(pictures), strict=True):
            if np.isfinite(features).all() and features.any():
                rows.append(row)
                blocks.append(features[None])
            else:
                failures.append(Failure(display(paths[row]), "the model gives no usable features for it"))
    return EncodedPictures(normalize(np.concatenate(blocks)), np.array(rows, dtype=np.int64), tuple(failures))


def encode_texts(encoder: Encoder, texts: Sequence[str], templates: Sequence[str] = ()) -> Embeddings:
    """[n, d], each text in every template, averaged. Raises ValueError when the model gives no usable features."""
    blocks: list[Embeddings] = [np.empty((0, encoder.dimension), dtype=np.float32)]
    for start in tqdm(range(0, len(texts), _TEXTS_AT_ONCE), desc="texts", unit="batch", disable=None):
        prompts = [fill(text, templates) for text in texts[start : start + _TEXTS_AT_ONCE]]
        features = encoder.encode_texts([prompt for several in prompts for prompt in several])
        at = 0
        for several in prompts:
            mine = features[at : at + len(several)]
            at += len(several)
            if not np.isfinite(mine).all() or not mine.any(axis=1).all():
                raise ValueError(f"The model gives no usable features for the text {several[0][:60]!r}.")
            blocks.append(ensemble(mine))
    return np.concatenate(blocks)


def list_failures(failures: Sequence[Failure]) -> None:
    """Say on standard error what was left out."""
    for failure in failures[:_SHOWN]:
        print(f"left out: {failure.path}: {failure.reason}", file=sys.stderr)
    if len(failures) > _SHOWN:
        print(f"left out: and {len(failures) - _SHOWN} more", file=sys.stderr)
