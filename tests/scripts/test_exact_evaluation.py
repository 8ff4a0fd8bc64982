"""The suites `exact` and `corruptions`, on a handful of prints instead of photos."""

import csv
from argparse import ArgumentParser

import numpy as np
import pytest
from PIL import Image

from scripts.evaluation import corruptions, exact
from scripts.evaluation.corruptions import CLEAN, Outcome, summarise
from scripts.evaluation.photo_corruptions import COPIES, CORRUPTIONS, STRENGTHS, copied, corrupted
from tests.retrieval.test_geometric_verification import picture

COUNT = 8


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Prints by two senders, one of them held out; the last two are one photo, compressed twice."""
    directory = tmp_path_factory.mktemp("photos")
    (directory / "images").mkdir()
    with (directory / "items.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "sender_id", "label", "kids"])
        for number in range(COUNT):
            drawn = Image.fromarray(picture(min(number, COUNT - 2), (220, 300)))
            drawn.save(directory / "images" / f"{number}.jpg", quality=90 - 10 * (number == COUNT - 1))
            table.writerow([number, 5 if number >= COUNT - 2 else 1, "Dress" if number % 2 else "Hat", False])
    return directory


def options_of(suite, photos, *more):
    parser = ArgumentParser()
    suite.add_arguments(parser)
    return parser.parse_args(["--photos", str(photos), "--photos-data", str(photos / "data"), *more])


def test_copies_are_found_and_a_photo_that_is_there_twice_is_no_false_alarm(photos, tmp_path):
    marks = tmp_path / "marks"
    figures = exact.measure(options_of(exact, photos, "--queries", "1", "--marks", str(marks)))
    assert figures["exact.found_at_1"] == figures["exact.marked"] == 1
    assert figures["exact.false_alarms"] == 0
    assert figures["exact.duplicates"] == 2
    assert 0 <= figures["exact.clip_alone_at_1"] <= 1
    assert figures["exact.absent_cpu_ms"] > 0
    assert {f"exact.found_at_1.{kind}" for kind in COPIES} <= figures.keys()
    assert marks.read_text() == ""


def test_every_corruption_is_searched(photos):
    figures = corruptions.measure(options_of(corruptions, photos, "--corrupted", "1"))
    assert 0.5 < figures["corruptions.kept"] <= 1
    assert {f"corruptions.kept.{kind}" for kind in CORRUPTIONS} <= figures.keys()
    assert {f"corruptions.warned.{kind}.{strength}" for kind in CORRUPTIONS for strength in STRENGTHS} <= figures.keys()


def test_what_is_kept_is_a_share_of_what_clean_photos_find():
    clean = [Outcome(True, True, 0.8, False), Outcome(True, False, 0.8, False)]
    half = [Outcome(True, False, 0.4, True), Outcome(False, False, 0.8, False)]
    outcomes = {(CLEAN, 0): clean} | {(kind, strength): half for kind in CORRUPTIONS for strength in STRENGTHS}
    figures = summarise(outcomes)
    assert figures["corruptions.kept"] == figures["corruptions.kept.fog.2"] == 0.5
    assert figures["corruptions.clip_alone.blur"] == 0
    assert figures["corruptions.same_kind"] == pytest.approx(0.75)
    assert figures["corruptions.warned.dark.1"] == 0.5
    assert figures["corruptions.warned.clean"] == 0
    assert figures["corruptions.same_kind.warned"] == pytest.approx(0.5)
    assert figures["corruptions.same_kind.unwarned"] == pytest.approx(1)


@pytest.mark.parametrize("suite", [exact, corruptions])
def test_without_photos_there_is_nothing_to_measure(suite):
    parser = ArgumentParser()
    suite.add_arguments(parser)
    assert suite.measure(parser.parse_args([])) == {}


@pytest.mark.parametrize("suite", [exact, corruptions])
def test_photos_that_nobody_describes_are_one_sentence(suite, photos, tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "items.csv").write_text("image,sender_id,label,kids\n")
    Image.fromarray(picture(0)).save(tmp_path / "images" / "0.jpg")
    with pytest.raises(ValueError, match="does not describe every photo"):
        suite.measure(options_of(suite, tmp_path))
    (tmp_path / "items.csv").write_text("image,sender_id,label,kids\n0,1,Dress,False\n")
    with pytest.raises(ValueError, match="no photos of held-out senders"):
        suite.measure(options_of(suite, tmp_path))


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_corruptions_are_the_same_each_time_and_grow(kind):
    original = picture(0, (120, 160))
    versions = [corrupted(original, kind, strength, 7) for strength in STRENGTHS]
    assert all(version.dtype == np.uint8 and version.ndim == 3 for version in versions)
    assert np.array_equal(versions[1], corrupted(original, kind, 2, 7))
    assert not np.array_equal(versions[0], versions[2][: len(versions[0])])


@pytest.mark.parametrize("kind", COPIES)
@pytest.mark.parametrize("size", [(120, 160), (161, 97), (7, 5)])
def test_copies_of_pictures_of_any_size(kind, size):
    for seed in range(4):
        copy = copied(picture(0, size), kind, seed)
        assert copy.dtype == np.uint8
        assert copy.shape[2] == 3
        assert min(copy.shape) > 0
