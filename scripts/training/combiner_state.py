"""Where the training of a Combiner stands, kept on disk so that one that was killed goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from retrieval.file_names import display
from retrieval.reading_errors import READING_ERRORS


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known after some steps.

    Attributes:
        step: how many were run.
        best_step: after which of the looks the score was best; 0 before the first.
        best_score: that score.
        best: the Combiner's tensors then.
        since: looks since then.
    """

    step: int = 0
    best_step: int = 0
    best_score: float = float("-inf")
    best: Mapping[str, Tensor] = field(default_factory=dict)
    since: int = 0

    def after(self, step: int, score: float, tensors: Mapping[str, Tensor]) -> "Progress":
        """What is known after one more look."""
        if score <= self.best_score:
            return Progress(step, self.best_step, self.best_score, self.best, self.since + 1)
        return Progress(step, step, score, {name: tensor.detach().clone() for name, tensor in tensors.items()})


def save_progress(path: Path, name: str, parts: Mapping[str, Any], progress: Progress) -> None:
    """Replaces the checkpoint in one step. Raises OSError.

    Args:
        path: of the checkpoint.
        name: of the training, by all that decides how it goes on.
        parts: everything with a `state_dict` that changes with the steps.
        progress: what is known.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    content = {part: holder.state_dict() for part, holder in parts.items()}
    known = {
        "step": progress.step, "best_step": progress.best_step, "best_score": progress.best_score,
        "best": dict(progress.best), "since": progress.since,
    }  # fmt: skip
    torch.save({"name": name, "parts": content, "progress": known}, unfinished)
    unfinished.replace(path)


def load_progress(path: Path, name: str, parts: Mapping[str, Any]) -> Progress:
    """Puts the parts where the checkpoint left them; the beginning where there is none, or one of another training.

    Raises:
        ValueError: it is damaged or holds anything besides tensors and numbers; one sentence, and it is not touched.
    """
    if not path.exists():
        return Progress()
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["name"] != name:
            return Progress()
        for part, holder in parts.items():
            holder.load_state_dict(content["parts"][part])
        return Progress(**content["progress"])
    except READING_ERRORS as error:
        raise ValueError(f"The checkpoint {display(path.name)} is damaged: delete it to begin anew.") from error
