"""Train tiny-clip, the small OpenCLIP model that comes with Pictalk, on rendered products and photos of clothes."""

import argparse
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from retrieval.torchvision_operators import declare_operators
from scripts.training.architecture import CONTEXT, IMAGE_SIZE
from scripts.training.batches import Source
from scripts.training.bundle import BUNDLE, load_bundle, save_bundle
from scripts.training.clip_trainer import ClipTrainer, Plan, count_parameters
from scripts.training.labels import encode_table
from scripts.training.photos import load_photos
from scripts.training.renders import FIRST_SEED, load_renders
from scripts.training.team import Team
from scripts.training.text_tuning import LockedPictures, tune_texts
from scripts.training.texts import TextStock
from scripts.training.tokens import bundled_tokenizer
from scripts.training.validation import encode_canvases, measure

_log = logging.getLogger(__name__)
_VALIDATION_SEEDS = (2, 3)
_CHECKPOINT = "tiny_clip.pt"
_KINDS_PER_BATCH = 3
_CLOSE_UPS = 0.25


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.train_clip", description=__doc__)
    parser.add_argument(
        "--work", type=Path, default=Path("var/training"), help="canvases and checkpoints (var/training)"
    )
    parser.add_argument("--output", type=Path, default=BUNDLE, help="where the model is written (the bundled one)")
    parser.add_argument("--photos", type=Path, help="a folder with items.csv and images/: real photos with their kinds")
    parser.add_argument("--chunks", type=int, default=22, help="rendered training products, in chunks of 550 (22)")
    parser.add_argument(
        "--steps", type=int, default=3000, help="optimiser steps; 0 leaves the model that is there as it is (3000)"
    )
    parser.add_argument("--text-steps", type=int, default=300, help="steps of the text tower alone, after that (300)")
    parser.add_argument("--batch", type=int, default=96, help="pictures per step and worker (96)")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with one thread (2)")
    parser.add_argument("--texts", type=int, default=16, help="texts kept for each picture (16)")
    parser.add_argument("--every", type=int, default=150, help="steps between checkpoints (150)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--restart", action="store_true", help="ignore the checkpoint of an earlier run")
    return parser


@dataclass(frozen=True, slots=True)
class _Pictures:
    """Canvases, and what is known of each."""

    canvases: NDArray[np.uint8]
    rows: Sequence[Mapping[str, str | None]]
    complete: bool = True

    @property
    def codes(self) -> NDArray[np.int64]:
        return encode_table(self.rows, self.complete)


def main(argv: list[str] | None = None) -> None:
    """Render what is missing, train both towers, then the text tower alone, and write the bundle."""
    options = arguments().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("open_clip").setLevel(logging.WARNING)
    declare_operators()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    tokenizer = bundled_tokenizer(options.work)
    seeds = range(FIRST_SEED, FIRST_SEED + options.chunks)
    pictures = [_Pictures(*load_renders(options.work / "renders", seeds, options.workers))]
    if options.photos:
        photos = load_photos(options.photos, held_out=False, cache=options.work / "photos")
        pictures.append(_Pictures(*photos, complete=False))
    held_out = _Pictures(*load_renders(options.work / "renders", _VALIDATION_SEEDS, options.workers))
    if options.steps:
        _train_both(options, tokenizer, pictures, held_out)
    if options.text_steps:
        _train_texts(options, tokenizer, pictures, held_out)


def _train_both(
    options: argparse.Namespace, tokenizer: Any, pictures: Sequence[_Pictures], held_out: _Pictures
) -> None:
    marks = (tokenizer.sot_token_id, tokenizer.eot_token_id)
    photo_share = options.batch // 6 if len(pictures) > 1 else 0
    sources = []
    for number, part in enumerate(pictures):
        stock = TextStock(part.rows, options.texts, tokenizer.encode, CONTEXT, marks, options.seed + number)
        if number == 0:
            share = options.batch - photo_share
            sources.append(Source(part.canvases, part.codes, stock, share, _KINDS_PER_BATCH, _CLOSE_UPS))
        else:
            sources.append(Source(part.canvases, part.codes, stock, photo_share))
    plan = Plan(options.steps, seed=options.seed)
    team = Team(options.workers, count_parameters())

    def work(rank: int) -> None:
        torch.set_num_threads(1)
        trainer = ClipTrainer(plan, options.work / _CHECKPOINT, team, rank)
        if not options.restart and trainer.resume() and rank == 0:
            _log.info("going on at step %d", trainer.step)

        def report() -> None:
            _log_shares(f"step {trainer.step}", trainer.average, held_out, tokenizer)
            save_bundle(trainer.average, options.output)

        trainer.run(sources, options.every, report)

    team.run(work)


def _train_texts(
    options: argparse.Namespace, tokenizer: Any, pictures: Sequence[_Pictures], held_out: _Pictures
) -> None:
    model = load_bundle(options.output)
    # Nothing is shared with other processes any more, so this one takes their cores.
    torch.set_num_threads(options.workers)
    _log_shares("before the texts", model, held_out, tokenizer)
    locked = [
        LockedPictures(encode_canvases(model, part.canvases, IMAGE_SIZE), part.codes, part.rows, texts)
        for part, texts in zip(pictures, (256, 48), strict=False)
    ]
    marks = (tokenizer.sot_token_id, tokenizer.eot_token_id)
    tune_texts(model, locked, tokenizer.encode, marks, options.text_steps, seed=options.seed)
    _log_shares("after the texts", model, held_out, tokenizer)
    save_bundle(model, options.output)


def _log_shares(when: str, model: Any, held_out: _Pictures, tokenizer: Any) -> None:
    marks = (tokenizer.sot_token_id, tokenizer.eot_token_id)
    shares = measure(model, held_out.canvases, held_out.rows, tokenizer.encode, marks)
    _log.info("%s  %s", when, "  ".join(f"{key} {share:.3f}" for key, share in shares.items()))


if __name__ == "__main__":
    main()
