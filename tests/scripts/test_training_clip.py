"""The training loop: seeded, resumable, and the same with several processes as the plan says."""

from pathlib import Path

import numpy as np
import pytest
import torch

from scripts.training.architecture import CONTEXT, build_model
from scripts.training.batches import Source, make_batch
from scripts.training.bundle import CONFIGURATION_FILE, WEIGHTS_FILE, load_bundle, save_bundle
from scripts.training.clip_trainer import ClipTrainer, Plan, count_parameters, encode_short_texts
from scripts.training.labels import KEYS, encode_table
from scripts.training.team import Team
from scripts.training.texts import TextStock
from scripts.training.tokens import bundled_tokenizer

PLAN = Plan(4, sizes=(32, 32), warm_up=2)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    rows = [
        {"category": str(rng.choice(KEYS["category"][:11])), "colour": str(rng.choice(KEYS["colour"]))}
        for _ in range(24)
    ]
    tokenizer = bundled_tokenizer(tmp_path_factory.mktemp("merges"))
    marks = (tokenizer.sot_token_id, tokenizer.eot_token_id)
    stock = TextStock(rows, 2, tokenizer.encode, CONTEXT, marks, seed=0)
    canvases = rng.integers(0, 255, (24, 200, 160, 4), np.uint8)
    return [Source(canvases, encode_table(rows), stock, 6)]


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
    first, second = (make_batch(sources, 32, 1, (7, 3)) for _ in range(2))
    assert torch.equal(first.pictures, second.pictures)
    assert torch.equal(first.tokens, second.tokens)
    assert first.pictures.shape == (6, 3, 32, 32)
    assert (first.matches.diagonal() == 1).all()


def test_texts_without_padding_have_the_features_of_padded_ones(sources: list[Source]) -> None:
    torch.manual_seed(1)
    model = build_model().eval()
    tokens = torch.from_numpy(sources[0].stock.tokens[:5, 0].astype(np.int64))
    longest = int((tokens != 0).sum(dim=1).max())
    with torch.no_grad():
        short, padded = encode_short_texts(model, tokens[:, :longest]), model.encode_text(tokens)  # type: ignore[operator]
    assert torch.allclose(short, padded, atol=1e-5)


def test_a_bundle_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    torch.manual_seed(2)
    model = build_model().eval()
    save_bundle(model, tmp_path)
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
