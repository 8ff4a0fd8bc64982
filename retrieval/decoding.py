"""The reader's work on one entry: read the file, hash it, and decode it unless its features are known already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

from retrieval.encoded_journal import EncodedJournal
from retrieval.entry import Entry, Failure
from retrieval.errors import PictureUnreadable
from retrieval.file_names import display
from retrieval.item_table import Item, Value
from retrieval.picture_file import content_hash, read_picture_bytes
from retrieval.preprocess import date_taken, open_picture
from retrieval.protocols import Features
from retrieval.snapshot import Snapshot

Prepare = Callable[[bytes], Image.Image]
"""A file's content -> what is encoded of it, RGB; from several threads at once. Raises PictureUnreadable."""


@dataclass(frozen=True, slots=True)
class Read:
    """One readable picture.

    Attributes:
        picture: RGB; None when the features are known.
        known_row: row of the previous snapshot that holds the features of the same content.
        features: [d] raw, of the same content, that a job before this one has encoded and not published.
    """

    item: Item
    picture: Image.Image | None
    known_row: int | None
    features: Features | None = None

    @property
    def pixels(self) -> int:
        """What it costs to keep it waiting."""
        return 0 if self.picture is None else self.picture.width * self.picture.height


class PictureReader:
    """Callable from several threads at once."""

    def __init__(
        self, known: Snapshot | None, prepare: Prepare = open_picture, journal: EncodedJournal | None = None
    ) -> None:
        """`known` and `journal` hold features that may be used again; `prepare` decodes what is not known."""
        self._journal = journal
        self._known = known
        self._prepare = prepare

    def __call__(self, entry: Entry | Failure) -> Read | Failure:
        """Whatever is wrong with a picture becomes a Failure."""
        if isinstance(entry, Failure):
            return entry
        try:
            item, data = read_item(entry)
            row = None if self._known is None else self._known.row_of_content(item.content_hash)
            if row is not None:
                return Read(item, None, row)
            features = None if self._journal is None else self._journal.features(item.content_hash)
            return Read(item, self._prepare(data) if features is None else None, None, features)
        except PictureUnreadable as error:
            return Failure(display(entry.path), str(error))


def read_item(entry: Entry) -> tuple[Item, bytes]:
    """What a picture is by the catalogue and its file, and the file's content. Raises PictureUnreadable."""
    data = read_picture_bytes(entry.path)
    return Item(entry.id, str(entry.path), content_hash(data), _dated(entry.metadata, data)), data


def _dated(metadata: Mapping[str, Value], data: bytes) -> Mapping[str, Value]:
    """With the day from the picture's EXIF as `taken`, where the catalogue names none."""
    if "taken" in metadata or (taken := date_taken(data)) is None:
        return metadata
    return {**metadata, "taken": taken}
