"""Tune the text tower alone for words next to a picture, and measure on validation products whether that pays."""

import argparse
import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval.clip_encoder import ClipEncoder
from retrieval.clip_models import TINY_CLIP, load_model
from retrieval.composition import NormalizedSum, Product
from retrieval.embedding import normalize
from retrieval.errors import RetrievalError
from retrieval.protocols import Encoder
from scripts.training.architecture import MERGES_FILE
from scripts.training.bundle import BUNDLE, save_bundle
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.combiner_sources import encode_requests, make_examples, read_renders
from scripts.training.combiner_trainer import CombinerTraining, compose
from scripts.training.composed_quality import compare_compositions
from scripts.training.composed_text_tuning import TextTuningPlan, tune_for_composition, whole_words
from scripts.training.examples import Examples
from scripts.training.labels import encode_constraints, match
from scripts.training.validation import precision
from scripts.training.wordings import HELD_OUT_FRAMES, describe

_DESCRIBED = 1500


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.tune_text_tower", description=__doc__)
    parser.add_argument("--renders", type=Path, default=Path("var/training"), metavar="DIR", help="(%(default)s)")
    parser.add_argument("--model", default=TINY_CLIP, help="tiny-clip or a folder with such a model (%(default)s)")
    parser.add_argument("--chunks", type=int, default=6, help="chunks of 550 products to train on (%(default)s)")
    parser.add_argument("--requests", type=int, default=8000, help="requests to train on (%(default)s)")
    parser.add_argument("--steps", type=int, default=TextTuningPlan().steps, help="of the text tower (%(default)s)")
    parser.add_argument("--combiner-steps", type=int, default=600, help="of each Combiner (%(default)s)")
    parser.add_argument("--output", type=Path, metavar="DIR", help="a folder for the tuned model")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def main(argv: list[str] | None = None) -> int:
    """0 with the figures before and after printed, 2 with one sentence when it cannot be done."""
    options = arguments().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("scripts").setLevel(logging.INFO)
    try:
        loaded = load_model(options.model)
        if not loaded.causal_text:
            raise ValueError("Only text towers that are causal transformers, as CLIP's own, can be tuned here.")  # noqa: TRY301
        encoder = ClipEncoder(loaded)
        train, held_out = read_renders(options.renders, encoder, options.chunks)
        examples = make_examples(train, encoder, options.requests, options.seed)
        validation = make_examples(held_out, encoder, 3000, options.seed + 1, held_out=True)
        plan = CombinerPlan(options.combiner_steps, batch=128, every=options.combiner_steps, seed=options.seed)
        _show("before", _figures(encoder, examples, validation, plan))
        tuning = TextTuningPlan(steps=options.steps, seed=options.seed)
        words = whole_words(loaded.tokenizer)
        tune_for_composition(loaded.network, loaded.tokenizer, words, examples, tuning, plan, progress_bar=True)
        tuned = ClipEncoder(loaded)
        _show("after", _figures(tuned, _reworded(examples, tuned), _reworded(validation, tuned), plan))
        if options.output:
            directory = BUNDLE if options.model == TINY_CLIP else Path(options.model)
            save_bundle(loaded.network, directory / MERGES_FILE, options.output)
    except (RetrievalError, ValueError, OSError) as error:
        print(f"tune_text_tower: {error}", file=sys.stderr)
        return 2
    return 0


def _figures(encoder: Encoder, examples: Examples, validation: Examples, plan: CombinerPlan) -> Mapping[str, float]:
    """Words next to pictures, with a Combiner trained on these words and without one; and words alone."""
    combiner = CombinerTraining(examples, plan).run()
    compositions = {"combiner": compose(combiner, plan), "sum": NormalizedSum(), "product": Product()}
    figures = {
        f"{name} {measure}": share
        for name, shares in compare_compositions(compositions, validation).items()
        for measure, share in shares.items()
    }
    return figures | {"words alone p6": _words(encoder, validation)}


def _words(encoder: Encoder, validation: Examples) -> float:
    """Precision of the first six pictures for descriptions in held-out sentences."""
    rng = np.random.default_rng(5)
    rows = validation.collection.rows
    drawn = [{key: value or None for key, value in rows[i].items()} for i in rng.integers(0, len(rows), _DESCRIBED)]
    described = [describe(row, rng, frames=HELD_OUT_FRAMES) for row in drawn]
    bits = np.stack([encode_constraints(constraints, validation.collection.keys) for _, constraints in described])
    texts = normalize(encode_requests(encoder, [text for text, _ in described]))
    return precision(normalize(validation.features) @ texts.T, match(validation.collection.codes, bits))


def _reworded(examples: Examples, encoder: Encoder) -> Examples:
    return replace(examples, text_features=encode_requests(encoder, examples.requests.texts))


def _show(title: str, figures: Mapping[str, float]) -> None:
    print(title)
    for name, value in figures.items():
        print(f"  {name:28} {value:.4f}")


if __name__ == "__main__":
    sys.exit(main())
