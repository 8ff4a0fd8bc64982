"""What is reported of replayed dialogs: Hits@10 by turn, turns to success, BRI, recovered changes of mind. Pure."""

import math
from collections.abc import Sequence

import numpy as np

from scripts.evaluation.dialog_replay import HIT, TURNS, Replay
from scripts.evaluation.suite import Figures

RECOVERED_WITHIN = 2
"""Turns, the one that says the change included."""


def summarize(replays: Sequence[Replay], name: str) -> Figures:
    """`<name>.hits10_turn1` … `5`, `.turns_to_success`, `.bri`, and `.recovered` where somebody changed their mind.

    - Hits@10 by turn is cumulative: the share of dialogs that have found what the person has in mind now (for those who
      changed their mind: since then). Finding what is no longer wanted does not count.
    - Turns to success: mean number of the turn that found it; one more than there are turns where none did.
    - BRI: `best_rank_integral`, mean over the dialogs; lower is better.
    - Recovered: share of the changes of mind after which the new target was found by the turn that said so or the next.
    """
    turns = [turn_of_success(each) for each in replays]
    figures: Figures = {
        f"{name}.hits10_turn{limit}": float(np.mean([turn <= limit for turn in turns])) for limit in range(1, TURNS + 1)
    }
    figures[f"{name}.turns_to_success"] = float(np.mean(turns))
    figures[f"{name}.bri"] = float(np.mean([best_rank_integral(best_ranks(each)) for each in replays]))
    changed = [
        turn - each.changed_at < RECOVERED_WITHIN
        for turn, each in zip(turns, replays, strict=True)
        if each.changed_at is not None
    ]
    if changed:
        figures[f"{name}.recovered"] = float(np.mean(changed))
    return {key: round(value, 4) for key, value in figures.items()}


def turn_of_success(replay: Replay) -> int:
    """The turn, from 1, that found what the person wants; one more than there are turns if none did."""
    first = replay.changed_at or 1
    return next((turn for turn in range(first, len(replay.ranks) + 1) if replay.ranks[turn - 1] <= HIT), TURNS + 1)


def best_ranks(replay: Replay) -> list[int]:
    """The best rank so far at each of the turns; a change of mind starts anew, and after a success it stays."""
    best: list[int] = []
    for turn, rank in enumerate(replay.ranks, start=1):
        best.append(rank if not best or turn == replay.changed_at else min(best[-1], rank))
    return best + best[-1:] * (TURNS - len(best))


def best_rank_integral(best: Sequence[int]) -> float:
    """BRI of one dialog (PlugIR, ACL 2024): the area under the logarithm of the best rank, by the trapezoidal rule.

    log(pi_0 * pi_T) / 2T + sum over t = 1 … T-1 of log(pi_t) / T, where pi_t is the best rank after t answers; the
    first words are round 0. Raises ValueError for fewer than two rounds.
    """
    rounds = len(best) - 1
    if rounds < 1:
        raise ValueError("the best rank integral needs at least two rounds")
    return math.log(best[0] * best[-1]) / (2 * rounds) + sum(math.log(rank) for rank in best[1:-1]) / rounds
