"""The suites of whole turns and of many people, small: that they run, lose nothing, and count as they say."""

import argparse
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from scripts.benchmark import SUITES, main
from scripts.benchmarking import load, turns
from scripts.benchmarking.load import figures
from scripts.benchmarking.load_people import Answered, Expected


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmark")


@pytest.fixture
def options(data_dir: Path) -> Callable[..., argparse.Namespace]:
    def parse(suite: ModuleType, *arguments: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        suite.add_arguments(parser)
        return parser.parse_args(["--data-dir", str(data_dir), "--pictures", "300", *arguments])

    return parse


def test_both_are_suites_of_the_benchmark() -> None:
    assert SUITES["turns"] is turns
    assert SUITES["load"] is load


def test_a_turn_has_a_price_outside_model_and_index(options: Callable[..., argparse.Namespace]) -> None:
    found = turns.run(options(turns, "--count", "2"))

    assert 0 < found["turns.overhead_ms"] < 1000
    assert {f"turns.{kind}.overhead_ms" for kind in ("text", "card", "composed", "more")} <= found.keys()


def test_people_are_answered_in_their_own_chats(options: Callable[..., argparse.Namespace]) -> None:
    found = load.run(options(load, "--chats", "4", "--seconds", "3", "--think", "0.2", "--warming", "1"))

    assert found["load.turns_per_s"] > 0
    assert found["load.lost"] == 0
    assert found["load.unexpected"] == 0
    assert found["load.bot.mb_last"] > 50


def test_what_is_lost_and_what_is_slow_is_told() -> None:
    answers = [Answered("words", 10.0 + number, 0.1 * number) for number in range(1, 21)]
    answers += [
        Answered("card", 12.0, None),  # lost
        Answered("new", 12.0, 5.0),  # no turn
        Answered("words", 1.0, 0.1),  # before it is measured
    ]

    found = figures(answers, 10.0, 40.0, {"bot": 3.0}, [100.0, 101.0, 102.0])

    assert found["load.lost"] == 1
    assert found["load.turns_per_s"] == pytest.approx(20 / 30)
    assert found["load.p95_s"] == pytest.approx(1.9)
    assert found["load.bot.cpu_ms_per_turn"] == pytest.approx(150)
    assert found["load.bot.cores"] == pytest.approx(0.1)
    assert (found["load.bot.mb_first"], found["load.bot.mb_last"]) == (100.0, 102.0)


def test_an_answer_says_what_was_asked_for() -> None:
    assert Expected("a red dress").fits("a red dress · step 1", buttons=True)
    assert not Expected("a red dress").fits("a blue coat", buttons=True)
    assert not Expected().fits("The search is busy.", buttons=False)
    assert Expected(buttons=False).fits("Started over.", buttons=False)


def test_nothing_answered_is_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"Too few turns .*\.$"):
        figures([Answered("words", 1.0, None)], 0.0, 10.0, {}, [1.0])


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("no folder")

    assert main(["load", "--data-dir", str(tmp_path / "file"), "--pictures", "10"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
