"""FashionIQ's own protocol, for those who have its photos: recall at 10 and 50 by category, in percent.

The gallery is the whole split of the category, and the reference is not taken out of the ranking. `--val-protocol`
counts by the other protocol that papers use (gallery of the requests' own pictures, without the reference), which comes
out 7 to 9 points higher and is named `fashioniq_val_union` so that the two never mix.
"""

import argparse
from pathlib import Path

from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from scripts.evaluation.suite import Figures, add_model
from scripts.protocols.baselines import training_free
from scripts.protocols.queries import prepare_fashioniq
from scripts.protocols.recall import fashioniq_recall, fashioniq_val_union_recall


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The dataset, the model, and the protocol."""
    add_dataset(parser, "FashionIQ")
    parser.add_argument(
        "--val-protocol",
        action="store_true",
        help="count by the VAL protocol instead, whose figures are 7 to 9 points higher",
    )
    add_model(parser)


def add_dataset(parser: argparse.ArgumentParser, name: str) -> None:
    """Options for annotations, pictures, the Combiner and the work folder."""
    parser.add_argument(
        "--annotations",
        type=Path,
        required=True,
        metavar="DIR",
        help=f"{name}'s folder with captions/ and image_splits/",
    )
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR", help="the folder with the pictures, at any depth"
    )
    add_work(parser)


def add_work(parser: argparse.ArgumentParser) -> None:
    """Options for the Combiner and for where features are remembered."""
    parser.add_argument("--combiner", default="auto", help="auto, sum, product, or a path to a Combiner (%(default)s)")
    parser.add_argument(
        "--work", type=Path, default=Path("var/protocols"), metavar="DIR", help="remembers features (%(default)s)"
    )


def measure(options: argparse.Namespace) -> Figures:
    """`fashioniq.…` of the composition in force and `fashioniq.baseline.<name>.…` of those without training."""
    encoder = load_encoder(options.model, options.pretrained, options.device)
    composition = load_composition(options.combiner, encoder)
    categories = prepare_fashioniq(options.annotations, options.images, encoder, options.work)
    suite, count = (
        ("fashioniq_val_union", fashioniq_val_union_recall) if options.val_protocol else ("fashioniq", fashioniq_recall)
    )
    metrics = {f"{suite}.{name}": figure for name, figure in count(categories, composition).items()}
    for baseline, other in training_free().items():
        metrics |= {f"{suite}.baseline.{baseline}.{name}": figure for name, figure in count(categories, other).items()}
    for category, queries in categories.items():
        metrics |= {
            f"{suite}.{category}.queries": float(len(queries)),
            f"{suite}.{category}.queries_left_out": float(queries.left_out),
            f"{suite}.{category}.pictures": float(len(queries.names)),
            f"{suite}.{category}.pictures_missing": float(queries.missing),
        }
    return metrics
