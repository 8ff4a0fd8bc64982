"""Features of a dataset's pictures, made once for each model: the work folder remembers every picture encoded."""

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from retrieval.catalogue import folder
from retrieval.entry import Entry
from retrieval.errors import PictureUnreadable
from retrieval.file_names import display
from retrieval.picture_file import read_picture_bytes
from retrieval.preprocess import open_picture
from retrieval.protocols import Encoder, Features
from retrieval.read_ahead import read_ahead

_log = logging.getLogger(__name__)
_BATCH = 32
_MAX_PIXELS = 48_000_000
"""What waits decoded: 144 MB of RGB."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures that could be encoded.

    Attributes:
        names: as the annotations name them, in the order asked for.
        features: [n, d] float32, raw.
        missing: name -> reason, of those that are not there or cannot be read.
    """

    names: tuple[str, ...]
    features: Features
    missing: Mapping[str, str]

    def rows(self) -> dict[str, int]:
        """Name -> row of `features`."""
        return {name: row for row, name in enumerate(self.names)}


def find_pictures(images: Path, names: Iterable[str]) -> dict[str, Path]:
    """Names -> files: whatever has the name as its stem, in the folder or below it, with any usual suffix.

    COCO's numbers (CIRCO, CIRCLED) are found without their leading zeros too.

    Raises:
        CatalogueInvalid: there is no such folder, or it cannot be listed.
        ValueError: none of the pictures is there; one sentence.
    """
    stems: dict[str, Path] = {}
    for entry in folder(images):
        if isinstance(entry, Entry):
            stems.setdefault(entry.path.stem, entry.path)
    wanted = tuple(dict.fromkeys(names))
    spelled = {name: next((stem for stem in (name, name.zfill(12)) if stem in stems), None) for name in wanted}
    found = {name: stems[stem] for name, stem in spelled.items() if stem is not None}
    if not found:
        raise ValueError(
            f"None of the {len(wanted):,} pictures is in the folder {display(images)}: "
            f"--images must be the one that holds {display(wanted[0] if wanted else '')} and the others."
        )
    return found


def load_pictures(images: Path, names: Sequence[str], encoder: Encoder, work: Path, what: str) -> Pictures:
    """Raw features of all pictures that are there, from the work folder where it has them.

    Args:
        images: the folder with the pictures; see `find_pictures`.
        names: what is wanted; each is encoded once.
        encoder: its fingerprint decides which remembered features count.
        work: one SQLite file for each fingerprint is kept there; a run that was stopped goes on where it was.
        what: names the pictures in the progress bar and the warning.

    Raises:
        CatalogueInvalid, ValueError: as `find_pictures`, or nothing of it can be read.
        OSError: the work folder cannot be written.
    """
    wanted = tuple(dict.fromkeys(names))
    found = find_pictures(images, wanted)
    missing = {name: "file not found" for name in wanted if name not in found}
    work.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(encoder.fingerprint.encode()).hexdigest()[:16]
    with closing(_Store(work / f"features-{digest}.sqlite", encoder.dimension)) as store:
        for name, reason in _encode(found, encoder, store, what):
            missing[name] = reason
        known = [name for name in wanted if name not in missing]
        if not known:
            raise ValueError(f"None of the {len(found):,} pictures in the folder {display(images)} can be read.")
        features = store.fetch([found[name] for name in known])
    if missing:
        name, reason = next(iter(missing.items()))
        _log.warning("%s: %d of %d pictures are missing (%s: %s)", what, len(missing), len(wanted), name, reason)
    return Pictures(tuple(known), features, missing)


@dataclass(frozen=True, slots=True)
class _Decoded:
    name: str
    path: Path
    picture: Image.Image | None
    reason: str


def _encode(found: Mapping[str, Path], encoder: Encoder, store: "_Store", what: str) -> Iterator[tuple[str, str]]:
    """Encode what the store does not know yet; yields what cannot be, with the reason."""
    new = [(name, path) for name, path in found.items() if not store.knows(path)]
    batch: list[_Decoded] = []
    with closing(
        read_ahead(new, _decode, cost=_pixels, threads=2, max_waiting=2 * _BATCH, max_cost=_MAX_PIXELS)
    ) as decoded:
        for one in tqdm(decoded, total=len(new), desc=what, unit="picture", disable=not new):
            if one.picture is None:
                yield one.name, one.reason
                continue
            batch.append(one)
            if len(batch) == _BATCH:
                yield from _store(batch, encoder, store)
                batch = []
    if batch:
        yield from _store(batch, encoder, store)


def _store(batch: Sequence[_Decoded], encoder: Encoder, store: "_Store") -> Iterator[tuple[str, str]]:
    features = encoder.encode_images([one.picture for one in batch if one.picture is not None])
    usable = [bool(np.isfinite(row).all() and row.any()) for row in features]
    store.add([one.path for one, good in zip(batch, usable, strict=True) if good], features[usable])
    for one, good in zip(batch, usable, strict=True):
        if not good:
            yield one.name, "the model gives no usable features for it"


def _decode(named: tuple[str, Path]) -> _Decoded:
    name, path = named
    try:
        return _Decoded(name, path, open_picture(read_picture_bytes(path)), "")
    except PictureUnreadable as error:
        return _Decoded(name, path, None, str(error))


def _pixels(decoded: _Decoded) -> int:
    return 0 if decoded.picture is None else decoded.picture.width * decoded.picture.height


class _Store:
    """Path, size and time of change -> features."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._dimension = dimension
        try:
            self._connection = sqlite3.connect(path)
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS features (file TEXT PRIMARY KEY, vector BLOB NOT NULL)"
            )
        except sqlite3.Error as error:
            raise ValueError(f"The remembered features {display(path)} cannot be used: delete the file.") from error

    def knows(self, path: Path) -> bool:
        found = self._connection.execute("SELECT 1 FROM features WHERE file = ?", (_key(path),)).fetchone()
        return found is not None

    def add(self, paths: Sequence[Path], features: Features) -> None:
        vectors = features.astype("<f4")
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO features VALUES (?, ?)",
                [(_key(path), vector.tobytes()) for path, vector in zip(paths, vectors, strict=True)],
            )

    def fetch(self, paths: Sequence[Path]) -> Features:
        features = np.empty((len(paths), self._dimension), dtype=np.float32)
        for row, path in enumerate(paths):
            (vector,) = self._connection.execute("SELECT vector FROM features WHERE file = ?", (_key(path),)).fetchone()
            features[row] = np.frombuffer(vector, dtype="<f4")
        return features

    def close(self) -> None:
        self._connection.close()


def _key(path: Path) -> str:
    status = path.stat()
    return f"{display(path.absolute())}|{status.st_size}|{status.st_mtime_ns}"
