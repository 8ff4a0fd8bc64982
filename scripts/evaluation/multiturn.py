"""Recorded dialogs of Multi-turn FashionIQ or CIRCLED, replayed with and without memory, for those who have the photos.

Every turn goes through the bot's ledger as if a person had said it. Hits@10 by turn are shares, cumulative over the
turns; mean ranks are those of the best target in the whole gallery, without the references of the turns so far.
"""

import argparse
from pathlib import Path

from bot.ledger import weighted
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from scripts.evaluation.fashioniq import add_work
from scripts.evaluation.suite import Figures, add_model
from scripts.protocols.annotation_files import read_gallery
from scripts.protocols.multiturn import load_sessions
from scripts.protocols.multiturn_replay import figures, open_searcher, ranks_by_turn, replayable
from scripts.protocols.pictures import load_pictures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sessions, the gallery and the model."""
    parser.add_argument("--sessions", type=Path, required=True, metavar="FILE", help="JSON, or JSON by line (CIRCLED)")
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR", help="the folder with the pictures, at any depth"
    )
    parser.add_argument(
        "--gallery",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="split files whose pictures are searched too (without: only those that the sessions name)",
    )
    add_work(parser)
    add_model(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`multiturn.…` with the bot's ledger, `multiturn.last_turn_only.…` without memory, and what was left out."""
    sessions = load_sessions(options.sessions)
    names = [name for path in options.gallery for name in read_gallery(path)]
    names += [name for session in sessions for name in session.pictures]
    encoder = load_encoder(options.model, options.pretrained, options.device)
    composition = load_composition(options.combiner, encoder)
    pictures = load_pictures(options.images, names, encoder, options.work, "multiturn")
    kept = replayable(sessions, pictures)
    if not kept:
        raise ValueError("No session has all of its reference pictures and a target that is not one of them.")
    searcher = open_searcher(encoder, composition, pictures)
    remembering = figures(ranks_by_turn(searcher, kept, weighted, "with memory"))
    forgetting = figures(ranks_by_turn(searcher, kept, lambda ledger: weighted(ledger[-1:]), "last turn only"))
    return {
        **{f"multiturn.{name}": figure for name, figure in remembering.items()},
        **{f"multiturn.last_turn_only.{name}": figure for name, figure in forgetting.items()},
        "multiturn.sessions": float(len(kept)),
        "multiturn.sessions_left_out": float(len(sessions) - len(kept)),
        "multiturn.pictures": float(len(pictures.names)),
        "multiturn.pictures_missing": float(len(pictures.missing)),
    }
