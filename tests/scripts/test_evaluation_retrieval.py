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
from scripts.evaluation.pairs import Pair, read_pairs
from scripts.evaluation.retrieval import score_pairs
from tests.encoders import COLOURS, ColourEncoder
from tests.pictures import save_picture


class Blind(ColourEncoder):
    """Sees everything but black, and does not know the word "nothing"."""

    def encode_images(self, pictures: Sequence[Image.Image]) -> Features:
        features = super().encode_images(pictures)
        features[features.mean(axis=1) < -0.5] = np.nan
        return features

    def encode_texts(self, texts: Sequence[str]) -> Features:
        features = super().encode_texts(texts)
        features[[text == "nothing" for text in texts]] = 0
        return features


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for colour in COLOURS:
        save_picture(tmp_path / "images" / f"{colour}.png", colour)
    return tmp_path / "images"


def pairs(**captions: Sequence[str]) -> list[Pair]:
    return [Pair(f"{colour}.png", tuple(texts)) for colour, texts in captions.items()]


# What the files say

SAME = [Pair("a.jpg", ("one", "two")), Pair("b.jpg", ("three",))]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.csv", "image,caption\na.jpg,one\na.jpg,two\nb.jpg,three\n"),
        ("p.csv", "image_name| comment_number| comment\na.jpg| 0| one\na.jpg| 1| two\nb.jpg| 0| three\n"),
        ("p.tsv", "filepath\ttitle\na.jpg\tone\na.jpg\ttwo\na.jpg\t\nb.jpg\tthree\n"),
        ("p.jsonl", '{"image": "a.jpg", "caption": ["one", " two "]}\n\n{"path": "b.jpg", "text": "three"}\n'),
        ("p.json", '[{"image": "a.jpg", "caption": ["one", "two"]}, {"image": "b.jpg", "caption": "three"}]'),
        (
            "p.json",
            json.dumps(
                {
                    "images": [
                        {"filename": "a.jpg", "split": "test", "sentences": [{"raw": "one"}, {"raw": "two"}]},
                        {"filename": "c.jpg", "split": "train", "sentences": [{"raw": "four"}]},
                        {"filename": "b.jpg", "split": "test", "sentences": [{"raw": "three"}]},
                    ]
                }
            ),
        ),
    ],
)
def test_every_kind_of_file_says_the_same(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert read_pairs(tmp_path / name) == SAME


def test_cocos_folders_are_part_of_the_path(tmp_path: Path) -> None:
    image = {"filepath": "val2014", "filename": "x.jpg", "split": "val", "sentences": [{"raw": "a"}]}
    (tmp_path / "c.json").write_text(json.dumps({"images": [image]}))
    assert read_pairs(tmp_path / "c.json", "val") == [Pair("val2014/x.jpg", ("a",))]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("p.csv", "image,caption\n", "names no pictures"),
        ("p.csv", "", "names no pictures"),
        ("p.json", '{"images": []}', "names no pictures"),
        ("p.csv", "image,caption\na.jpg,\n", "no caption for a.jpg"),
        ("p.csv", "image,colour\na.jpg,red\n", "no caption for a.jpg"),
        ("p.csv", "sku,caption\n7,red\n", "row 1: no path"),
        ("p.csv", "image,caption\na.jpg,one,two\n", "row 1: 3 values for 2 columns"),
        ("p.jsonl", "no json\n", "line 1: no valid JSON"),
        ("p.jsonl", "[]\n", "line 1: no JSON object"),
        ("p.json", "{", "no valid JSON"),
        ("p.json", "{}", "no list of images"),
        ("p.jsonl", "\udcff", "no text in UTF-8"),
        ("p.xlsx", "", "no known kind"),
    ],
)
def test_files_that_say_nothing_are_refused_in_one_sentence(
    tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    (tmp_path / name).write_text(content, errors="surrogateescape")
    with pytest.raises(CatalogueInvalid, match=sentence) as caught:
        read_pairs(tmp_path / name)
    assert "\n" not in str(caught.value)
    with pytest.raises(CatalogueInvalid, match=r"no known kind|cannot be read: file not found"):
        read_pairs(tmp_path / f"missing {name}")


# What is measured


def test_an_oracle_gets_everything_and_captions_of_any_length_are_read(images: Path) -> None:
    everything = pairs(**{colour: (colour, f"{colour} " * 2000) for colour in COLOURS})
    figures = score_pairs(ColourEncoder(), everything, images)
    for way in ("text_to_image", "image_to_text"):
        assert figures[f"retrieval.{way}.recall_at_1"] == 1
        assert figures[f"retrieval.{way}.median_rank"] == 1
    assert figures["retrieval.pictures"] == 6
    assert figures["retrieval.captions"] == 12


def test_a_picture_is_found_by_any_of_its_captions_but_each_caption_counts(images: Path) -> None:
    figures = score_pairs(ColourEncoder(), pairs(red=("red", "blue"), blue=("blue", "blue")), images)
    # Of the four captions three find their picture first, and the picture of either has one that is its best.
    assert figures["retrieval.text_to_image.recall_at_1"] == 0.75
    assert figures["retrieval.text_to_image.recall_at_5"] == 1
    # Blue has three equal captions before it, two of them its own: they miss the first place in one order of three.
    assert figures["retrieval.image_to_text.recall_at_1"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-6)


def test_templates_are_put_around_every_caption(images: Path) -> None:
    swapped = pairs(red=("blue",), blue=("red",))
    assert score_pairs(ColourEncoder(), swapped, images)["retrieval.text_to_image.recall_at_1"] == 0
    hidden = score_pairs(ColourEncoder(), swapped, images, templates=("x{}",))  # no colour word is left
    assert 0 < hidden["retrieval.text_to_image.recall_at_1"] < 1


def test_missing_pictures_are_refused_or_left_out_and_listed(images: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (images / "text.png").write_text("no picture")
    some = [*pairs(red=("red",), blue=("blue",), black=("black",), text=("text",)), Pair("gone.png", ("gone",))]
    with pytest.raises(ValueError, match=r"^3 of 5 pictures cannot be used, the first gone.png \(file not found\)"):
        score_pairs(Blind(), some, images)
    figures = score_pairs(Blind(), some, images, skip_missing=True)
    assert figures["retrieval.pictures"] == 2
    assert figures["retrieval.skipped"] == 3
    said = capsys.readouterr().err
    assert "text.png: not a picture" in said
    assert "black.png: the model gives no usable features" in said


def test_nothing_left_and_words_that_mean_nothing_are_refused(images: Path) -> None:
    with pytest.raises(ValueError, match="None of the 1 pictures"):
        score_pairs(Blind(), pairs(black=("black",)), images, skip_missing=True)
    with pytest.raises(ValueError, match="no usable features for the text 'nothing'"):
        score_pairs(Blind(), pairs(red=("nothing",)), images)
    with pytest.raises(ValueError, match="There is no folder"):
        score_pairs(Blind(), pairs(red=("red",)), images / "missing")


@pytest.mark.slow
def test_from_the_command_line(images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.set_num_threads(1)
    file, figures = tmp_path / "pairs.csv", tmp_path / "figures.json"
    file.write_text("image,caption\n" + "".join(f"{colour}.png,a {colour} T-shirt\n" for colour in COLOURS))
    asked = ["retrieval", "--pairs", str(file), "--images", str(images), "--json", str(figures)]
    assert evaluate.main(asked) == 0
    metrics = json.loads(figures.read_text())["metrics"]
    assert metrics["retrieval.text_to_image.recall_at_10"] == 1
    assert 1 <= metrics["retrieval.image_to_text.median_rank"] <= 6
    assert set(capsys.readouterr().out.split()) >= set(metrics)

    file.write_text("image,caption\n")
    assert evaluate.main(asked) == 2
    assert "names no pictures with captions" in capsys.readouterr().err
