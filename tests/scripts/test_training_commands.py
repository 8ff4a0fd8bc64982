"""The commands: what they say when there is nothing to work on, and a Combiner trained on somebody's own catalogue."""

import json
from pathlib import Path

import numpy as np
import pytest

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.item_table import Item
from retrieval.manifest import Provenance
from retrieval.snapshot_writer import SnapshotWriter
from scripts import evaluate, train_clip, train_combiner
from storage.snapshots import SnapshotStore

COLOURS = ("red", "blue", "green", "black", "white")
KINDS = ("dress", "hat", "skirt")


@pytest.fixture(scope="module")
def encoder() -> ClipEncoder:
    return load_encoder("tiny-clip")


def _publish(data_dir: Path, encoder: ClipEncoder, count: int) -> None:
    """A snapshot whose pictures have the features of their descriptions."""
    store = SnapshotStore(data_dir / "snapshots")
    staging = store.staging()
    rng = np.random.default_rng(0)
    rows = [
        {"category": str(rng.choice(KINDS)), "colour": str(rng.choice(COLOURS)), "title": f"n {i}"}
        for i in range(count)
    ]
    features = encoder.encode_texts([f"{row['colour']} {row['category']}" for row in rows])
    features = features + 0.05 * features.std() * rng.normal(size=features.shape).astype(np.float32)
    writer = SnapshotWriter(staging, Provenance(encoder.fingerprint, "tiny-clip", None, encoder.dimension, "sum"))
    writer.add([Item(str(i), f"/{i}.jpg", str(i), row) for i, row in enumerate(rows)], features.astype(np.float32))
    writer.finish(failed=0)
    store.publish(staging)


def test_without_a_snapshot_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train_combiner.main(["--data-dir", str(tmp_path)]) == 2
    assert evaluate.main(["all", "--data-dir", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert [line.split(":")[0] for line in lines] == ["train_combiner", "evaluate"]


def test_evaluation_writes_its_figures(
    tmp_path: Path, encoder: ClipEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    _publish(tmp_path, encoder, 120)
    report = tmp_path / "quality.json"
    assert evaluate.main(["words", "--data-dir", str(tmp_path), "--combiner", "sum", "--json", str(report)]) == 0
    figures = json.loads(report.read_text(encoding="utf-8"))
    assert figures["suite"] == "quality.words"
    assert 0 <= figures["metrics"]["words.kind_colour.p6"] <= 1
    assert "words.kind_colour.p6" in capsys.readouterr().out


@pytest.mark.parametrize("command", [evaluate, train_clip, train_combiner])
def test_every_command_explains_itself(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.main(["--help"])  # type: ignore[attr-defined]
    assert exit_.value.code == 0
    assert "--help" in capsys.readouterr().out
