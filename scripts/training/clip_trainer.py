"""The training loop of tiny-clip: bfloat16, AdamW, constant rate and cool-down, averaged weights, checkpoints."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from scripts.training.architecture import DIMENSION, build_model
from scripts.training.batches import Batch, Source, batches_ahead
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
    texts_per_picture: int = 1
    learning_rate: float = 1.6e-3
    weight_decay: float = 0.05
    warm_up: int = 120
    cool_down: float = 0.4
    heads_weight: float = 1.0
    averaging: float = 0.997
    small_share: float = 0.4
    sizes: tuple[int, int] = (96, 128)
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
    parts = (build_model(), AttributeHeads(DIMENSION))
    return sum(parameter.numel() for part in parts for parameter in part.parameters())


def encode_short_texts(model: Any, tokens: Tensor) -> Tensor:
    """`model.encode_text` without the padding: [n, l] tokens, l at most the context -> [n, d] features.

    Words look only back, so cutting what follows the end mark changes nothing and saves half the time.
    """
    length = tokens.shape[1]
    states = model.token_embedding(tokens) + model.positional_embedding[:length]
    states = model.ln_final(model.transformer(states, attn_mask=model.attn_mask[:length, :length]))
    features: Tensor = states[torch.arange(len(tokens)), tokens.argmax(dim=-1)] @ model.text_projection
    return features


class ClipTrainer:
    """Trains a tiny-clip; everything that a restart needs is in one checkpoint file.

    Attributes:
        average: a second model that holds the running average of the weights; this one is the result.
    """

    def __init__(self, plan: Plan, checkpoint: Path, team: Team, rank: int) -> None:
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.rank = rank
        self._team = team
        self.step = 0
        self.model: Any = build_model()
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average: Any = build_model()
        self.average.load_state_dict(self.model.state_dict())
        self.average.eval()
        self._heads = AttributeHeads(DIMENSION)
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
        for batch in batches_ahead(sources, sizes, plan.texts_per_picture, (plan.seed, self.rank), self.step):
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
            texts = encode_short_texts(self.model, batch.tokens)
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
        return [*self.model.parameters(), *self._heads.parameters()]
