"""The command that trains a Combiner on a published collection: what it saves, and what it refuses in one sentence."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.combiner_checkpoint import load_combiner
from retrieval.item_table import Item
from retrieval.manifest import Provenance
from retrieval.snapshot_writer import SnapshotWriter
from scripts import compare_combiners, train_combiner, tune_text_tower
from scripts.training.combiner_sources import encode_requests
from storage.snapshots import SnapshotStore
from tests.scripts.shop import COLOURS, KINDS

Rows = Sequence[Mapping[str, object]]
QUICK = ["--requests", "300", "--steps", "30"]


@pytest.fixture(scope="module")
def encoder() -> ClipEncoder:
    torch.set_num_threads(1)
    return load_encoder("tiny-clip")


def _rows(count: int) -> Rows:
    rng = np.random.default_rng(0)
    return [{"category": str(rng.choice(KINDS)), "colour": str(rng.choice(COLOURS))} for _ in range(count)]


def _publish(data_dir: Path, encoder: ClipEncoder, rows: Rows, foreign: bool = False) -> Path:
    """A snapshot whose pictures have the features of their descriptions, or lie in a place foreign to all words."""
    store = SnapshotStore(data_dir / "snapshots")
    staging = store.staging()
    texts = [f"{row.get('colour', '')} {row.get('category', 'thing')}" for row in rows]
    features = encoder.encode_texts(texts)
    rng = np.random.default_rng(1)
    if foreign:
        features = features @ np.linalg.qr(rng.normal(size=(encoder.dimension, encoder.dimension)))[0]
    features = (features + 0.05 * features.std() * rng.normal(size=features.shape)).astype(np.float32)
    writer = SnapshotWriter(staging, Provenance(encoder.fingerprint, "tiny-clip", None, encoder.dimension, "sum"))
    writer.add([Item(str(i), f"/{i}.jpg", str(i), row) for i, row in enumerate(rows)], features)
    writer.finish(failed=0)
    store.publish(staging)
    return store.current()


def test_a_combiner_that_beats_what_needs_no_training_is_saved(tmp_path: Path, encoder: ClipEncoder) -> None:
    snapshot = _publish(tmp_path, encoder, _rows(200), foreign=True)
    before = {path.name: path.read_bytes() for path in snapshot.iterdir()}
    assert train_combiner.main(["--data-dir", str(tmp_path), "--requests", "600", "--steps", "120"]) == 0
    path = tmp_path / "combiner.safetensors"
    assert load_combiner(path).weights_hash == encoder.weights_hash
    assert not path.with_suffix(".training").exists()
    assert {path.name: path.read_bytes() for path in snapshot.iterdir()} == before, "no embedding was made anew"


def test_a_combiner_that_loses_is_not_saved_and_the_person_told(
    tmp_path: Path, encoder: ClipEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    _publish(tmp_path, encoder, _rows(200))
    path = tmp_path / "combiner.safetensors"
    path.write_bytes(b"the one before")
    assert train_combiner.main(["--data-dir", str(tmp_path), "--requests", "50", "--steps", "1"]) == 1
    (said,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("train_combiner: ")]
    assert "not saved" in said
    assert "without training" in said
    assert path.read_bytes() == b"the one before"


def test_features_that_are_no_numbers_are_refused(
    tmp_path: Path, encoder: ClipEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = _publish(tmp_path, encoder, _rows(120))
    features = np.fromfile(snapshot / "features.f32", np.float32)
    features[7] = np.nan
    features.tofile(snapshot / "features.f32")
    assert train_combiner.main(["--data-dir", str(tmp_path), *QUICK]) == 2
    (said,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("train_combiner: ")]
    assert said.endswith(".")
    assert not (tmp_path / "combiner.safetensors").exists()


REFUSED: Mapping[str, tuple[Rows, str]] = {
    "too few": (_rows(20), "20 pictures are too few"),
    "no metadata": ([{}] * 120, "no attribute to ask for"),
    "one category": ([{"category": "dress"}] * 120, "no attribute to ask for"),
    "endless captions": ([{"caption": f"{i} " + "long " * 2000} for i in range(120)], "no attribute to ask for"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_collections_that_teach_nothing_are_refused(
    name: str, tmp_path: Path, encoder: ClipEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, reason = REFUSED[name]
    _publish(tmp_path, encoder, rows)
    path = tmp_path / "combiner.safetensors"
    path.write_bytes(b"the one before")
    assert train_combiner.main(["--data-dir", str(tmp_path), *QUICK]) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("train_combiner: ")]
    assert len(said) == 1
    assert reason in said[0]
    assert path.read_bytes() == b"the one before"


@pytest.mark.parametrize("caption", ["", " ", "long " * 2000, "x" * 10_000, "\ud83d", "🙂" * 3000])
def test_captions_of_any_length_have_features(caption: str, encoder: ClipEncoder) -> None:
    features = encode_requests(encoder, [caption, "make it red", caption])
    assert features.shape == (3, encoder.dimension)
    assert np.isfinite(features).all()
    np.testing.assert_array_equal(features[0], features[2])


def test_a_folder_without_a_collection_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train_combiner.main(["--data-dir", str(tmp_path)]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("train_combiner: ")
    assert not list(tmp_path.glob("combiner*"))


def test_a_snapshot_of_another_model_is_refused(
    tmp_path: Path, encoder: ClipEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    staging = store.staging()
    writer = SnapshotWriter(staging, Provenance("another", "tiny-clip", None, 4, "sum"))
    writer.add([Item("0", "/0.jpg", "0", {})], np.ones((1, 4), np.float32))
    writer.finish(failed=0)
    store.publish(staging)
    assert train_combiner.main(["--data-dir", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("train_combiner: ")


@pytest.mark.parametrize(
    ("given", "reason"),
    [(["--output", "combiner.pt"], "is written as .safetensors"), (["--requests", "0"], "at least one request")],
)
def test_options_that_make_no_sense_are_refused(
    given: list[str], reason: str, tmp_path: Path, encoder: ClipEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    _publish(tmp_path, encoder, _rows(100))
    assert train_combiner.main(["--data-dir", str(tmp_path), *given]) == 2
    assert reason in capsys.readouterr().err


def test_a_dataset_needs_its_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train_combiner.main(["--dataset", "fashioniq"])
    assert "--annotations and --images" in capsys.readouterr().err
    given = ["--dataset", "cirr", "--annotations", str(tmp_path), "--images", str(tmp_path)]
    output = tmp_path / "out" / "combiner.safetensors"
    assert train_combiner.main([*given, "--output", str(output)]) == 2
    assert capsys.readouterr().err.startswith("train_combiner: ")
    assert not output.exists()


@pytest.mark.parametrize("command", [train_combiner, compare_combiners, tune_text_tower])
def test_every_command_explains_itself(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.main(["--help"])  # type: ignore[attr-defined]
    assert exit_.value.code == 0
    assert "--help" in capsys.readouterr().out
