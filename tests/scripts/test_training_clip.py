"""The training loop: seeded, resumable, and the same with several processes as the plan says."""

from pathlib import Path

import numpy as np
import pytest
import torch

from scripts.training.architecture import MERGES_FILE, build_model
from scripts.training.attribute_texts import name_attributes
from scripts.training.batches import Source, make_batch
from scripts.training.bundle import (
    BUNDLE,
    CONFIGURATION_FILE,
    WEIGHTS_FILE,
    load_bundle,
    load_image_tower,
    save_bundle,
    save_image_tower,
)
from scripts.training.clip_trainer import ClipTrainer, Plan, count_parameters
from scripts.training.labels import KEYS, UNKNOWN, ambiguous_kinds, encode_table, match
from scripts.training.team import Team

PLAN = Plan(4, sizes=(32, 32), warm_up=2)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    rows = [
        {"category": str(rng.choice(KEYS["category"][:11])), "colour": str(rng.choice(KEYS["colour"]))}
        for _ in range(24)
    ]
    canvases = rng.integers(0, 255, (24, 200, 200, 4), np.uint8)
    return [Source(canvases, encode_table(rows), 6)]


def _trainer(checkpoint: Path, plan: Plan = PLAN) -> ClipTrainer:
    return ClipTrainer(plan, checkpoint, Team(1, count_parameters()), 0)


def test_an_interrupted_training_ends_as_an_uninterrupted_one(sources: list[Source], tmp_path: Path) -> None:
    whole = _trainer(tmp_path / "whole.pt")
    reports: list[int] = []
    whole.run(sources, 2, lambda: reports.append(whole.step))
    assert reports == [2, 4]

    class Interrupted(Exception):
        pass

    def interrupt() -> None:
        raise Interrupted

    first = _trainer(tmp_path / "parts.pt")
    with pytest.raises(Interrupted):
        first.run(sources, 2, interrupt)
    second = _trainer(tmp_path / "parts.pt")
    assert second.resume()
    assert second.step == 2
    second.run(sources, 2, lambda: None)
    for name, value in whole.average.state_dict().items():
        assert torch.equal(value, second.average.state_dict()[name]), name


def test_there_is_nothing_to_resume_at_first(tmp_path: Path) -> None:
    assert not _trainer(tmp_path / "none.pt").resume()


def test_batches_are_seeded_and_every_text_is_right_for_its_picture(sources: list[Source]) -> None:
    first, second = (make_batch(sources, 32, (7, 3)) for _ in range(2))
    assert torch.equal(first.pictures, second.pictures)
    assert torch.equal(first.bits, second.bits)
    assert first.pictures.shape == (6, 3, 32, 32)
    assert (first.matches.diagonal() == 1).all()


def test_a_text_names_only_what_is_known_of_its_picture() -> None:
    rows = [{"category": "dress", "colour": "red"}, {"category": "blouse"}]
    codes = encode_table(rows, complete=False)
    assert (codes[1, 1:] == UNKNOWN).all()
    for seed in range(20):
        bits = name_attributes(codes, ambiguous_kinds(), np.random.default_rng(seed))
        assert (match(codes, bits).diagonal() == 1).all()
        assert bits[1, 0, 0] != 0, "a text without any attribute would be right for everything"
        assert not bits[:, 2:, 0].any()


def test_the_finished_model_has_statistics_of_its_own(sources: list[Source], tmp_path: Path) -> None:
    trainer = _trainer(tmp_path / "whole.pt")
    trainer.run(sources, 4, lambda: None)
    before = {name: value.clone() for name, value in trainer.average.state_dict().items()}
    finished = trainer.finished(sources, 32, batches=2)
    changed = {name for name, value in finished.state_dict().items() if not torch.equal(value, before[name])}
    assert changed
    assert all("running_" in name or "num_batches" in name for name in changed)
    assert all(torch.equal(value, before[name]) for name, value in trainer.average.state_dict().items())


def test_the_image_tower_travels_alone(tmp_path: Path) -> None:
    torch.manual_seed(1)
    first, second = build_model(), build_model()
    save_image_tower(first, tmp_path / "tower.safetensors")
    words = second.state_dict()["token_embedding.weight"].clone()
    load_image_tower(second, tmp_path / "tower.safetensors")
    for name, value in second.state_dict().items():
        if name.startswith("visual."):
            assert torch.equal(value, first.state_dict()[name]), name
    assert torch.equal(second.state_dict()["token_embedding.weight"], words)


def test_a_bundle_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    torch.manual_seed(2)
    model = build_model().eval()
    save_bundle(model, BUNDLE / MERGES_FILE, tmp_path)
    loaded = load_bundle(tmp_path)
    picture = torch.rand(1, 3, 128, 128)
    with torch.no_grad():
        before, after = model.encode_image(picture), loaded.encode_image(picture)  # type: ignore[operator]
    assert torch.allclose(before, after, atol=0.02 * float(before.abs().max()))
    assert (tmp_path / CONFIGURATION_FILE).stat().st_mode & 0o777 == 0o644
    assert (tmp_path / WEIGHTS_FILE).stat().st_mode & 0o777 == 0o644


def test_a_failing_process_fails_the_team() -> None:
    def work(rank: int) -> None:
        if rank == 1:
            raise SystemExit(3)

    with pytest.raises(RuntimeError, match="training process failed"):
        Team(2, 1).run(work)


def test_a_team_averages_its_gradients(tmp_path: Path) -> None:
    team = Team(2, 3)

    def work(rank: int) -> None:
        parameter = torch.zeros(3, requires_grad=True)
        parameter.grad = torch.full((3,), float(rank + 1))
        team.share_gradients([parameter], rank)
        (tmp_path / str(rank)).write_text(str(parameter.grad.tolist()))

    team.run(work)
    assert (tmp_path / "0").read_text() == (tmp_path / "1").read_text() == "[1.5, 1.5, 1.5]"
