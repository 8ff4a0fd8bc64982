"""CIRR's own protocol, for those who have its photos: recall and subset recall in percent, or the server's files.

The reference is taken out of the ranking. On `val`: recall at 1, 5, 10 and 50, subset recall at 1, 2 and 3 among the
five other members of the reference's set, and the headline, the mean of recall at 5 and subset recall at 1. The answers
of `test1` are not public: `--server-files DIR` writes what the test server wants.
"""

import argparse
from pathlib import Path

from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from scripts.evaluation.fashioniq import add_dataset
from scripts.evaluation.suite import Figures, add_model
from scripts.protocols.baselines import training_free
from scripts.protocols.cirr_server import write_server_files
from scripts.protocols.queries import prepare_cirr
from scripts.protocols.recall import cirr_recall


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The dataset, the model, the split and where the server's files go."""
    add_dataset(parser, "CIRR")
    parser.add_argument("--split", choices=("val", "test1"), default="val", help="(%(default)s)")
    parser.add_argument(
        "--server-files", type=Path, metavar="DIR", help="write the test server's two files there (--split test1)"
    )
    add_model(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`cirr.…` of the composition in force and `cirr.baseline.<name>.…`; for `test1` the counts alone.

    Raises:
        ValueError: `test1` without --server-files, or the other way round.
    """
    if (options.split == "test1") != (options.server_files is not None):
        raise ValueError("--split test1 and --server-files DIR go together: its answers are known to the server alone.")
    encoder = load_encoder(options.model, options.pretrained, options.device)
    composition = load_composition(options.combiner, encoder)
    queries = prepare_cirr(options.annotations, options.images, encoder, options.work, options.split)
    metrics: Figures = {}
    if options.server_files is not None:
        write_server_files(queries, composition, options.server_files)
    else:
        metrics |= {f"cirr.{name}": figure for name, figure in cirr_recall(queries, composition).items()}
        for baseline, other in training_free().items():
            metrics |= {f"cirr.baseline.{baseline}.{name}": one for name, one in cirr_recall(queries, other).items()}
    return metrics | {
        "cirr.queries": float(len(queries)),
        "cirr.queries_left_out": float(queries.left_out),
        "cirr.pictures": float(len(queries.names)),
        "cirr.pictures_missing": float(queries.missing),
    }
