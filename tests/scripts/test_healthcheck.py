import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def healthcheck(**settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.healthcheck"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=30
    )


def test_it_is_well_while_redis_answers(redis_url):
    assert healthcheck(REDIS_URL=redis_url).returncode == 0


def test_it_says_in_one_sentence_that_redis_does_not(tmp_path):
    finished = healthcheck(REDIS_URL=f"unix://{tmp_path}/nobody.sock")
    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1
    assert finished.stderr.startswith("Redis does not answer")


def test_an_embedded_redis_is_not_started_for_the_question(tmp_path):
    assert healthcheck(DATA_DIR=str(tmp_path), REDIS_URL="").returncode == 0
    assert list(tmp_path.iterdir()) == []
