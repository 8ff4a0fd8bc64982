"""The training of tiny-clip's image tower: bfloat16, AdamW, constant rate and cool-down, averaged weights."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from scripts.training.architecture import DIMENSION, build_model
from scripts.training.attribute_texts import AttributeTexts
from scripts.training.batches import Batch, Source, batches_ahead, make_batch
from scripts.training.bundle import load_image_tower
from scripts.training.losses import AttributeHeads, average_weights, contrastive_loss
from scripts.training.team import Team

_log = logging.getLogger(__name__)
_LARGEST_SCALE = math.log(60.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """The recipe; what is not here is a constant beside its use.

    Attributes:
        steps: optimiser steps in all.
        cool_down: share of the steps over which the learning rate falls to nothing; before it is constant.
        small_share: share of the steps that train at the smaller picture size.
        sizes: the smaller and the larger picture size in pixels.
    """

    steps: int
    learning_rate: float = 1.6e-3
    weight_decay: float = 0.05
    warm_up: int = 120
    cool_down: float = 0.4
    heads_weight: float = 1.0
    averaging: float = 0.997
    small_share: float = 0.4
    sizes: tuple[int, int] = (128, 176)
    seed: int = 0

    def size_at(self, step: int) -> int:
        """The picture size of one step."""
        return self.sizes[0] if step < self.small_share * self.steps else self.sizes[1]

    def rate_at(self, step: int) -> float:
        """The learning rate of one step."""
        if step < self.warm_up:
            return self.learning_rate * (step + 1) / self.warm_up
        return self.learning_rate * min(1.0, max(0.01, (1 - step / self.steps) / self.cool_down))


def count_parameters() -> int:
    """How many numbers a training step makes gradients for."""
    parts: list[torch.nn.Module] = [AttributeTexts(DIMENSION), AttributeHeads(DIMENSION)]
    model: Any = build_model()
    parts.append(model.visual)
    return sum(parameter.numel() for part in parts for parameter in part.parameters()) + 1  # the scale


class ClipTrainer:
    """Trains a tiny-clip; everything that a restart needs is in one checkpoint file.

    Attributes:
        average: a second model that holds the running average of the weights; this one is the result.
        texts: what stands in for the text tower.
    """

    def __init__(self, plan: Plan, checkpoint: Path, team: Team, rank: int, start: Path | None = None) -> None:
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.rank = rank
        self._team = team
        self.step = 0
        self.model: Any = build_model()
        if start is not None:
            load_image_tower(self.model, start)
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average: Any = build_model()
        self.average.load_state_dict(self.model.state_dict())
        self.average.eval()
        self._heads = AttributeHeads(DIMENSION)
        self.texts = AttributeTexts(DIMENSION)
        self._checkpoint = checkpoint
        decayed = [p for p in self._parameters() if p.ndim > 1]
        others = [p for p in self._parameters() if p.ndim <= 1]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": others, "weight_decay": 0.0}],
            lr=plan.learning_rate,
            betas=(0.9, 0.98),
        )

    def resume(self) -> bool:
        """Go on from the checkpoint, if there is one."""
        if not self._checkpoint.exists():
            return False
        state = torch.load(self._checkpoint, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self._heads.load_state_dict(state["heads"])
        self.texts.load_state_dict(state["texts"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        return True

    def save(self) -> None:
        """Write the checkpoint (the first worker alone); a crash while writing leaves the last one whole."""
        if self.rank != 0:
            return
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._checkpoint.with_suffix(".unfinished")
        torch.save(
            {
                "model": self.model.state_dict(),
                "average": self.average.state_dict(),
                "heads": self._heads.state_dict(),
                "texts": self.texts.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "step": self.step,
            },
            unfinished,
        )
        unfinished.replace(self._checkpoint)

    def run(self, sources: Sequence[Source], every: int, report: Callable[[], None]) -> None:
        """Train to the end of the plan; save and call `report` every so many steps and at the end.

        Every worker of the team calls this with the same sources; each draws its own batches.
        """
        plan = self.plan
        sizes = [plan.size_at(step) for step in range(plan.steps)]
        self.model.train()
        started, seen, losses = time.perf_counter(), 0, [0.0, 0.0]
        for batch in batches_ahead(sources, sizes, (plan.seed, self.rank), self.step):
            for position, loss in enumerate(self._train(batch)):
                losses[position] += loss
            seen += len(batch.pictures)
            self.step += 1
            if self.step % 50 == 0 and self.rank == 0:
                rate = seen * self._team.size / (time.perf_counter() - started)
                _log.info(
                    "step %d/%d  contrastive %.3f  attributes %.3f  scale %.1f  %.0f pictures/s",
                    self.step, plan.steps, losses[0] / 50, losses[1] / 50, self.model.logit_scale.exp().item(), rate,
                )  # fmt: skip
                started, seen, losses = time.perf_counter(), 0, [0.0, 0.0]
            if self.step % every == 0 or self.step == plan.steps:
                self.save()
                if self.rank == 0:
                    report()
                started, seen = time.perf_counter(), 0

    def _train(self, batch: Batch) -> tuple[float, float]:
        for group in self._optimizer.param_groups:
            group["lr"] = self.plan.rate_at(self.step)
        with torch.autocast("cpu", torch.bfloat16):
            images = self.model.encode_image(batch.pictures.contiguous(memory_format=torch.channels_last))
            texts = self.texts(batch.bits)
        contrast = contrastive_loss(images.float(), texts.float(), self.model.logit_scale.exp(), batch.matches)
        attributes = self._heads.loss(images.float(), batch.codes)
        self._optimizer.zero_grad(set_to_none=True)
        (contrast + self.plan.heads_weight * attributes).backward()
        self._team.share_gradients(self._parameters(), self.rank)
        torch.nn.utils.clip_grad_norm_(self._parameters(), 2.0)
        self._optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(max=_LARGEST_SCALE)
            # The average follows quickly at first, or it would remember the random start.
            decay = min(self.plan.averaging, (1 + self.step) / (10 + self.step))
            if self.rank == 0:
                average_weights(self.average.state_dict(), self.model.state_dict(), decay)
        return contrast.item(), attributes.item()

    def _parameters(self) -> list[Tensor]:
        return [
            *self.model.visual.parameters(),
            self.model.logit_scale,
            *self.texts.parameters(),
            *self._heads.parameters(),
        ]

    @torch.no_grad()
    def finished(self, sources: Sequence[Source], size: int, batches: int = 60) -> Any:
        """The averaged model, the statistics of its batch normalisation measured anew over batches of all kinds.

        Training shows three kinds at a time, so its running statistics are never those of a whole collection; and
        averaged weights have none of their own (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima", 3.2).
        """
        model: Any = build_model()
        model.load_state_dict(self.average.state_dict())
        everything = [replace(source, kinds_per_batch=0) for source in sources]
        pictures = (make_batch(everything, size, (7, number)).pictures for number in range(batches))
        torch.optim.swa_utils.update_bn(pictures, model.visual)
        return model.eval()
