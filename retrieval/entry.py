"""What a catalogue yields: entries to index, and failures to report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from retrieval.item_table import Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture that a catalogue names; it may turn out unreadable.

    Attributes:
        id: valid text, unique in a catalogue (the first one wins).
        path: absolute; may hold surrogates where the name is no valid text.
    """

    id: str
    path: Path
    metadata: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """One entry that was skipped.

    Attributes:
        path: what the admin looks for: the path, or file and line; always printable text.
        reason: a few words.
    """

    path: str
    reason: str


class Source(Protocol):
    """A catalogue that can be read any number of times, as a stream."""

    def __iter__(self) -> Iterator[Entry | Failure]:
        """Entries in a stable order, with the failures between them. Raises CatalogueInvalid when it breaks off."""
        ...

    def count(self) -> int:
        """How many will come, read without opening pictures. Raises CatalogueInvalid."""
        ...

    @property
    def description(self) -> Mapping[str, str]:
        """For the manifest: `{"images": folder}` or `{"catalog": file}`."""
        ...
