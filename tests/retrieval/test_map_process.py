"""The layout in a process of its own: the same places, cancelled with whoever asked, and said when it fails."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from retrieval.collection_map import lay_out
from retrieval.embedding import normalize
from retrieval.errors import IndexingFailed
from retrieval.map_process import lay_out_apart
from tests.retrieval.test_collection_map import finished


def vectors(count: int = 200) -> np.ndarray:
    random = np.random.default_rng(0)
    return normalize(random.normal(size=(8, 32))[np.arange(count) % 8] + 0.3 * random.normal(size=(count, 32)))


def layouts() -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(process.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [command for command in found if "retrieval.map_process" in command and "pictalk-map" in command]


def test_it_is_the_same_map():
    here, apart = finished(lay_out(vectors())), finished(lay_out_apart(vectors()))
    assert apart[0] == here[0]
    np.testing.assert_allclose(apart[1], here[1], atol=1e-6)
    assert apart[1].dtype == np.float32


def test_closing_the_steps_ends_the_process():
    before = len(layouts())
    steps = lay_out_apart(vectors(3000))
    next(steps)
    assert len(layouts()) == before + 1
    steps.close()
    assert len(layouts()) == before


def test_it_ends_with_whoever_asked():
    before = len(layouts())
    program = (
        "import os, numpy as np; from retrieval.map_process import lay_out_apart\n"
        "steps = lay_out_apart(np.random.default_rng(0).normal(size=(3000, 8)).astype('f4')); next(steps)\n"
        "print('begun', flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False)
    assert done.stdout == "begun\n"
    give_up = time.monotonic() + 60
    while len(layouts()) > before and time.monotonic() < give_up:
        time.sleep(0.1)
    assert len(layouts()) == before


def test_vectors_that_cannot_be_laid_out_are_a_sentence(capfd):
    broken = vectors()
    broken[3] = np.nan
    with pytest.raises(IndexingFailed, match=r"The map could not be laid out .*: start again, or set MAP=false"):
        finished(lay_out_apart(broken))
    assert "NaN" in capfd.readouterr().err
