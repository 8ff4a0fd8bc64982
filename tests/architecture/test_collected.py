"""A suite that silently finds nothing to run would be green for ever; this notices."""

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SUITES = (
    "architecture",
    "bot",
    "browser",
    "contracts",
    "conversations",
    "local_telegram",
    "retrieval",
    "scripts",
    "storage",
)


def test_every_file_of_every_suite_has_tests_that_run(request: pytest.FixtureRequest):
    if request.config.args_source is not pytest.Config.ArgsSource.TESTPATHS or request.config.option.keyword:
        return  # a person runs a part: what else there is was not collected
    collected = Counter(item.path for item in request.session.items)
    files = set(TESTS.rglob("test_*.py"))
    assert sorted(str(path.relative_to(TESTS)) for path in files if not collected[path]) == []
    assert [suite for suite in SUITES if not any((TESTS / suite).rglob("test_*.py"))] == []


def test_no_test_hides_under_a_name_that_is_not_looked_for():
    hidden = [
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if not path.name.startswith("test_") and "\ndef test_" in path.read_text(encoding="utf-8")
    ]
    assert hidden == []
