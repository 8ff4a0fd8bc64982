"""Several single-threaded processes that train one model: each its own batch, all the same averaged gradient.

On a machine that other work shares, this is far faster than one process with several threads, which waits at the end
of every operation for the thread that has just lost its core.
"""

import multiprocessing
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

_PATIENCE_S = 600.0


class Team:
    """Processes forked from this one, and the memory through which they share gradients."""

    def __init__(self, size: int, parameters: int) -> None:
        self.size = size
        self._context = multiprocessing.get_context("fork")
        self._gradients = torch.zeros(size, parameters).share_memory_() if size > 1 else None
        self._barrier = self._context.Barrier(size)

    def run(self, work: Callable[[int], None]) -> None:
        """Call `work(rank)` in every process; returns when all are done. Raises RuntimeError when one failed."""
        if self.size == 1:
            work(0)
            return
        members = [self._context.Process(target=self._member, args=(work, rank)) for rank in range(self.size)]
        for member in members:
            member.start()
        for member in members:
            member.join()
        if any(member.exitcode != 0 for member in members):
            raise RuntimeError("A training process failed; its own message says why.")

    def share_gradients(self, parameters: Sequence[Tensor], rank: int) -> None:
        """Replace the gradients by their mean over the team; every member calls this once per step."""
        if self._gradients is None:
            return
        torch.cat(
            [torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten() for p in parameters],
            out=self._gradients[rank],
        )
        self._barrier.wait(_PATIENCE_S)
        mean = self._gradients.mean(dim=0)
        # Nobody may write the next step's gradients before everybody has read these.
        self._barrier.wait(_PATIENCE_S)
        position = 0
        for parameter in parameters:
            parameter.grad = mean[position : position + parameter.numel()].view_as(parameter)
            position += parameter.numel()

    def _member(self, work: Callable[[int], None], rank: int) -> None:
        try:
            work(rank)
        except BaseException:
            self._barrier.abort()
            raise
