"""Where PICTALK_CI is set, a test that would be skipped fails, and says what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SUITE = """
import pytest

def test_that_lacks_something():
    pytest.skip("there is no such thing here")

@pytest.mark.gpu
def test_that_wants_a_gpu():
    pytest.skip("there is no GPU here")

@pytest.mark.xfail(reason="known", strict=True)
def test_that_is_known_to_fail():
    assert False

def test_that_runs():
    pass
"""


def run(suite: Path, **environment: str) -> str:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-rs",
        str(suite),
    ]
    finished = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=60
    )
    return finished.stdout + finished.stderr


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "test_suite.py"
    path.write_text(SUITE, encoding="utf-8")
    return path


def test_on_a_person_s_machine_it_is_skipped_with_the_reason(suite: Path):
    output = run(suite, PICTALK_CI="")
    assert "1 passed, 2 skipped, 1 xfailed" in output
    assert "there is no such thing here" in output


def test_where_everything_must_run_it_fails_with_the_reason(suite: Path):
    output = run(suite, PICTALK_CI="1")
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed" in output
    assert "was skipped, and PICTALK_CI is set" in output
    assert "there is no such thing here" in output


def test_a_module_that_skips_itself_fails_too(suite: Path):
    suite.write_text("import pytest\npytest.importorskip('a_module_that_is_not_there')\n", encoding="utf-8")
    output = run(suite, PICTALK_CI="1")
    assert "1 error" in output
    assert "a_module_that_is_not_there" in output
