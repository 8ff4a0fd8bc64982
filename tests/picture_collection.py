"""A folder of pictures and the snapshots that a test makes of it."""

from collections.abc import Iterable
from pathlib import Path

from retrieval.catalogue import folder
from retrieval.entry import Entry, Failure
from retrieval.indexing import Report, build_snapshot
from retrieval.manifest import Provenance
from retrieval.snapshot import Snapshot
from tests.encoders import ColourEncoder


class Collection:
    """A folder of pictures and the snapshots made of it."""

    def __init__(self, root: Path) -> None:
        self.pictures = root / "pictures"
        self.pictures.mkdir(exist_ok=True)
        self.staging = root / "staging"
        self.encoder = ColourEncoder()
        self._root = root
        self._built = 0

    def provenance(self, fingerprint: str = "colours@1", composition: str = "sum") -> Provenance:
        return Provenance(fingerprint, "colours", None, self.encoder.dimension, composition)

    def build(
        self,
        previous: Snapshot | None = None,
        *,
        entries: Iterable[Entry | Failure] | None = None,
        provenance: Provenance | None = None,
        batch_size: int = 32,
    ) -> tuple[Snapshot, Report]:
        directory = self._root / f"snapshot {self._built}"
        self._built += 1
        source = folder(self.pictures) if entries is None else entries
        *_, last = build_snapshot(
            source,
            self.encoder.encode_images,
            directory,
            provenance or self.provenance(),
            previous=previous,
            batch_size=batch_size,
        )
        assert last.report is not None
        return Snapshot.open(directory, None, None), last.report
