"""What the project's shape promises: small files with the field's names, packages that are whole and listed."""

import re
import statistics
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "retrieval", "storage", "scripts")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
VAGUE_NAMES = re.compile(r"(^|_)(utils?|common|helpers?|managers?|misc|const|constants)(_|$)")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 40
    assert len(TESTS) > 10


def test_no_file_is_long():
    assert {str(path.relative_to(ROOT)): lines(path) for path in SOURCES + TESTS if lines(path) >= 300} == {}


def test_most_files_are_short():
    assert statistics.median(map(lines, SOURCES)) <= 150


def test_no_file_has_a_name_that_says_nothing():
    assert [str(path) for path in SOURCES + TESTS if VAGUE_NAMES.search(path.stem)] == []


def test_every_folder_with_modules_is_a_package_and_listed_in_the_build_configuration():
    folders = {path.parent for path in SOURCES}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
    names = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(project()["tool"]["setuptools"]["packages"]) == names


def test_every_command_of_the_makefile_is_explained_by_make_help():
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    assert set(re.findall(r"^make (\w+)", listed, re.MULTILINE)) == set(phony[1].split())


def test_every_requirement_is_pinned_and_within_what_the_project_asks_for():
    packaging = pytest.importorskip("packaging.requirements")
    pins = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    versions = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins.items()}
    assert (versions["torch"], versions["torchvision"]) == ("2.13.0", "0.28.0")
    description = project()["project"]
    wanted = [
        *description["dependencies"],
        *(line for extra in description["optional-dependencies"].values() for line in extra),
    ]
    for requirement in map(packaging.Requirement, wanted):
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert requirement.specifier.contains(versions[name]), requirement


@pytest.mark.parametrize(
    "name", ["README.md", "CHANGELOG.md", "LICENSE", "docs/architecture.md", ".env.example", ".ci/run"]
)
def test_what_a_newcomer_looks_for_is_there(name):
    assert (ROOT / name).stat().st_size > 0


def test_ci_runs_what_people_run():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    assert [line for line in script.splitlines() if line.startswith("make ")][-2:] == ["make lint", "make test"]
    assert "export PICTALK_CI=1" in script
