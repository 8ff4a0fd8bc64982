"""The training of a Combiner on cached features: whole-gallery contrast, AdamW, averaged weights, early stop."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from retrieval.combiner import Combiner, CombinerComposition
from retrieval.embedding import normalize
from retrieval.protocols import Composition, Embeddings, Features
from scripts.protocols.training_checkpoint import digest
from scripts.training.answers import Answers, answers
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.combiner_state import Progress, load_progress, save_progress
from scripts.training.examples import Examples
from scripts.training.losses import (
    any_positive_loss,
    average_weights,
    graded_loss,
    multi_positive_loss,
    supervised_contrastive_loss,
)

_log = logging.getLogger(__name__)
Judge = Callable[[Combiner], float]
"""How good a Combiner is on pictures held out for stopping; bigger is better."""


class NormalisedInputs:
    """A Combiner that was trained on embeddings, fed with features (m = 1)."""

    name = "combiner:normalised"

    def __init__(self, combiner: Combiner) -> None:
        self._composition = CombinerComposition(combiner, self.name)

    def __call__(self, reference_features: Features, text_features: Features) -> Embeddings:
        """[n, d] raw, [n, d] raw -> [n, 1, d]."""
        return self._composition(normalize(reference_features), normalize(text_features))


def compose(combiner: Combiner, plan: CombinerPlan) -> Composition:
    """The composition that a Combiner trained by this plan makes."""
    if plan.inputs == "normalised":
        return NormalisedInputs(combiner)
    return CombinerComposition(combiner, "combiner:new")


class CombinerTraining:
    """Trains one Combiner; every step depends on the state before, the seed and its number alone.

    Attributes:
        average: the Combiner with the running average of the weights; this one is the result.
        parameters: what learns.
        name: of the training, by all that decides how it goes.
    """

    def __init__(self, examples: Examples, plan: CombinerPlan) -> None:
        self._collection, self._requests, self._plan = examples.collection, examples.requests, plan
        images, texts = torch.from_numpy(examples.features), torch.from_numpy(examples.text_features)
        self._embeddings = F.normalize(images, dim=-1)
        normalised = plan.inputs == "normalised"
        self._images = self._embeddings if normalised else images
        self._texts = F.normalize(texts, dim=-1) if normalised else texts
        self._deviation = self._images.std(dim=0, unbiased=False).mean() * plan.noise
        dimension = images.shape[1]
        width = plan.width * dimension
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(plan.seed)
            self._combiner = Combiner(dimension, width, width)
            self._backwards = nn.Linear(dimension, 1, bias=False)  # what marks the words of a reversed query
            self.average = Combiner(dimension, width, width).eval()
        for module in self._combiner.modules():
            if isinstance(module, nn.Dropout):
                module.p = plan.dropout
        self.average.load_state_dict(self._combiner.state_dict())
        self.parameters = [*self._combiner.parameters(), *(self._backwards.parameters() if plan.reverse else ())]
        self._optimizer = torch.optim.AdamW(self.parameters, plan.learning_rate, weight_decay=plan.weight_decay)
        self.name = digest(
            repr(plan).encode(), examples.features.tobytes(), examples.text_features.tobytes(),
            self._requests.references.tobytes(), self._requests.bits.tobytes(),
        )  # fmt: skip

    def run(self, judge: Judge | None = None, checkpoint: Path | None = None, progress_bar: bool = False) -> Combiner:
        """Trains to the end of the plan, or until `judge` sees no more progress; returns the best it saw.

        Args:
            judge: asked every `plan.every` steps; without it the last weights are the result.
            checkpoint: written every `plan.every` steps; a training of the same name goes on from it.
            progress_bar: show one.

        Raises:
            ValueError: the checkpoint is damaged, or the loss is no number any more.
            OSError: the checkpoint cannot be written.
        """
        plan = self._plan
        parts = {
            "combiner": self._combiner, "backwards": self._backwards, "average": self.average,
            "optimizer": self._optimizer,
        }  # fmt: skip
        progress = load_progress(checkpoint, self.name, parts) if checkpoint else Progress()
        if progress.step:
            _log.info("going on after step %d", progress.step)
        with tqdm(total=plan.steps, initial=progress.step, desc="training", unit="step", mininterval=1.0,
                  disable=not progress_bar) as bar:  # fmt: skip
            step = progress.step
            while step < plan.steps and progress.since < plan.patience:
                loss = self._step(step)
                step += 1
                bar.update()
                if step % plan.every and step != plan.steps:
                    continue
                score = judge(self.average) if judge else float(step)
                progress = progress.after(step, score, self.average.state_dict())
                bar.set_postfix(loss=f"{loss:.3f}", held_out=f"{score:.3f}", refresh=False)
                if checkpoint:
                    save_progress(checkpoint, self.name, parts, progress)
        self.average.load_state_dict(progress.best)
        _log.info("best after step %d of %d", progress.best_step, progress.step)
        return self.average

    def _step(self, step: int) -> float:
        plan = self._plan
        rng = np.random.default_rng([plan.seed, step])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**62)))
            chosen = rng.integers(0, len(self._requests.texts), plan.batch)
            loss = self.loss(chosen, self._texts[chosen], rng)
        if not torch.isfinite(loss):
            raise ValueError("The training broke off: its loss is no number any more. Try a lower learning rate.")
        for group in self._optimizer.param_groups:
            group["lr"] = plan.rate_at(step)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self._optimizer.step()
        self.follow(min(plan.averaging, (1 + step) / (10 + step)))
        return loss.item()

    def follow(self, decay: float) -> None:
        """Moves the running average towards the weights as they are."""
        average_weights(self.average.state_dict(), self._combiner.state_dict(), decay)

    def loss(self, chosen: NDArray[np.int64], texts: Tensor, rng: np.random.Generator) -> Tensor:
        """Of some requests, a scalar.

        Args:
            chosen: [m], which of the requests.
            texts: [m, d], their features, raw or normalised as the plan has them.
            rng: chance.
        """
        plan = self._plan
        references = self._requests.references[chosen]
        gallery = self._gallery(references, rng)
        found = answers(self._collection, self._requests, chosen, gallery)
        targets = _targets(found, gallery, rng)
        if plan.negatives == "batch":
            columns = np.flatnonzero(np.isin(gallery, targets) | np.isin(gallery, references))
            gallery, found = gallery[columns], found.columns(columns)
        self._combiner.train()
        composed = self._combiner(self._disturbed(references), texts)
        loss = self._contrast(self._logits(composed, gallery), found)
        if plan.reverse:
            loss = loss + plan.reverse * self._reversed(targets, references, texts, rng)
        return loss

    def _contrast(self, logits: Tensor, found: Answers) -> Tensor:
        plan = self._plan
        wanted, closest = torch.from_numpy(found.wanted), torch.from_numpy(found.closest)
        match plan.loss:
            case "graded":
                loss = graded_loss(logits, wanted, torch.from_numpy(found.lost), plan.steepness)
                loss = loss + plan.wanted_weight * multi_positive_loss(logits, wanted)
                return loss + plan.first_weight * any_positive_loss(logits, closest)
            case "multi_positive":
                return multi_positive_loss(logits, wanted) + 2 * multi_positive_loss(logits, closest)
            case _:
                return supervised_contrastive_loss(logits, wanted) + 2 * supervised_contrastive_loss(logits, closest)

    def _logits(self, composed: Tensor, gallery: NDArray[np.int64]) -> Tensor:
        similarities = composed @ self._embeddings[gallery].T
        return self._plan.scale * (similarities if self._plan.similarity == "cosine" else similarities.square())

    def _reversed(
        self, targets: NDArray[np.int64], references: NDArray[np.int64], texts: Tensor, rng: np.random.Generator
    ) -> Tensor:
        """From an answer back to the reference, or to what has the same attributes."""
        usable = np.flatnonzero(targets >= 0)
        gallery = np.union1d(self._gallery(references, rng), targets[usable])
        codes = self._collection.codes
        same = (codes[references[usable], None, :] == codes[None, gallery, :]).all(axis=2).astype(np.int8)
        marked = texts[usable] + self._backwards.weight
        composed = self._combiner(self._disturbed(targets[usable]), marked)
        return multi_positive_loss(self._logits(composed, gallery), torch.from_numpy(same))

    def _gallery(self, references: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Rows to contrast with: the references, as negatives, and all others, or as many as the plan allows."""
        total = len(self._images)
        if total <= self._plan.gallery:
            return np.arange(total)
        return np.union1d(rng.choice(total, self._plan.gallery, replace=False), references)

    def _disturbed(self, rows: NDArray[np.int64]) -> Tensor:
        features = self._images[rows]
        return features + self._deviation * torch.randn_like(features)


def _targets(found: Answers, gallery: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """[m] a row for each request, drawn among the answers that keep most; -1 where nothing answers."""
    draw = np.where(found.closest == 1, rng.random(found.closest.shape, dtype=np.float32), -1)
    return np.where(draw.max(axis=1) >= 0, gallery[draw.argmax(axis=1)], -1)
