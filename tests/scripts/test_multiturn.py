"""Recorded sessions: both formats, what is wrong with them, and a replay whose ranks are known."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.ledger import weighted
from retrieval.composition import NormalizedSum
from scripts import evaluate
from scripts.protocols.annotation_files import AnnotationsInvalid
from scripts.protocols.baselines import ImageOnly, TextOnly
from scripts.protocols.multiturn import RecordedTurn, Session, load_sessions
from scripts.protocols.multiturn_replay import figures, open_searcher, ranks_by_turn, replayable
from scripts.protocols.pictures import Pictures
from tests.annotated_datasets import on_ring, write_json
from tests.encoders import COLOURS, ColourEncoder
from tests.pictures import save_picture

URL = "http://pictures.example/1.jpg"
FASHIONIQ = [
    {
        "target": [URL, "T"],
        "reference": [[URL, [" is red.", "longer"], "A"], [URL, ["", "in blue"], "B"]],
    }
]
CIRCLED = {
    "session_id": "s1",
    "subset": "cirr_val",
    "ground_truth_ids": ["T", 77],
    "num_turns": 2,
    "turns": [
        {"turn": 2, "reference_image_id": "B", "relative_caption": " in blue "},
        {"turn": 1, "reference_image_id": 12, "relative_caption": "red"},
    ],
}


def test_multiturn_fashioniq(tmp_path: Path) -> None:
    (session,) = load_sessions(write_json(tmp_path / "dress.val.json", FASHIONIQ))
    assert session.targets == ("T",)
    assert session.turns == (RecordedTurn("A", "Is red and longer"), RecordedTurn("B", "In blue"))


@pytest.mark.parametrize("by_line", [True, False])
def test_circled(tmp_path: Path, by_line: bool) -> None:
    path = write_json(tmp_path / "val.json", [CIRCLED, CIRCLED])
    if by_line:
        path.write_text(f"{json.dumps(CIRCLED)}\n\n{json.dumps(CIRCLED)}\n", encoding="utf-8")
    session, _ = load_sessions(path)
    assert session == Session("s1", ("T", "77"), (RecordedTurn("12", "red"), RecordedTurn("B", "in blue")))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "with entries"),
        ([{"target": ["url"], "reference": []}], "neither a session"),
        ([{"target": [URL, "T"], "reference": [[URL, "red", "A"]]}], "turn 1: must be"),
        ([{**CIRCLED, "ground_truth_ids": []}], "ground_truth_ids"),
        ([{**CIRCLED, "num_turns": 3}], "num_turns"),
        ([{**CIRCLED, "turns": []}], "no turns"),
        ([{**CIRCLED, "turns": [{"reference_image_id": None, "relative_caption": "x"}]}], "reference_image_id"),
        ([{**CIRCLED, "turns": [{"reference_image_id": "A"}]}], "relative_caption"),
        ([{**CIRCLED, "turns": [1]}], "must be an object"),
    ],
)
def test_bad_sessions_are_one_sentence(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(AnnotationsInvalid, match=said) as refused:
        load_sessions(write_json(tmp_path / "sessions.json", content))
    assert "sessions.json" in str(refused.value)


def test_files_that_are_no_json_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sessions.json"
    with pytest.raises(AnnotationsInvalid, match="file not found"):
        load_sessions(path)
    path.write_text(f"{json.dumps(CIRCLED)}\n{{oops", encoding="utf-8")
    with pytest.raises(AnnotationsInvalid, match="line 2"):
        load_sessions(path)


def test_ranks_are_those_of_the_whole_collection_without_the_references_so_far() -> None:
    # The picture alone, on a ring: neighbours first, and what was a reference before is gone.
    count = 100
    pictures = Pictures(tuple(map(str, range(count))), on_ring(np.arange(count), count), {})
    encoder = RingEncoder()
    session = Session("", ("5",), (RecordedTurn("2", "this"), RecordedTurn("4", "that")))
    searcher = open_searcher(encoder, ImageOnly(), pictures)
    ((first, second),) = ranks_by_turn(searcher, [session], lambda ledger: weighted(ledger[-1:]), "")
    assert first in (5, 6)  # 1, 3, 0, 4, 99 and 5 are the nearest of 2; at the same distance one of two comes first
    assert second in (1, 2)


def test_the_oracle_is_first_with_and_without_memory() -> None:
    count = 40
    pictures = Pictures(tuple(map(str, range(count))), on_ring(np.arange(count), count), {})
    searcher = open_searcher(RingEncoder(), TextOnly(), pictures)
    sessions = [
        Session("", (str(n),), (RecordedTurn("39", f"at {n}"), RecordedTurn("38", f"at {n}"))) for n in range(9)
    ]
    for weigh in (weighted, lambda ledger: weighted(ledger[-1:])):
        assert ranks_by_turn(searcher, sessions, weigh, "") == [[1, 1]] * 9


def test_hits_are_cumulative_and_sessions_that_ended_count_on() -> None:
    measured = figures([[30, 10, 40], [3, 50], [11, 11]])
    assert [measured[f"hits10_turn{turn}"] for turn in (1, 2, 3)] == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert measured["mean_rank_turn2"] == pytest.approx((10 + 50 + 11) / 3)
    assert measured["mean_rank_turn3"] == 40
    assert measured["mean_rank"] == pytest.approx((40 + 50 + 11) / 3)


def test_sessions_that_cannot_be_replayed_are_left_out() -> None:
    pictures = Pictures(("A", "T"), on_ring(np.arange(2), 5), {})
    turn = (RecordedTurn("A", "red"),)
    good = Session("", ("X", "T"), turn)
    others = [Session("", ("X",), turn), Session("", ("A",), turn), Session("", ("T",), (RecordedTurn("X", "red"),))]
    assert replayable([good, *others], pictures) == [good]


def test_a_memory_keeps_what_was_said_before() -> None:
    # Asked for red and then for something about which the encoder knows nothing, only a memory still wants red.
    encoder = ColourEncoder()
    grid = [np.tile(np.array(colour, dtype=np.uint8), (2, 2, 1)) for colour in COLOURS.values()]
    features = encoder.encode_images([_picture(pixels) for pixels in grid])
    pictures = Pictures(tuple(COLOURS), features, {})
    searcher = open_searcher(encoder, NormalizedSum(), pictures)
    session = Session("", ("red",), (RecordedTurn("yellow", "red"), RecordedTurn("blue", "softer")))
    (remembering,) = ranks_by_turn(searcher, [session], weighted, "")
    (forgetting,) = ranks_by_turn(searcher, [session], lambda ledger: weighted(ledger[-1:]), "")
    assert remembering[-1] <= forgetting[-1]


def test_the_whole_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = tmp_path / "images"
    for number, name in enumerate(("T", "A", "B", "C", "000000000012")):
        save_picture(images / f"{name}.jpg", (50 * number, 40, 200 - 40 * number), (48, 64))
    sessions = write_json(tmp_path / "sessions.json", [{**CIRCLED, "ground_truth_ids": ["T"]}, CIRCLED | {"turns": []}])
    options = ["--images", str(images), "--work", str(tmp_path / "work"), "--json", str(tmp_path / "figures.json")]
    assert evaluate.main(["multiturn", "--sessions", str(sessions), *options]) == 2
    assert "no turns" in capsys.readouterr().err
    write_json(sessions, [{**CIRCLED, "ground_truth_ids": ["T"]}, {**CIRCLED, "ground_truth_ids": ["X"]}])
    gallery = write_json(tmp_path / "split.json", ["A", "B", "C"])
    assert evaluate.main(["multiturn", "--sessions", str(sessions), "--gallery", str(gallery), *options]) == 0
    metrics = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["metrics"]
    assert metrics["multiturn.sessions"] == metrics["multiturn.sessions_left_out"] == 1
    assert (metrics["multiturn.pictures"], metrics["multiturn.pictures_missing"]) == (5, 1)
    assert metrics["multiturn.hits10_turn2"] == metrics["multiturn.last_turn_only.hits10_turn1"] == 1.0


class RingEncoder(ColourEncoder):
    """Knows places on a ring of 40 by name, `at 7`."""

    def __init__(self) -> None:
        super().__init__("ring@1")
        self.dimension = 2

    def encode_texts(self, texts: list[str]) -> np.ndarray:  # type: ignore[override]
        places = [float(text.split()[-1]) if text.split()[-1].isdigit() else 0.0 for text in texts]
        return on_ring(np.array(places), 40)


def _picture(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels)
