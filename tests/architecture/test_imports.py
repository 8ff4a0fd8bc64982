"""The import contracts of pyproject.toml hold, and the two that are easier said in a line of Python."""

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("bot", "retrieval", "storage", "scripts", include_external_packages=True, cache_dir=None)


def test_every_contract_is_kept_and_there_are_some():
    program = Path(sys.executable).with_name("lint-imports")
    finished = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    kept = re.search(r"Contracts: (\d+) kept, 0 broken", finished.stdout)
    assert kept, finished.stdout
    assert int(kept[1]) >= 8


def test_the_core_of_the_bot_reaches_telegram_by_no_way(graph):
    modules = {name for name in graph.modules if name.split(".")[0] == "bot" and "local_telegram" not in name}
    edge = {name for name in modules if "telegram" in graph.find_modules_directly_imported_by(name)}
    core = {name for name in modules - edge if not name.startswith("bot.handlers") and name != "bot"}
    assert {"bot.dialog", "bot.conversation", "bot.album", "bot.callback_data", "bot.texts", "bot.ledger"} <= core
    ways = {name: graph.find_shortest_chain(name, "telegram") for name in sorted(core)}
    assert {name: way for name, way in ways.items() if way} == {}


def test_the_local_telegram_and_the_rest_of_the_bot_do_not_know_each_other(graph):
    crossings = {
        (importer, imported)
        for importer in graph.modules
        if importer.split(".")[0] in {"bot", "retrieval", "storage"}
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported.split(".")[0] in {"bot", "retrieval", "storage"}
        and importer.startswith("bot.local_telegram") != imported.startswith("bot.local_telegram")
    }
    assert crossings == set()


def test_nothing_imports_the_tests():
    imports = re.compile(r"^\s*(?:from|import)\s+tests\b", re.MULTILINE)
    sources = [path for folder in ("bot", "retrieval", "storage", "scripts") for path in (ROOT / folder).rglob("*.py")]
    assert len(sources) > 40
    assert [str(path) for path in sources if imports.search(path.read_text(encoding="utf-8"))] == []
