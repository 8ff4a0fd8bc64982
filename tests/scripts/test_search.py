import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import reindex, search
from tests.encoders import COLOURS
from tests.pictures import save_picture


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, redis_url_of_module: str) -> Path:
    root = tmp_path_factory.mktemp("search")
    lines = ["id,path,title,category,price"]
    for number, colour in enumerate(COLOURS):
        save_picture(root / f"{colour}.png", colour, size=(64, 80))
        lines.append(f"{number},{colour}.png,A {colour} square,square,{number}.5")
    (root / "c.csv").write_text("\n".join(lines) + "\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REDIS_URL", redis_url_of_module)
        assert reindex.main(["--catalog", str(root / "c.csv"), "--data-dir", str(root / "var")]) == 0
    return root / "var"


@pytest.fixture(scope="module")
def redis_url_of_module(redis_server: Any) -> str:
    return f"unix://{redis_server.socket_path}"


@pytest.fixture
def found(data_dir: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def run(*arguments: str) -> dict[str, Any]:
        path = tmp_path / "found.json"
        assert search.main([*arguments, "--data-dir", str(data_dir), "--json", str(path)]) == 0
        result: dict[str, Any] = json.loads(path.read_text())
        return result

    return run


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert search.main(list(arguments)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = [line for line in said.err.splitlines() if line.startswith("search: ")]
    assert "Traceback" not in said.err
    return line


def test_text(found: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    result = found("--text", "a red square", "-k", "4")
    assert set(result) == {"query", "hits", "timings_ms"}
    assert result["query"] == {"text": "a red square"}
    assert len(result["hits"]) == 4
    assert all(set(hit) == {"id", "score", "item"} for hit in result["hits"])
    scores = [hit["score"] for hit in result["hits"]]
    assert scores == sorted(scores, reverse=True)
    first = result["hits"][0]["item"]
    assert set(first) == {"title", "category", "price", "path"}
    assert isinstance(first["price"], float)
    assert set(result["timings_ms"]) >= {"encode", "compose", "search"}
    printed = capsys.readouterr().out
    assert "square" in printed
    assert " ms" in printed


def test_a_picture_finds_itself(found: Callable[..., dict[str, Any]], data_dir: Path) -> None:
    result = found("--image", str(data_dir.parent / "blue.png"), "-k", "2")
    assert result["hits"][0]["item"]["title"] == "A blue square"
    assert result["hits"][0]["score"] == pytest.approx(1, abs=1e-3)
    assert result["query"] == {"image": str(data_dir.parent / "blue.png")}


def test_a_reference_is_not_among_its_own_hits(found: Callable[..., dict[str, Any]]) -> None:
    result = found("--reference", "2")
    assert result["query"] == {"reference": "2"}
    assert len(result["hits"]) == len(COLOURS) - 1
    assert "2" not in [hit["id"] for hit in result["hits"]]


def test_a_reference_or_a_picture_with_a_caption(found: Callable[..., dict[str, Any]], data_dir: Path) -> None:
    composed = found("--reference", "2", "--caption", "in red", "-k", "3")
    assert composed["query"] == {"reference": "2", "caption": "in red"}
    assert len(composed["hits"]) == 3
    photo = found("--image", str(data_dir.parent / "blue.png"), "--caption", "in red", "-k", "3")
    assert set(photo["query"]) == {"image", "caption"}
    assert len(photo["hits"]) == 3


def test_more_than_there_are(found: Callable[..., dict[str, Any]]) -> None:
    assert len(found("--text", "anything", "-k", "100")["hits"]) == len(COLOURS)


def test_without_a_snapshot_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, "--text", "a dress", "--data-dir", str(tmp_path))
    assert line == "search: There is no snapshot yet: run `python -m scripts.reindex --images FOLDER`."


def test_what_cannot_be_searched_is_refused(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--data-dir", str(data_dir))
    assert "'gone'" in refused(capsys, "--reference", "gone", *where)
    assert "file not found" in refused(capsys, "--image", str(tmp_path / "gone.jpg"), *where)
    (tmp_path / "text.jpg").write_text("no picture")
    assert "text.jpg cannot be used: not a picture" in refused(capsys, "--image", str(tmp_path / "text.jpg"), *where)


def test_a_snapshot_of_another_composition_is_refused(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, "--text", "a dress", "--data-dir", str(data_dir), "--combiner", "product")
    assert "the bot runs product: run `python -m scripts.reindex`" in line


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--text", "a", "--reference", "b"],
        ["--text", "a", "--caption", "b"],
        ["--text", "a", "-k", "0"],
    ],
)
def test_arguments_that_make_no_query_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        search.main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("script", [search, reindex])
def test_help_names_every_option(script: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        script.main(["--help"])
    assert caught.value.code == 0
    assert "--data-dir" in capsys.readouterr().out
