"""What every suite of `python -m scripts.evaluate` looks like, and the collection that most of them search.

A suite is a module with `add_arguments(parser)`, which may add options of its own, and `measure(options)`, which gives
`{metric: number}` or raises one of the project's errors, ValueError or OSError with one sentence.
"""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.composition import NormalizedSum, Product, load_composition
from retrieval.protocols import Composition
from retrieval.searched_snapshot import RowFilter
from retrieval.searcher import Searcher
from retrieval.snapshot import Snapshot
from storage.snapshots import SnapshotStore

SEED = 1
Figures = dict[str, float]
Items = Mapping[str, Mapping[str, object]]
"""Item id -> metadata."""
_KEYS = {"category", "colour"}


class Suite(Protocol):
    """A module of this package."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what this suite alone can be told."""
        ...

    def measure(self, options: argparse.Namespace) -> Figures:
        """The figures."""
        ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """The published snapshot of rendered products, opened for measuring.

    Attributes:
        composition: what composes in production; the searchers with other compositions are baselines.
        items: item id -> metadata.
    """

    encoder: ClipEncoder
    composition: Composition
    snapshot: Snapshot
    items: Items

    def searcher(
        self, composition: Composition | None = None, facets: RowFilter | None = None, attributes: bool = True
    ) -> Searcher:
        """A searcher over the snapshot, with the composition in force or another; with `facets` it takes filters.

        Without `attributes` the composition ranks alone.
        """
        snapshot, templates = self.snapshot, self.snapshot.manifest.templates
        composition = composition or self.composition
        return Searcher(
            self.encoder, composition, snapshot.index, snapshot, templates, facets=facets, attributes=attributes
        )

    def searchers(self) -> dict[str, Searcher]:
        """By name: `combiner`, as the bot searches, and `sum` and `product` by themselves, which need no training."""
        baselines: dict[str, Composition] = {"sum": NormalizedSum(), "product": Product()}
        return {"combiner": self.searcher()} | {
            name: self.searcher(composition, attributes=False) for name, composition in baselines.items()
        }


def add_collection(parser: argparse.ArgumentParser) -> None:
    """Options for the collection and the model."""
    parser.add_argument(
        "--data-dir", type=Path, default=Path("var/demo"), metavar="DIR", help="the demo's data (%(default)s)"
    )
    parser.add_argument("--combiner", default="auto", help="auto, sum, product, or a path to a Combiner (%(default)s)")
    add_model(parser)


def add_model(parser: argparse.ArgumentParser) -> None:
    """Options for the model alone."""
    parser.add_argument("--model", default="tiny-clip", help="tiny-clip, or any open_clip model (%(default)s)")
    parser.add_argument("--pretrained", help="its pretrained tag or a path")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (%(default)s)")


@contextmanager
def open_rendered(options: argparse.Namespace) -> Iterator[Rendered]:
    """Opens what `add_collection` describes.

    Raises:
        RetrievalError: no such model, or the snapshot does not fit it.
        StorageError: there is no snapshot.
        ValueError: the collection is not one that can be judged by its metadata.
    """
    encoder = load_encoder(options.model, options.pretrained, options.device)
    composition = load_composition(options.combiner, encoder)
    directory = SnapshotStore(options.data_dir / "snapshots").current()
    snapshot = Snapshot.open(directory, encoder.fingerprint, None, device=encoder.device)
    try:
        items = {item.id: item.metadata for item in snapshot.items()}
        if not all(any(key in metadata for metadata in items.values()) for key in _KEYS):
            raise ValueError("The collection has no colours and categories in its metadata: measure on the demo's.")
        yield Rendered(encoder, composition, snapshot, items)
    finally:
        snapshot.close()
