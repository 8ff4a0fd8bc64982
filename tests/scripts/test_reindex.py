import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.publishing import Catalogue
from bot.settings import Settings
from retrieval.snapshot import Snapshot
from scripts import reindex
from scripts.indexing import index
from storage.snapshots import SnapshotStore
from tests.pictures import save_picture, save_shades


@pytest.fixture
def data_dir(tmp_path: Path, redis_url: str, key_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("REDIS_PREFIX", key_prefix)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "var"


def run(*arguments: object) -> int:
    return reindex.main([str(argument) for argument in arguments])


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    """What a refused command says: one sentence, and nothing else."""
    said = capsys.readouterr().err
    (line,) = [line for line in said.splitlines() if line.startswith("reindex: ")]
    assert "Traceback" not in said
    return line


def test_a_folder_is_indexed_and_the_source_remembered(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = save_shades(tmp_path / "pictures", 5)
    (tmp_path / "pictures" / "text.jpg").write_text("no picture")
    assert run("--images", tmp_path / "pictures", "--data-dir", data_dir) == 0
    said = capsys.readouterr()
    assert "5 pictures are searchable" in said.out
    assert "added 5, changed 0, removed 0, unchanged 0" in said.out
    assert "failed 1:" in said.out
    assert "text.jpg: not a picture" in said.out
    assert "Indexing" in said.err

    paths[0].unlink()
    save_picture(paths[1], "black")
    figures = tmp_path / "figures.json"
    assert run("--data-dir", data_dir, "--json", figures) == 0
    written = json.loads(figures.read_text())
    assert written["suite"] == "reindex"
    wanted = {"added": 0, "changed": 1, "removed": 1, "unchanged": 3, "failed": 1, "encoded": 1, "count": 4}
    assert {name: written["metrics"][name] for name in wanted} == wanted
    assert written["metrics"]["pictures_per_s"] > 0
    (failure,) = written["failures"]
    assert failure["path"].endswith("text.jpg")
    assert written["environment"]["fingerprint"].startswith("tiny-clip")

    store = SnapshotStore(data_dir / "snapshots")
    assert len(store.list()) == 2
    snapshot = Snapshot.open(store.current(), None, None)
    assert len(snapshot) == 4
    assert (snapshot.manifest.model, snapshot.manifest.pretrained) == ("tiny-clip", None)
    assert snapshot.manifest.source == {"images": str(tmp_path / "pictures")}


def test_a_catalogue_is_indexed_with_its_metadata(data_dir: Path, tmp_path: Path) -> None:
    save_shades(tmp_path, 2)
    (tmp_path / "c.csv").write_text("path,title,price\nshade 000.png,First,5\nshade 001.png,Second,6\n")
    assert run("--catalog", tmp_path / "c.csv", "--data-dir", data_dir) == 0
    snapshot = Snapshot.open(SnapshotStore(data_dir / "snapshots").current(), None, None)
    assert snapshot.item("shade 001.png").metadata == {"title": "Second", "price": 6.0}


def test_templates_are_recorded_without_encoding_anything_again(data_dir: Path, tmp_path: Path) -> None:
    save_shades(tmp_path / "pictures", 2)
    store, figures = SnapshotStore(data_dir / "snapshots"), tmp_path / "figures.json"
    assert run("--images", tmp_path / "pictures", "--data-dir", data_dir) == 0
    assert Snapshot.open(store.current(), None, None).manifest.templates == (), "tiny-clip takes none"
    assert run("--data-dir", data_dir, "--templates", "{}|a photo of {}", "--json", figures) == 0
    assert Snapshot.open(store.current(), None, None).manifest.templates == ("{}", "a photo of {}")
    assert json.loads(figures.read_text())["metrics"]["encoded"] == 0


def test_unsplash_is_a_catalogue(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_picture(tmp_path / "photos" / "XMyPniM9LF0.jpg")
    columns = "photo_id\tphoto_url\tphoto_image_url\tphoto_description\tphotographer_username"
    rows = ['XMyPniM9LF0\thttps://unsplash.com/photos/XMyPniM9LF0\th\ta 5" pipe\tjane', "gone\tu\th\t\t"]
    (tmp_path / "photos.tsv000").write_text("\n".join([columns, *rows]) + "\n")
    assert run("--catalog", tmp_path / "photos.tsv000", "--data-dir", data_dir) == 0
    assert "gone: file not found" in capsys.readouterr().out
    item = Snapshot.open(SnapshotStore(data_dir / "snapshots").current(), None, None).item("XMyPniM9LF0")
    assert (item.title, item.link) == ('a 5" pipe', "https://unsplash.com/photos/XMyPniM9LF0")
    assert item.metadata["credit"] == "jane on Unsplash"


def test_without_a_source_it_says_what_to_name(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--data-dir", data_dir) == 2
    assert refusal(capsys) == "reindex: Name the pictures to index with --images FOLDER or --catalog FILE."


def test_the_settings_name_a_source(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_shades(tmp_path / "pictures", 2)
    monkeypatch.setenv("IMAGES", str(tmp_path / "pictures"))
    assert run("--data-dir", data_dir) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--images", "missing"], "There is no folder missing."),
        (["--catalog", "missing.csv"], "missing.csv cannot be read: file not found."),
        (["--catalog", "columns.csv"], "it has the columns sku, colour, but needs one of path"),
        (["--images", "empty"], "not one readable picture"),
        (["--images", "empty", "--model", "no-such-model"], "no-such-model"),
        (["--images", "empty", "--combiner", "no-such-file"], "no-such-file"),
        (["--images", "empty", "--templates", "a photo"], "The setting CLIP_TEMPLATES is invalid"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "columns.csv").write_text("sku,colour\n1,red\n")
    assert run(*arguments, "--data-dir", data_dir) == 2
    assert sentence in refusal(capsys)
    assert not list((data_dir / "snapshots").glob(".staging-*"))


def test_an_invalid_setting_is_named(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALBUM_SIZE", "many")
    assert run("--data-dir", data_dir) == 2
    assert "The setting ALBUM_SIZE is invalid" in refusal(capsys)


def test_a_failed_run_leaves_the_live_snapshot(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = save_shades(tmp_path / "pictures", 2)
    assert run("--images", tmp_path / "pictures", "--data-dir", data_dir) == 0
    before = SnapshotStore(data_dir / "snapshots").current()
    for path in paths:
        path.write_text("no picture any more")
    assert run("--data-dir", data_dir) == 2
    assert "not one readable picture" in refusal(capsys)
    assert SnapshotStore(data_dir / "snapshots").current() == before


def test_one_at_a_time_across_processes(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_shades(tmp_path / "pictures", 1)
    other = SnapshotStore(data_dir / "snapshots")
    staging = other.staging()
    assert run("--images", tmp_path / "pictures", "--data-dir", data_dir) == 2
    assert "Another reindexing is running" in refusal(capsys)
    other.discard(staging)
    assert run("--images", tmp_path / "pictures", "--data-dir", data_dir) == 0


async def test_stopping_leaves_nothing_behind(data_dir: Path, tmp_path: Path) -> None:
    save_shades(tmp_path / "pictures", 3)
    stopping = asyncio.Event()
    stopping.set()
    settings = Settings(_env_file=None, data_dir=data_dir)
    assert await index(settings, Catalogue(images=tmp_path / "pictures"), stopping) is None
    assert SnapshotStore(data_dir / "snapshots").list() == []
    assert not list((data_dir / "snapshots").glob(".staging-*"))


def test_from_the_command_line_with_an_embedded_redis_and_any_names(tmp_path: Path) -> None:
    save_picture(tmp_path / "pictures" / "good.png")
    for name in (b"caf\xe9.jpg", "new\nline 🌺.jpg".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path / "pictures") + b"/" + name)).write_text("no picture")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.reindex", "--images", str(tmp_path / "pictures"), "--data-dir", "var"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"failed 2:" in done.stdout
    assert b"Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 5
