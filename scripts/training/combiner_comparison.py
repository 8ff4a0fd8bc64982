"""The choices in the training of a Combiner side by side: equal budgets, equal seeds, the same validation requests."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from tqdm import tqdm

from scripts.protocols.baselines import training_free
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.combiner_trainer import CombinerTraining, compose
from scripts.training.composed_quality import compare_compositions
from scripts.training.examples import Examples

MEASURES = ("recall_at_1", "closest_at_1", "wanted_at_10", "kept_at_10")
VARIANTS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "as trained": {},
        "normalised inputs": {"inputs": "normalised"},
        "batch negatives": {"negatives": "batch"},
        "reverse queries": {"reverse": 0.5},
        "fidelity for cosine": {"similarity": "fidelity"},
        "supervised contrastive": {"loss": "supervised_contrastive"},
        "multi-positive, not graded": {"loss": "multi_positive"},
        "without the first place": {"first_weight": 0.0},
        "without the wanted": {"wanted_weight": 0.0},
        "dropout 0.5": {"dropout": 0.5},
        "P = H = 2 d": {"width": 2},
    }
)
"""What is changed of the plan."""


def compare_plans(
    examples: Examples,
    validation: Examples,
    plan: CombinerPlan,
    seeds: int,
    variants: Mapping[str, Mapping[str, object]],
) -> dict[str, list[dict[str, float]]]:
    """Row -> for each seed the measures on the validation requests; compositions without training have one.

    Args:
        examples: to train on.
        validation: to measure on.
        plan: what all of them have in common.
        seeds: how many, from `plan.seed` on.
        variants: row -> what is changed of the plan.
    """
    results = {name: [means] for name, means in compare_compositions(training_free(), validation).items()}
    with tqdm(total=len(variants) * seeds, desc="trainings", unit="training") as bar:
        for name, changes in variants.items():
            results[name] = []
            for seed in range(plan.seed, plan.seed + seeds):
                changed = replace(plan, seed=seed, **changes)  # type: ignore[arg-type]
                combiner = CombinerTraining(examples, changed).run()
                results[name].append(compare_compositions({"": compose(combiner, changed)}, validation)[""])
                bar.update()
    return results


def as_table(results: Mapping[str, list[dict[str, float]]]) -> str:
    """Markdown: a row for each, mean and standard deviation over the seeds."""
    lines = ["| |" + "|".join(f" {measure} " for measure in MEASURES) + "|", "|---|" + "---|" * len(MEASURES)]
    for name, runs in results.items():
        cells = []
        for measure in MEASURES:
            values = [run[measure] for run in runs]
            spread = f" ± {np.std(values):.3f}" if len(values) > 1 else ""
            cells.append(f" {np.mean(values):.3f}{spread} ")
        lines.append(f"| {name} |" + "|".join(cells) + "|")
    return "\n".join(lines)
