"""The commands for FashionIQ and CIRR from end to end, on a few JPEGs in the datasets' own folders."""

import json
from pathlib import Path

import pytest

from scripts import evaluate
from scripts.protocols.pictures import load_pictures
from tests.annotated_datasets import write_cirr, write_fashioniq
from tests.encoders import ColourEncoder
from tests.pictures import save_picture


def measure(suite: str, annotations: Path, images: Path, *options: str) -> dict[str, float]:
    report = annotations.parent / "figures.json"
    fixed = ["--annotations", str(annotations), "--images", str(images), "--work", str(annotations.parent / "work")]
    assert evaluate.main([suite, *fixed, "--json", str(report), *options]) == 0
    metrics: dict[str, float] = json.loads(report.read_text(encoding="utf-8"))["metrics"]
    return metrics


def test_fashioniq(tmp_path: Path) -> None:
    annotations, images = write_fashioniq(tmp_path, 12)
    metrics = measure("fashioniq", annotations, images)
    assert metrics["fashioniq.recall_at_50"] == metrics["fashioniq.baseline.sum.shirt.recall_at_50"] == 100.0
    assert 0 <= metrics["fashioniq.recall_at_10"] <= 100
    baselines = {name.split(".")[2] for name in metrics if ".baseline." in name}
    assert baselines == {"text_only", "image_only", "sum", "product"}
    assert [metrics[f"fashioniq.dress.{name}"] for name in ("queries", "queries_left_out")] == [12, 0]
    assert [metrics[f"fashioniq.dress.{name}"] for name in ("pictures", "pictures_missing")] == [12, 0]
    other = measure("fashioniq", annotations, images, "--val-protocol", "--combiner", "sum")
    assert {name.split(".")[0] for name in other} == {"fashioniq_val_union"}


def test_missing_and_broken_photos_are_counted_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    annotations, images = write_fashioniq(tmp_path)
    (images / "Dv2.jpg").unlink()
    (images / "Sv0.jpg").write_bytes(b"no picture")
    metrics = measure("fashioniq", annotations, images, "--combiner", "sum")
    for category in ("dress", "shirt"):
        # Each picture is the reference of one request and the target of another.
        assert metrics[f"fashioniq.{category}.queries"] == 4
        assert metrics[f"fashioniq.{category}.queries_left_out"] == 2
        assert metrics[f"fashioniq.{category}.pictures_missing"] == 1
    assert "2 of 18 pictures are missing" in caplog.text
    assert "FashionIQ dress.val: 2 requests are left out" in caplog.text


def test_cirr(tmp_path: Path) -> None:
    annotations, images = write_cirr(tmp_path)
    metrics = measure("cirr", annotations, images)
    assert metrics["cirr.recall_at_50"] == 100.0
    assert metrics["cirr.headline"] == pytest.approx(
        (metrics["cirr.recall_at_5"] + metrics["cirr.recall_subset_at_1"]) / 2
    )
    assert (metrics["cirr.queries"], metrics["cirr.pictures"]) == (12, 12)
    assert "cirr.baseline.product.recall_subset_at_3" in metrics
    server = tmp_path / "server"
    metrics = measure("cirr", annotations, images, "--split", "test1", "--server-files", str(server))
    assert metrics == {f"cirr.{name}": value for name, value in zip(_COUNTS, (12, 0, 12, 0), strict=True)}
    assert len(json.loads((server / "recall.json").read_text(encoding="utf-8"))) == 2 + 12


def test_cirr_without_all_photos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    annotations, images = write_cirr(tmp_path)
    (images / "dev" / "dev-7-0-img0.png").unlink()
    (images / "test1" / "test1-7-0-img0.png").unlink()
    metrics = measure("cirr", annotations, images, "--combiner", "sum")
    assert [metrics[f"cirr.{name}"] for name in _COUNTS] == [6, 6, 11, 1]
    options = ["--annotations", str(annotations), "--images", str(images), "--work", str(tmp_path / "work")]
    test1 = ["cirr", *options, "--split", "test1"]
    assert evaluate.main([*test1, "--server-files", str(tmp_path / "server")]) == 2
    assert "1 pictures of the split are missing" in capsys.readouterr().err
    assert not (tmp_path / "server").exists()
    assert evaluate.main(test1) == 2
    assert "go together" in capsys.readouterr().err


@pytest.mark.parametrize("suite", ["fashioniq", "cirr"])
def test_a_wrong_folder_is_one_sentence(tmp_path: Path, suite: str, capsys: pytest.CaptureFixture[str]) -> None:
    annotations, _ = (write_fashioniq if suite == "fashioniq" else write_cirr)(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    options = ["--annotations", str(annotations), "--work", str(tmp_path / "work")]
    for images, said in ((empty, "--images must be the one that holds"), (tmp_path / "none", "There is no folder")):
        assert evaluate.main([suite, *options, "--images", str(images)]) == 2
        assert said in capsys.readouterr().err
    assert evaluate.main([suite, "--annotations", str(empty), "--images", str(empty)]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "file not found" in lines[0]


def test_features_are_made_once_for_each_picture_and_model(tmp_path: Path) -> None:
    images, work = tmp_path / "images", tmp_path / "work"
    for name in ("a", "b"):
        save_picture(images / "deeper" / f"{name}.jpg")
    encoder = ColourEncoder()
    first = load_pictures(images, ["a", "b", "a", "x"], encoder, work, "pictures")
    assert (first.names, encoder.encoded) == (("a", "b"), 2)
    assert dict(first.missing) == {"x": "file not found"}
    again = load_pictures(images, ["b", "a"], encoder, work, "pictures")
    assert encoder.encoded == 2
    assert (again.features == first.features[[1, 0]]).all()
    save_picture(images / "deeper" / "a.jpg", "blue", (30, 31))
    changed = load_pictures(images, ["a"], encoder, work, "pictures")
    assert encoder.encoded == 3
    assert (changed.features != first.features[:1]).any()
    load_pictures(images, ["a"], ColourEncoder("colours@2"), work, "pictures")
    assert len(list(work.iterdir())) == 2


def test_damaged_remembered_features_are_one_sentence(tmp_path: Path) -> None:
    images, work = tmp_path / "images", tmp_path / "work"
    save_picture(images / "a.jpg")
    load_pictures(images, ["a"], ColourEncoder(), work, "pictures")
    (stored,) = work.iterdir()
    stored.write_bytes(b"no database, " * 100)
    with pytest.raises(ValueError, match="delete the file"):
        load_pictures(images, ["a"], ColourEncoder(), work, "pictures")


_COUNTS = ("queries", "queries_left_out", "pictures", "pictures_missing")
