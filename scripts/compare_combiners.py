"""Measure the choices in the training of a Combiner side by side, on rendered products that no report uses."""

import argparse
import json
import sys
from pathlib import Path

from retrieval.clip_encoder import load_encoder
from retrieval.errors import RetrievalError
from scripts.training.combiner_comparison import VARIANTS, as_table, compare_plans
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.combiner_sources import make_examples, read_renders


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.compare_combiners", description=__doc__)
    parser.add_argument("--renders", type=Path, default=Path("var/training"), metavar="DIR", help="(%(default)s)")
    parser.add_argument("--model", default="tiny-clip", help="whose features are combined (%(default)s)")
    parser.add_argument("--pretrained", help="its pretrained tag or a path")
    parser.add_argument("--chunks", type=int, default=6, help="chunks of 550 products to train on (%(default)s)")
    parser.add_argument("--requests", type=int, default=8000, help="requests to train on (%(default)s)")
    parser.add_argument("--judged", type=int, default=3000, help="validation requests (%(default)s)")
    parser.add_argument("--steps", type=int, default=400, help="optimiser steps of each training (%(default)s)")
    parser.add_argument("--batch", type=int, default=128, help="requests a step (%(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each kind (%(default)s)")
    parser.add_argument("--only", nargs="+", choices=tuple(VARIANTS), metavar="ROW", help="some of the rows")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    return parser


def main(argv: list[str] | None = None) -> int:
    """0 with the table printed, 2 with one sentence when it cannot be made."""
    options = arguments().parse_args(argv)
    try:
        encoder = load_encoder(options.model, options.pretrained)
        train, held_out = read_renders(options.renders, encoder, options.chunks)
        examples = make_examples(train, encoder, options.requests, 0)
        validation = make_examples(held_out, encoder, options.judged, 1, held_out=True)
        # Nothing is watched on the way: every training gets the same number of steps.
        plan = CombinerPlan(options.steps, options.batch, every=options.steps)
        variants = {name: VARIANTS[name] for name in options.only or VARIANTS}
        results = compare_plans(examples, validation, plan, options.seeds, variants)
        if options.json:
            options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    except (RetrievalError, ValueError, OSError) as error:
        print(f"compare_combiners: {error}", file=sys.stderr)
        return 2
    print(as_table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
