"""What can be chosen in the training of a Combiner without annotations."""

import math
from dataclasses import dataclass

LOSSES = ("graded", "multi_positive", "supervised_contrastive")
INPUTS = ("raw", "normalised")
NEGATIVES = ("gallery", "batch")
SIMILARITIES = ("cosine", "fidelity")


@dataclass(frozen=True, slots=True)
class CombinerPlan:
    """The recipe; the defaults are what won, see docs/quality.md.

    Attributes:
        steps: optimiser steps at most.
        batch: requests a step.
        width: P and H in multiples of d; published as 4 and 8.
        inputs: `raw` features as published, or `normalised` ones.
        negatives: the whole `gallery`, or the pictures that belong to the `batch`: references and one answer each.
        gallery: at most so many pictures are the whole gallery of a step, drawn anew.
        similarity: the `cosine`, or the `fidelity` of two pure quantum states, its square (Buhrman et al. 2001,
            "Quantum Fingerprinting"); both rank alike where the cosine is positive.
        loss: `graded` by how much an answer keeps, `multi_positive` as in `losses.multi_positive_loss`, or
            `supervised_contrastive` (Khosla et al. 2020).
        steepness: how much less likely an answer is for each attribute that it does not keep (`graded`).
        wanted_weight: of telling whatever has what is wanted from all that has not, beside the graded loss: more of it,
            and more of the first ten have it.
        first_weight: of having any of the answers that keep most in the first place, beside both.
        reverse: weight of the reversed query: from an answer and the words, marked by a learned vector, back to the
            reference (Liu et al. 2024, "Bi-directional Training for Composed Image Retrieval").
        dropout: published as 0.5, for some thousand annotated triplets; requests from metadata never run out.
        noise: standard deviation of what is added to the reference features, in shares of their mean deviation.
        every: steps between two looks at the pictures held out for stopping, and between two checkpoints.
        patience: looks without progress after which training stops.
    """

    steps: int = 1500
    batch: int = 192
    width: int = 1
    inputs: str = "raw"
    negatives: str = "gallery"
    gallery: int = 10_000
    similarity: str = "cosine"
    loss: str = "graded"
    steepness: float = 2.0
    wanted_weight: float = 0.5
    first_weight: float = 2.0
    reverse: float = 0.0
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    scale: float = 60.0
    dropout: float = 0.1
    noise: float = 0.1
    averaging: float = 0.995
    every: int = 100
    patience: int = 6
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError on a choice that there is not, and on numbers that are not positive."""
        for name, chosen, choices in (
            ("loss", self.loss, LOSSES),
            ("inputs", self.inputs, INPUTS),
            ("negatives", self.negatives, NEGATIVES),
            ("similarity", self.similarity, SIMILARITIES),
        ):
            if chosen not in choices:
                raise ValueError(f"There is no {name} {chosen!r}: choose {' or '.join(choices)}.")
        if min(self.steps, self.batch, self.width, self.gallery, self.learning_rate, self.every, self.patience) <= 0:
            raise ValueError("Steps, batch, width, gallery, learning rate and patience of a training must be positive.")

    def rate_at(self, step: int) -> float:
        """The learning rate of one step: up over the first twentieth, then down along a cosine."""
        warm_up = min(1.0, (step + 1) / max(1, self.steps // 20))
        return self.learning_rate * warm_up * (0.5 + 0.5 * math.cos(math.pi * step / self.steps))
