"""The suite `search` on collections so small that it takes seconds; its figures are no figures then."""

import json
from pathlib import Path

import numpy as np
import pytest

from scripts import benchmark
from scripts.benchmarking.synthetic_collections import BLOCK, clustered, combinatorial
from scripts.benchmarking.timing import Timing, interleaved


@pytest.mark.slow
def test_every_figure_has_its_name(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "figures.json"

    small = ["--count", "3000", "--dimension", "16", "--rounds", "3", "--scratch", str(tmp_path)]
    status = benchmark.main(["search", *small, "--json", str(out)])

    assert status == 0, capfd.readouterr().err
    metrics = json.loads(out.read_text())["metrics"]
    for name in ("clustered", "combinatorial"):
        assert metrics[f"search.{name}.recall_at_50"] == 1, "so few are searched exactly"
        assert metrics[f"search.{name}.recall_at_50_constrained"] == 1
        assert metrics[f"search.{name}.speedup"] > 0
    assert {"search.3000.memory_ratio", "search.3000.build_s", "search.3000.open_s"} <= set(metrics)


@pytest.mark.parametrize("make", [clustered, combinatorial])
def test_collections_are_the_same_each_time_and_queries_are_not_in_them(make) -> None:
    first, again = make(16), make(16)
    rows = np.concatenate(list(first.blocks(BLOCK + 5)))

    assert len(rows) == BLOCK + 5
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(rows[:BLOCK], next(again.blocks(BLOCK + 5)))
    assert (first.kin(10) @ rows.T).max() < 0.99999
    text_like, row_like = ((queries @ rows.T).max(axis=1).mean() for queries in (first.texts(50), first.kin(50)))
    assert text_like < row_like


def test_calls_take_turns_and_warming_does_not_count() -> None:
    order: list[tuple[str, int]] = []

    timings = interleaved({name: lambda n, name=name: order.append((name, n)) for name in "ab"}, 2, warming=1)  # type: ignore[misc]

    assert order == [("a", 1), ("b", 1), ("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert set(timings) == {"a", "b"}
    assert Timing.of([1.0, 2.0, 3.0]).median == 2


def test_a_turn_may_be_some_calls_in_a_row() -> None:
    order: list[tuple[str, int]] = []
    calls = {name: lambda n, name=name: order.append((name, n)) for name in "ab"}  # type: ignore[misc]

    interleaved(calls, 2, warming=0, in_a_row=2)

    assert order == [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("a", 2), ("a", 3), ("b", 2), ("b", 3)]
