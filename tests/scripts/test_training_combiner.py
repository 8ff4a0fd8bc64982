"""The Combiner's training: what it learns, that it goes on where it was killed, and what it refuses."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from retrieval.combiner import Combiner, CombinerComposition
from retrieval.composition import NormalizedSum
from retrieval.protocols import Composition
from scripts.training.combiner_comparison import VARIANTS, as_table, compare_plans
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.combiner_trainer import CombinerTraining
from scripts.training.composed_quality import CHOSEN_BY, compare_compositions
from scripts.training.examples import Examples
from tests.scripts.shop import shop_examples

SHORT = CombinerPlan(steps=6, batch=16, every=2)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def examples() -> Examples:
    return shop_examples(300, seed=4)


def _same(first: Combiner, second: Combiner) -> bool:
    other = second.state_dict()
    return all(torch.equal(tensor, other[name]) for name, tensor in first.state_dict().items())


def test_a_trained_combiner_beats_the_sum() -> None:
    plan = CombinerPlan(steps=150, batch=64, width=2, averaging=0.95, learning_rate=3e-3)
    combiner = CombinerTraining(shop_examples(1900, seed=4, plain=True), plan).run()
    compositions: dict[str, Composition] = {
        "combiner": CombinerComposition(combiner, "combiner:new"),
        "sum": NormalizedSum(),
    }
    quality = compare_compositions(compositions, shop_examples(240, seed=5, plain=True))
    assert quality["combiner"][CHOSEN_BY] > quality["sum"][CHOSEN_BY] + 0.3
    assert quality["combiner"]["recall_at_1"] > 0.9
    assert quality["combiner"]["wanted_at_10"] > 0.9


def test_training_is_seeded_and_leaves_torch_s_chance_alone(examples: Examples) -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first, second = (CombinerTraining(examples, SHORT).run() for _ in range(2))
    assert _same(first, second)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not _same(first, CombinerTraining(examples, replace(SHORT, seed=1)).run())


def test_what_was_killed_goes_on_and_ends_as_if_nothing_had_happened(examples: Examples, tmp_path: Path) -> None:
    whole = CombinerTraining(examples, SHORT).run(lambda _: 0.0)

    class Killed(Exception):
        pass

    def kill_at_the_second_look(_: Combiner) -> float:
        looks.append(1)
        if len(looks) == 2:
            raise Killed
        return float(len(looks))

    looks: list[int] = []
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Killed):
        CombinerTraining(examples, SHORT).run(kill_at_the_second_look, checkpoint)
    steps: list[float] = []
    resumed = CombinerTraining(examples, SHORT)
    resumed.run(lambda _: steps.append(1) or 10.0 + len(steps), checkpoint)
    assert len(steps) == 2, "the first look of three was not repeated"
    straight = CombinerTraining(examples, SHORT)
    straight.run(None)
    assert _same(resumed.average, straight.average)
    assert not _same(whole, straight.average), "without progress the first weights seen are the best"


def test_a_checkpoint_of_another_training_is_not_gone_on_with(examples: Examples, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    CombinerTraining(examples, SHORT).run(None, checkpoint)
    other = replace(SHORT, learning_rate=1e-3)
    assert _same(CombinerTraining(examples, other).run(None, checkpoint), CombinerTraining(examples, other).run())


class _Spy:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.path, "w")


@pytest.mark.parametrize("content", [b"no checkpoint", {"name": 1}, "code"])
def test_a_damaged_or_hostile_checkpoint_is_refused_and_left_alone(
    content: object, examples: Examples, tmp_path: Path
) -> None:
    checkpoint, trace = tmp_path / "checkpoint.pt", tmp_path / "ran"
    if isinstance(content, bytes):
        checkpoint.write_bytes(content)
    else:
        training = CombinerTraining(examples, SHORT)
        torch.save(_Spy(str(trace)) if content == "code" else {"name": training.name}, checkpoint)
    before = checkpoint.read_bytes()
    with pytest.raises(ValueError, match=r"^The checkpoint checkpoint\.pt is damaged: .*\.$"):
        CombinerTraining(examples, SHORT).run(None, checkpoint)
    assert checkpoint.read_bytes() == before
    assert not trace.exists()


def test_training_stops_when_nothing_gets_better(examples: Examples) -> None:
    looks: list[Combiner] = []

    def judge(candidate: Combiner) -> float:
        looks.append(candidate)
        return -float(len(looks))

    CombinerTraining(examples, replace(SHORT, steps=100, patience=3)).run(judge)
    assert len(looks) == 4


@pytest.mark.parametrize("changes", list(VARIANTS.values()), ids=list(VARIANTS))
def test_every_choice_trains(changes: Mapping[str, object], examples: Examples) -> None:
    plan = replace(SHORT, steps=2, **changes)  # type: ignore[arg-type]
    trained = CombinerTraining(examples, plan).run()
    assert all(torch.isfinite(tensor).all() for tensor in trained.state_dict().values())


def test_choices_are_compared_in_a_table(examples: Examples) -> None:
    plan = replace(SHORT, steps=2, every=2)
    results = compare_plans(examples, examples, plan, 2, {"as trained": {}})
    assert set(results) == {"text_only", "image_only", "sum", "product", "as trained"}
    table = as_table(results)
    assert table.count("\n") == 6
    assert "±" in table.splitlines()[-1]


@pytest.mark.parametrize(
    ("features", "words", "reason"),
    [
        (np.zeros((0, 48)), np.zeros((300, 48)), "nothing to train on"),
        (np.full((240, 48), np.nan), np.zeros((300, 48)), "NaN"),
        (np.ones((240, 48)), np.full((300, 48), np.inf), "NaN or infinity"),
        (np.ones((240, 48)), np.zeros((300, 40)), "width 48, the words of width 40"),
    ],
)
def test_features_that_cannot_be_used_are_refused(
    features: np.ndarray, words: np.ndarray, reason: str, examples: Examples
) -> None:
    with pytest.raises(ValueError, match=rf"^[A-Z].*{reason}.*\.$"):
        replace(examples, features=features.astype(np.float32), text_features=words.astype(np.float32))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"loss": "hinge"}, "no loss 'hinge'"), ({"inputs": "cooked"}, "no inputs"), ({"steps": 0}, "must be positive")],
)
def test_plans_that_make_no_sense_are_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(CombinerPlan(), **changes)  # type: ignore[arg-type]
