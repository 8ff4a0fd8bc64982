"""Where a training on annotated triplets stands, kept after each epoch so that it can go on."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor

from retrieval.combiner import Combiner
from retrieval.file_names import display


@dataclass(frozen=True, slots=True)
class Training:
    """What changes with every step.

    Attributes:
        combiner: on the device that it is trained on.
    """

    combiner: Combiner
    optimizer: torch.optim.Adam


@dataclass(frozen=True, slots=True)
class TrainingState:
    """What is known after some epochs.

    Attributes:
        epoch: how many were run.
        best_epoch: after which of them the headline was best; 0 before the first.
        figures: of the best epoch.
        best: the Combiner's tensors of the best epoch, on the CPU.
    """

    epoch: int = 0
    best_epoch: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    best: Mapping[str, Tensor] = field(default_factory=dict)

    def after_epoch(self, figures: Mapping[str, float], combiner: Combiner) -> "TrainingState":
        """The state after one more epoch with these figures."""
        epoch = self.epoch + 1
        if self.best_epoch and figures["headline"] <= self.figures["headline"]:
            return TrainingState(epoch, self.best_epoch, self.figures, self.best)
        best = {name: tensor.detach().cpu().clone() for name, tensor in combiner.state_dict().items()}
        return TrainingState(epoch, epoch, dict(figures), best)


def digest(*parts: bytes) -> str:
    """Names a training by all that decides how it goes on."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "little"))
        total.update(part)
    return total.hexdigest()[:16]


def save_state(path: Path, training: Training, state: TrainingState) -> None:
    """Replaces the checkpoint in one step. Raises OSError."""
    draft = path.with_suffix(".unfinished")
    content = {
        "combiner": training.combiner.state_dict(),
        "optimizer": training.optimizer.state_dict(),
        "epoch": state.epoch,
        "best_epoch": state.best_epoch,
        "figures": state.figures,
        "best": dict(state.best),
    }
    torch.save(content, draft)
    os.replace(draft, path)  # noqa: PTH105 - either the old or the new one is there, whenever the process ends


def load_state(path: Path, training: Training) -> TrainingState:
    """Puts `training` where the checkpoint left it; the beginning where there is none.

    Raises:
        ValueError: it is damaged or holds anything besides tensors and numbers; one sentence, and it is not touched.
    """
    if not path.exists():
        return TrainingState()
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        training.combiner.load_state_dict(content["combiner"])
        training.optimizer.load_state_dict(content["optimizer"])
        return TrainingState(content["epoch"], content["best_epoch"], content["figures"], content["best"])
    except (UnpicklingError, RuntimeError, LookupError, TypeError, ValueError, AttributeError, EOFError) as error:
        raise ValueError(f"The checkpoint {display(path)} is damaged: delete it, or begin anew.") from error
