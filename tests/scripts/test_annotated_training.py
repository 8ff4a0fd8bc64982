"""A Combiner trained on annotated triplets: it learns, stops, goes on where it stopped, and says what it lacks."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from retrieval.clip_encoder import load_encoder
from retrieval.protocols import Composition
from scripts import train_combiner
from scripts.protocols.annotated_trainer import (
    AnnotatedPlan,
    AnnotatedResult,
    train_annotated,
    train_on_triplets,
)
from scripts.protocols.baselines import TextOnly
from scripts.protocols.queries import Queries
from scripts.protocols.recall import Figures, fashioniq_recall
from scripts.protocols.triplets import AnnotatedTriplets, load_training, validation
from tests.annotated_datasets import write_cirr, write_fashioniq, write_json
from tests.encoders import ColourEncoder

PLAN = AnnotatedPlan(epochs=6, batch=64, learning_rate=2e-3, projection=2, hidden=2, seed=1)
DIMENSION = 16


@pytest.fixture(scope="module")
def triplets() -> AnnotatedTriplets:
    return _world(0)[0]


def _world(seed: int) -> tuple[AnnotatedTriplets, Queries]:
    """Requests whose words say the difference in a code of their own: sums are lost, a Combiner can learn it."""
    rng = np.random.default_rng(seed)
    code = np.linalg.qr(np.random.default_rng(9).normal(size=(DIMENSION, DIMENSION)))[0]
    features = rng.normal(size=(300, DIMENSION)).astype(np.float32)
    references = rng.integers(0, 300, 600)
    targets = (references + rng.integers(1, 299, 600)) % 300
    words = ((features[targets] - features[references]) @ code).astype(np.float32)
    captions = words[:, None] + 0.01 * rng.normal(size=(600, 4, DIMENSION)).astype(np.float32)
    queries = Queries(tuple(map(str, range(300))), features, references, targets, words)
    return AnnotatedTriplets(features, references, targets, captions.astype(np.float32), 0, 0), queries


@pytest.mark.parametrize("negatives", ["gallery", "batch"])
def test_it_learns_what_sum_and_product_cannot(tmp_path: Path, triplets: AnnotatedTriplets, negatives: str) -> None:
    _, queries = _world(1)
    plan = dataclasses.replace(PLAN, epochs=15, negatives=negatives)
    result = train_on_triplets(triplets, lambda one: fashioniq_recall({"all": queries}, one), plan, tmp_path, "world")
    assert result.worth_saving
    assert result.figures["headline"] > result.best_baseline[1] + 10
    assert set(result.baselines) == {"text_only", "image_only", "sum", "product"}
    assert not result.combiner.training


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path, triplets: AnnotatedTriplets) -> None:
    whole = _train(triplets, tmp_path / "whole", PLAN)
    state = torch.random.get_rng_state()
    _train(triplets, tmp_path / "parts", dataclasses.replace(PLAN, epochs=2))
    resumed = _train(triplets, tmp_path / "parts", PLAN)
    assert (resumed.epoch, resumed.epochs) == (whole.epoch, whole.epochs) == (6, 6)
    for name, tensor in whole.combiner.state_dict().items():
        assert torch.equal(tensor, resumed.combiner.state_dict()[name]), name
    assert torch.equal(torch.random.get_rng_state(), state)
    others = _train(triplets, tmp_path / "parts", dataclasses.replace(PLAN, seed=2))
    assert not torch.equal(others.combiner.output_layer.weight, whole.combiner.output_layer.weight)


def test_it_stops_early_and_keeps_the_best_epoch(tmp_path: Path, triplets: AnnotatedTriplets) -> None:
    figures = iter([10.0, 30.0, 20.0, 25.0, *[0.0] * 20])
    plan = dataclasses.replace(PLAN, epochs=20, patience=2)
    result = train_on_triplets(triplets, lambda one: {"headline": next(figures)}, plan, tmp_path, "early")
    assert (result.epoch, result.epochs) == (2, 4)
    assert result.figures == {"headline": 30.0}
    again = train_on_triplets(triplets, lambda one: {"headline": 0.0}, plan, tmp_path, "early")
    assert again.epochs == 4  # it had stopped: nothing is trained any more
    anew = train_on_triplets(triplets, lambda one: {"headline": 1.0}, plan, tmp_path, "early", restart=True)
    assert (anew.epoch, anew.epochs) == (1, 3)


def test_a_damaged_checkpoint_is_named_and_kept(tmp_path: Path, triplets: AnnotatedTriplets) -> None:
    _train(triplets, tmp_path, dataclasses.replace(PLAN, epochs=1))
    (checkpoint,) = tmp_path.glob("*.pt")
    checkpoint.write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"annotated-.*\.pt is damaged"):
        _train(triplets, tmp_path, PLAN)
    assert checkpoint.read_bytes() == b"damaged"


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (dataclasses.replace(PLAN, negatives="none"), "no negatives 'none'"),
        (dataclasses.replace(PLAN, epochs=0), "must be positive"),
        (dataclasses.replace(PLAN, learning_rate=1e30), "no number any more"),
    ],
)
def test_a_bad_plan_is_one_sentence(
    tmp_path: Path, triplets: AnnotatedTriplets, plan: AnnotatedPlan, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        _train(triplets, tmp_path, plan)
    assert not list(tmp_path.glob("*.pt"))


def test_fashioniq_triplets_have_four_forms_of_captions(tmp_path: Path) -> None:
    annotations, images = write_fashioniq(tmp_path)
    path = annotations / "captions" / "cap.dress.train.json"
    wordless = {"candidate": "Dt0", "target": "Dt1", "captions": ["", " ."]}
    write_json(path, [wordless, {"candidate": "Dt0", "target": "Dt1", "captions": ["", "red"]}])
    (images / "Tt3.jpg").unlink()
    triplets = load_training("fashioniq", annotations, images, ColourEncoder(), tmp_path / "work")
    assert triplets.features.shape == (17, 13)
    assert triplets.captions.shape == (1 + 6 + 4, 4, 13)
    assert (triplets.left_out, triplets.missing) == (1 + 2, 1)
    assert len(triplets.references) == len(triplets.targets) == 11


def test_cirr_triplets_have_one_caption(tmp_path: Path) -> None:
    annotations, images = write_cirr(tmp_path)
    triplets = load_training("cirr", annotations, images, ColourEncoder(), tmp_path / "work")
    assert triplets.captions.shape == (12, 1, 13)
    assert (triplets.targets != triplets.references).all()
    figures = validation("cirr", annotations, images, ColourEncoder(), tmp_path / "work")(TextOnly())
    assert "recall_subset_at_1" in figures


@pytest.mark.parametrize("dataset", ["fashioniq", "cirr"])
def test_a_short_training_from_pictures(tmp_path: Path, dataset: str) -> None:
    annotations, images = (write_fashioniq if dataset == "fashioniq" else write_cirr)(tmp_path)
    encoder = load_encoder("tiny-clip")
    plan = AnnotatedPlan(epochs=2, projection=1, hidden=1)
    result = train_annotated(dataset, annotations, images, encoder, tmp_path / "work", plan)
    assert result.combiner.dimension == encoder.dimension
    assert 0 <= result.figures["headline"] <= 100
    assert result.epochs == 2


def test_the_command_saves_only_what_is_worth_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    annotations, images = write_cirr(tmp_path)
    path = tmp_path / "combiner.safetensors"
    options = ["--dataset", "cirr", "--annotations", str(annotations), "--images", str(images), "--epochs", "1"]
    code = train_combiner.main([*options, "--output", str(path)])
    assert code in (0, 1)
    assert path.exists() == (code == 0)
    assert ("not saved" in capsys.readouterr().err) == (code == 1)
    assert train_combiner.main([*options[:5], str(tmp_path / "none"), "--output", str(path)]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    annotations, images = write_fashioniq(tmp_path)
    with pytest.raises(ValueError, match="no dataset 'circo'"):
        load_training("circo", annotations, images, ColourEncoder(), tmp_path / "work")
    for category, name in (("dress", "Dt"), ("shirt", "St"), ("toptee", "Tt")):
        nothing = [{"candidate": f"{name}0", "target": f"{name}1", "captions": ["", ""]}]
        write_json(annotations / "captions" / f"cap.{category}.train.json", nothing)
    with pytest.raises(ValueError, match="No training triplet of fashioniq"):
        load_training("fashioniq", annotations, images, ColourEncoder(), tmp_path / "work")


def _train(triplets: AnnotatedTriplets, work: Path, plan: AnnotatedPlan) -> AnnotatedResult:
    rising = iter(range(100))

    def measure(composition: Composition) -> Figures:
        return {"headline": float(next(rising))}

    return train_on_triplets(triplets, measure, plan, work, "test")
