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
from scripts.training.architecture import IMAGE_SIZE, build_model
from scripts.training.augmentation import Staging
from scripts.training.backgrounds import collect_textures
from scripts.training.batches import Source
from scripts.training.bundle import BUNDLE, load_image_tower, load_text_tower, save_bundle, save_image_tower
from scripts.training.clip_trainer import ClipTrainer, Plan, count_parameters
from scripts.training.labels import encode_table
from scripts.training.locked_pictures import LockedPictures
from scripts.training.photos import load_photos
from scripts.training.renders import FIRST_SEED, load_renders
from scripts.training.team import Team
from scripts.training.text_stage import prepare_tokens, train_text_tower
from scripts.training.text_tuning import TextPlan
from scripts.training.validation import encode_canvases, measure, measure_images

_log = logging.getLogger(__name__)
_VALIDATION_SEEDS = (2, 3)
_CHECKPOINT = "image_tower.pt"
_IMAGE_TOWER = "image_tower.safetensors"
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
    parser.add_argument("--text-steps", type=int, default=1500, help="steps of the text tower, after that (1500)")
    parser.add_argument("--batch", type=int, default=96, help="pictures per step and worker (96)")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with one thread (2)")
    parser.add_argument("--start", type=Path, metavar="FILE", help="weights whose image tower is trained further")
    parser.add_argument("--start-text", type=Path, metavar="FILE", help="weights whose text tower is trained further")
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
    """Render what is missing, train the image tower, then the text tower against it, and write the bundle."""
    options = arguments().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("open_clip").setLevel(logging.WARNING)
    declare_operators()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    seeds = range(FIRST_SEED, FIRST_SEED + options.chunks)
    pictures = [_Pictures(*load_renders(options.work / "renders", seeds, options.workers))]
    if options.photos:
        photos = load_photos(options.photos, held_out=False, cache=options.work / "photos")
        pictures.append(_Pictures(*photos, complete=False))
    held_out = _Pictures(*load_renders(options.work / "renders", _VALIDATION_SEEDS, options.workers))
    if options.steps:
        _train_images(options, pictures, held_out)
    if options.text_steps:
        # Nothing is shared with other processes any more, so this one takes their cores.
        torch.set_num_threads(options.workers)
        _train_texts(options, pictures, held_out)


def _train_images(options: argparse.Namespace, pictures: Sequence[_Pictures], held_out: _Pictures) -> None:
    photo_share = options.batch // 3 if len(pictures) > 1 else 0
    rendered, *photos = pictures
    textures = collect_textures(photos[0].canvases) if photos else None
    # Two photos of one sender lie on one carpet: what is told by the carpet is not told by the garment.
    shop, homes = Staging(0.35, 4.0, textures), Staging(0.65, 10.0, textures)
    sources = [
        Source(rendered.canvases, rendered.codes, options.batch - photo_share, _KINDS_PER_BATCH, _CLOSE_UPS, shop),
        *(Source(part.canvases, part.codes, photo_share, staging=homes) for part in photos),
    ]
    plan = Plan(options.steps, seed=options.seed)
    team = Team(options.workers, count_parameters())

    def work(rank: int) -> None:
        torch.set_num_threads(1)
        trainer = ClipTrainer(plan, options.work / _CHECKPOINT, team, rank, options.start)
        if not options.restart and trainer.resume() and rank == 0:
            _log.info("going on at step %d", trainer.step)

        def report() -> None:
            size = plan.size_at(trainer.step - 1)
            model = trainer.finished(sources, size)
            shares = measure_images(model, trainer.texts, held_out.canvases, held_out.rows, size)
            _log.info("step %d  %s", trainer.step, _listed(shares))
            save_image_tower(model, options.work / _IMAGE_TOWER)

        if trainer.step == plan.steps and rank == 0:
            report()
        trainer.run(sources, options.every, report)

    team.run(work)


def _train_texts(options: argparse.Namespace, pictures: Sequence[_Pictures], held_out: _Pictures) -> None:
    torch.manual_seed(options.seed)
    model: Any = build_model()
    load_image_tower(model, options.work / _IMAGE_TOWER)
    if options.start_text:
        load_text_tower(model, options.start_text)
    model.eval()
    tokens = prepare_tokens(options.work)
    locked = [
        LockedPictures(encode_canvases(model, part.canvases, IMAGE_SIZE), part.codes, part.rows, texts)
        for part, texts in zip(pictures, (256, 64), strict=False)
    ]
    train_text_tower(model, locked, tokens, TextPlan(options.text_steps, seed=options.seed))
    _log.info("text tower  %s", _listed(measure(model, held_out.canvases, held_out.rows, tokens)))
    save_bundle(model, tokens.merges, options.output)


def _listed(shares: Mapping[str, float]) -> str:
    return "  ".join(f"{key} {share:.3f}" for key, share in shares.items())


if __name__ == "__main__":
    main()
