"""The figures of a graphics card: the path is run on the CPU, and no figure is made up where there is no card."""

from types import SimpleNamespace

import pytest
import torch

from scripts.benchmarking import gpu


def test_the_path_runs_on_the_cpu_and_reports_nothing():
    options = SimpleNamespace(device="cpu", rows=300, model="tiny-clip")
    assert gpu.run(options) == {}
    figures = gpu.search_figures(300, 16, torch.device("cpu"))
    assert figures["gpu.search.rows"] == 300
    assert all(value > 0 for value in figures.values())


@pytest.mark.skipif(torch.cuda.is_available(), reason="here is a GPU")
def test_without_a_card_one_sentence_says_so():
    with pytest.raises(ValueError, match="not measured"):
        gpu.run(SimpleNamespace(device="cuda", rows=300, model="tiny-clip"))
