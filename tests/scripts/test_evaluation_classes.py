import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from retrieval.errors import CatalogueInvalid
from retrieval.protocols import Features
from scripts import evaluate
from scripts.evaluation.class_folders import read_classes
from scripts.evaluation.classes import draw_shots, score_classes
from tests.encoders import ColourEncoder
from tests.pictures import save_picture


class Blind(ColourEncoder):
    """Makes nothing of any picture."""

    def encode_images(self, pictures: Sequence[Image.Image]) -> Features:
        return np.full_like(super().encode_images(pictures), np.nan)


def shades(directory: Path, colour: tuple[int, int, int], count: int) -> None:
    for number in range(count):
        save_picture(directory / f"{number}.png", (colour[0], colour[1], colour[2] + number))


# Folders and their words


def test_folders_are_classes_and_their_names_the_words(tmp_path: Path) -> None:
    for name in ("polo_shirt/a.jpg", "polo_shirt/deep/b.png", "T-Shirt/c.jpg", "empty/notes.txt", "stray.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    shirt, polo = read_classes(tmp_path)
    assert (shirt.folder, shirt.words, len(shirt.paths)) == ("T-Shirt", ("T-Shirt",), 1)
    assert (polo.folder, polo.words, len(polo.paths)) == ("polo_shirt", ("polo shirt",), 2)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "classes.json",
            '{"n01 a": "tench", "n01": ["gold fish", "Carassius"]}',
            [("gold fish", "Carassius"), ("tench",)],
        ),
        ("classes.txt", "n01 gold fish, Carassius\nn01 a tench, Tinca\nn02 unknown\n", [("gold fish",), ("tench",)]),
        ("classes.txt", "n01\tgold fish\nn01 a\ttench\n\n", [("gold fish",), ("tench",)]),
    ],
)
def test_a_file_gives_the_words(tmp_path: Path, name: str, content: str, words: list[tuple[str, ...]]) -> None:
    for folder in ("n01", "n01 a"):
        save_picture(tmp_path / "images" / folder / "x.png")
    (tmp_path / "images" / name).write_text(content)
    assert [kind.words for kind in read_classes(tmp_path / "images")] == words
    (tmp_path / "images" / name).rename(tmp_path / name)
    assert [kind.words for kind in read_classes(tmp_path / "images", tmp_path / name)] == words


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("classes.txt", "red crimson\n", "no words for the class blue"),
        ("classes.txt", "", "no words for the class blue"),
        ("classes.json", '{"red": "red", "blue": []}', "no words for the class blue"),
        ("classes.json", "[1]", "should be an object"),
        ("classes.json", "{", "no valid JSON"),
    ],
)
def test_words_that_are_missing_are_named(tmp_path: Path, name: str, content: str, sentence: str) -> None:
    for folder in ("red", "blue"):
        save_picture(tmp_path / folder / "x.png")
    (tmp_path / name).write_text(content)
    with pytest.raises(CatalogueInvalid, match=sentence):
        read_classes(tmp_path)


def test_one_class_only_is_nothing_to_tell_apart(tmp_path: Path) -> None:
    save_picture(tmp_path / "stray.png")
    with pytest.raises(CatalogueInvalid, match="no folders with pictures"):
        read_classes(tmp_path)
    save_picture(tmp_path / "red" / "x.png")
    with pytest.raises(CatalogueInvalid, match="one class only, red"):
        read_classes(tmp_path)
    with pytest.raises(CatalogueInvalid, match="There is no folder"):
        read_classes(tmp_path / "missing")


# What is measured


def test_accuracy_and_precision_that_are_known(tmp_path: Path) -> None:
    for name, colours in {"red": ("red", "red", "blue"), "blue": ("blue", "blue")}.items():
        for number, colour in enumerate(colours):
            save_picture(tmp_path / name / f"{number}.png", colour)
    figures = score_classes(ColourEncoder(), read_classes(tmp_path))
    assert figures["classes.zero_shot.top1"] == 0.8
    assert "classes.zero_shot.top5" not in figures, "among two classes it says nothing"
    # "red": two red pictures, then one of three equal blue ones, of which one is filed under red.
    assert figures["classes.zero_shot.p100.red"] == pytest.approx((2 + 1 / 3) / 3, abs=1e-6)
    # "blue": two of the three equal blue ones.
    assert figures["classes.zero_shot.p100.blue"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["classes.zero_shot.p100"] == pytest.approx((7 / 9 + 2 / 3) / 2, abs=1e-6)
    assert (figures["classes.count"], figures["classes.pictures"], figures["classes.skipped"]) == (2, 5, 0)


def test_several_words_and_templates_are_averaged(tmp_path: Path) -> None:
    for colour in ("red", "blue"):
        save_picture(tmp_path / colour / "x.png", colour)
    (tmp_path / "classes.json").write_text('{"red": ["red", "crimson"], "blue": "blue"}')
    figures = score_classes(ColourEncoder(), read_classes(tmp_path), templates=("{}", "a photo of {}"))
    assert figures["classes.zero_shot.top1"] == 1


def test_shots_teach_what_the_words_do_not_say(tmp_path: Path) -> None:
    # The words are swapped; only the examples tell.
    shades(tmp_path / "red", (20, 20, 150), 12)
    shades(tmp_path / "blue", (200, 20, 20), 12)
    kinds = read_classes(tmp_path)
    figures = score_classes(ColourEncoder(), kinds, shots=4)
    assert figures["classes.zero_shot.top1"] == 0
    assert figures["classes.few_shot.top1"] == 1
    assert figures["classes.few_shot.p100"] == 1
    assert figures["classes.few_shot.mixture"] >= 1
    assert figures["classes.pictures"] == 16, "the shots are not measured on"
    assert figures == score_classes(ColourEncoder(), kinds, shots=4), "seeded"


def test_other_seeds_draw_other_shots() -> None:
    labels = np.repeat(np.arange(3), 20)
    first, again, other = (draw_shots(labels, 5, seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert np.bincount(labels[first]).tolist() == [5, 5, 5]
    assert len(set(first.tolist())) == 15


def test_copies_of_the_shots_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shades(tmp_path / "red", (200, 20, 20), 2)
    shades(tmp_path / "blue", (20, 20, 150), 2)
    for number in range(2):
        save_picture(tmp_path / "red" / f"copy {number}.png", (200, 20, 20 + number))
    figures = score_classes(ColourEncoder(), read_classes(tmp_path), shots=1)
    assert figures["classes.pictures"] == 3
    assert "1 copies of the shots" in capsys.readouterr().err
    (tmp_path / "blue" / "1.png").write_bytes((tmp_path / "blue" / "0.png").read_bytes())
    with pytest.raises(CatalogueInvalid, match="copies of the same pictures only"):
        score_classes(ColourEncoder(), read_classes(tmp_path), shots=1)


def test_what_cannot_be_measured_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shades(tmp_path / "red", (200, 20, 20), 3)
    shades(tmp_path / "blue", (20, 20, 150), 5)
    with pytest.raises(CatalogueInvalid, match="class red has 3 pictures: with --shots 3 it needs at least 4"):
        score_classes(ColourEncoder(), read_classes(tmp_path), shots=3)
    with pytest.raises(CatalogueInvalid, match="None of the pictures of the class blue can be read"):
        score_classes(Blind(), read_classes(tmp_path))
    (tmp_path / "blue" / "text.png").write_text("no picture")
    assert score_classes(ColourEncoder(), read_classes(tmp_path))["classes.skipped"] == 1
    assert "text.png: not a picture" in capsys.readouterr().err


@pytest.mark.slow
def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.set_num_threads(1)
    for name, colour in {"red_dress": (200, 20, 20), "hat": (20, 20, 150), "green_shoe": (20, 160, 20)}.items():
        shades(tmp_path / "images" / name, colour, 4)
    figures = tmp_path / "figures.json"
    asked = ["classes", "--images", str(tmp_path / "images"), "--json", str(figures)]
    assert evaluate.main([*asked, "--shots", "2", "--templates", "{}|a photo of a {}"]) == 0
    metrics = json.loads(figures.read_text())["metrics"]
    assert {"classes.zero_shot.top1", "classes.few_shot.top1", "classes.few_shot.p100.hat"} <= set(metrics)
    assert metrics["classes.few_shot.top1"] == 1, "plain colours are told apart by two examples"
    assert metrics["classes.pictures"] == 6
    capsys.readouterr()

    for wrong, sentence in (
        (["--shots", "0"], "--shots must be at least 1"),
        (["--shots", "4"], "has 4 pictures: with --shots 4"),
        (["--templates", "a photo"], "needs {} exactly once"),
        (["--names", str(tmp_path / "missing.txt")], "missing.txt cannot be read: file not found."),
    ):
        assert evaluate.main([*asked, *wrong]) == 2
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("evaluate: ")]
        assert sentence in line
