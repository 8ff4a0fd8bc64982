import json
import os
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import normalize
from retrieval.errors import IndexingFailed, ReferenceUnknown, SnapshotInvalid
from retrieval.item_table import Item
from retrieval.manifest import Provenance, read_manifest
from retrieval.snapshot import Snapshot
from retrieval.snapshot_writer import SnapshotWriter

D = 8
PROVENANCE = Provenance("tiny@1", "tiny", None, D, "sum", "exact", {"images": "/pictures"})


def some_items(count: int) -> list[Item]:
    return [Item(f"item {row}", f"/pictures/{row}.jpg", f"{row:032x}", {"title": f"No. {row}"}) for row in range(count)]


def some_features(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, D)).astype(np.float32) * 7


def written(directory: Path, items: list[Item], features: np.ndarray, provenance: Provenance = PROVENANCE) -> Path:
    writer = SnapshotWriter(directory, provenance)
    for start in range(0, len(items), 7):
        writer.add(items[start : start + 7], features[start : start + 7])
    writer.finish(failed=3)
    return directory


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return written(tmp_path / "snapshot", some_items(20), some_features(20))


@pytest.mark.parametrize("index", ["exact", "faiss"])
def test_what_was_written_is_read(tmp_path: Path, index: str) -> None:
    items, features = some_items(20), some_features(20)
    provenance = Provenance("tiny@1", "tiny", "tag", D, "sum", index, {"images": "/pictures"})
    snapshot = Snapshot.open(written(tmp_path / "s", items, features, provenance), "tiny@1", "sum")
    assert len(snapshot) == 20
    assert list(snapshot.items()) == items
    assert [snapshot.item_at(row) for row in range(20)] == items
    assert snapshot.item("item 7") == snapshot.find("item 7") == items[7]
    assert snapshot.row("item 7") == 7
    assert snapshot.row_of_content(items[7].content_hash) == 7
    np.testing.assert_array_equal(snapshot.features([3, 1, 3]), features[[3, 1, 3]])
    ((rows, _),) = snapshot.index.search(normalize(features[5:6]), 1)
    assert rows.tolist() == [5]
    manifest = snapshot.manifest
    assert (manifest.count, manifest.failed, manifest.dimension) == (20, 3, D)
    assert (manifest.model, manifest.pretrained, manifest.index) == ("tiny", "tag", index)
    assert manifest.source == {"images": "/pictures"}
    assert manifest.created_at.endswith("+00:00")
    snapshot.close()


def test_the_folder_holds_these_files_and_no_pickle(directory: Path) -> None:
    assert sorted(path.name for path in directory.iterdir()) == [
        "features.f32",
        "index.bin",
        "items.sqlite",
        "manifest.json",
    ]
    np.testing.assert_array_equal(
        np.fromfile(directory / "features.f32", dtype="<f4").reshape(20, D), some_features(20)
    )


def test_several_are_looked_up_together(directory: Path) -> None:
    snapshot, items = Snapshot.open(directory, None, None), some_items(20)
    asked = ["item 7", "gone", "item 2", "lone \ud800 surrogate", "item 11"]
    assert list(snapshot.rows(asked).items()) == [("item 7", 7), ("item 2", 2), ("item 11", 11)]
    assert snapshot.find_all(asked) == {items[row].id: items[row] for row in (2, 7, 11)}
    assert snapshot.ids([7, 2, 7]) == ["item 7", "item 2", "item 7"]
    assert (snapshot.rows([]), snapshot.find_all([]), snapshot.ids([])) == ({}, {}, [])
    with pytest.raises(ReferenceUnknown):
        snapshot.ids([3, 20])


def test_unknown_items_are_named(directory: Path) -> None:
    snapshot = Snapshot.open(directory, None, None)
    for look_up in (snapshot.item, snapshot.row):
        with pytest.raises(ReferenceUnknown, match="'gone'"):
            look_up("gone")
        with pytest.raises(ReferenceUnknown):
            look_up("lone \ud800 surrogate")
    assert snapshot.find("gone") is None
    assert snapshot.row_of_content("gone") is None
    for row in (-1, 20):
        with pytest.raises(ReferenceUnknown):
            snapshot.item_at(row)
    with pytest.raises(IndexError):
        snapshot.features([20])


def test_properties_of_items() -> None:
    full = Item("i", "p", "h", {"title": "T", "link": "http://x", "category": "dress", "price": 9.5})
    assert (full.title, full.link, full.category, full.price) == ("T", "http://x", "dress", 9.5)
    bare = Item("i", "p", "h")
    assert (bare.title, bare.link, bare.category, bare.price) == (None, None, None, None)


def test_any_names_and_values_survive(tmp_path: Path) -> None:
    items = [
        Item("a", os.fsdecode(b"/caf\xe9\n.jpg"), "00", {"title": "🌺\n\u202e\0", "new": True, "n": 3, "x": 0.5}),
        Item("🌺 \n '; DROP TABLE items;--", "/b", "01", {"lone": "\ud800"}),
    ]
    snapshot = Snapshot.open(written(tmp_path / "s", items, some_features(2)), None, None)
    assert list(snapshot.items()) == items
    assert snapshot.item(items[1].id) == items[1]


def test_samples_are_different_items_and_repeatable(directory: Path) -> None:
    snapshot = Snapshot.open(directory, None, None)
    chosen = snapshot.sample(6, seed=4)
    assert len({item.id for item in chosen}) == 6
    assert chosen == snapshot.sample(6, seed=4)
    assert len(snapshot.sample(100, seed=4)) == 20


def test_items_and_features_are_read_from_any_thread(directory: Path) -> None:
    snapshot = Snapshot.open(directory, None, None)
    wrong: list[int] = []

    def look_up() -> None:
        for row in range(20):
            if snapshot.row(snapshot.item_at(row).id) != row or snapshot.features([row]).shape != (1, D):
                wrong.append(row)
        list(snapshot.items())

    threads = [threading.Thread(target=look_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_without_the_index(directory: Path) -> None:
    (directory / "index.bin").unlink()
    snapshot = Snapshot.open(directory, None, None, with_index=False)
    assert len(snapshot) == 20
    with pytest.raises(ValueError, match="without its index"):
        _ = snapshot.index


def test_a_read_only_folder_can_be_opened_under_any_name(tmp_path: Path) -> None:
    directory = written(tmp_path / "100% odd?#name ü", some_items(2), some_features(2))
    directory.chmod(0o555)
    snapshot = Snapshot.open(directory, None, None)
    assert len(list(snapshot.items())) == 2
    directory.chmod(0o755)


def test_another_model_is_refused_with_what_to_do(directory: Path) -> None:
    with pytest.raises(SnapshotInvalid) as caught:
        Snapshot.open(directory, "RN50x4@9", "sum")
    assert "made with tiny, the bot runs RN50x4" in str(caught.value)
    assert "run `python -m scripts.reindex`, or set CLIP_MODEL=tiny" in str(caught.value)


def test_other_weights_of_the_same_model_are_refused(directory: Path) -> None:
    with pytest.raises(SnapshotInvalid, match=r"other weights or preprocessing of tiny .*scripts\.reindex"):
        Snapshot.open(directory, "tiny@2", "sum")


def test_another_composition_is_refused_with_what_to_do(directory: Path) -> None:
    with pytest.raises(SnapshotInvalid, match=r"composition sum, the bot runs combiner:ab.*no picture is encoded"):
        Snapshot.open(directory, "tiny@1", "combiner:ab")


def damage_manifest(directory: Path, **changes: object) -> None:
    path = directory / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 99}, "format 99"),
        ({"count": 19}, "damaged"),
        ({"count": "20"}, "missing or wrong values"),
        ({"count": -1}, "missing or wrong values"),
        ({"count": 0}, "no pictures"),
        ({"dimension": D + 1}, "damaged"),
        ({"fingerprint": None}, "missing or wrong values"),
        ({"source": {"images": 3}}, "missing or wrong values"),
        ({"source": "x"}, "missing or wrong values"),
    ],
)
def test_a_manifest_that_does_not_agree_is_refused(directory: Path, changes: dict[str, object], sentence: str) -> None:
    damage_manifest(directory, **changes)
    with pytest.raises(SnapshotInvalid, match=sentence) as caught:
        Snapshot.open(directory, None, None)
    assert "scripts.reindex" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_a_later_version_adds_to_the_manifest_is_ignored(directory: Path) -> None:
    damage_manifest(directory, extra=1)
    assert len(Snapshot.open(directory, None, None)) == 20


@pytest.mark.parametrize("name", ["manifest.json", "items.sqlite", "features.f32", "index.bin"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "noise"])
def test_a_damaged_folder_is_refused_in_one_sentence(directory: Path, name: str, damage: str) -> None:
    path = directory / name
    data = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "noise": b"\x93noise" * 50}[damage])
    with pytest.raises(SnapshotInvalid) as caught:
        Snapshot.open(directory, "tiny@1", "sum")
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_table_with_too_few_rows_is_refused(directory: Path) -> None:
    with sqlite3.connect(directory / "items.sqlite") as table:
        table.execute("DELETE FROM items WHERE row = 3")
    table.close()
    with pytest.raises(SnapshotInvalid, match="item table has 19 rows, the manifest says 20"):
        Snapshot.open(directory, None, None)


def test_an_index_of_another_size_is_refused(directory: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other", some_items(5), some_features(5))
    (other / "index.bin").replace(directory / "index.bin")
    with pytest.raises(SnapshotInvalid, match="index has 5 rows, the manifest says 20"):
        Snapshot.open(directory, None, None)


# The writer


def test_the_manifest_comes_last(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path / "s", PROVENANCE)
    writer.add(some_items(3), some_features(3))
    with pytest.raises(SnapshotInvalid, match="no finished snapshot"):
        read_manifest(tmp_path / "s")
    assert writer.finish(failed=0) == read_manifest(tmp_path / "s")


def test_nothing_to_write_is_refused_and_abort_removes_the_folder(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path / "s", PROVENANCE)
    with pytest.raises(IndexingFailed, match="not one readable picture"):
        writer.finish(failed=2)
    writer.abort()
    assert not (tmp_path / "s").exists()
    writer.abort()


def test_features_of_another_shape_are_refused(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path / "s", PROVENANCE)
    with pytest.raises(ValueError, match="width 8"):
        writer.add(some_items(2), np.ones((2, D + 1), dtype=np.float32))
    writer.abort()


def test_pictures_that_are_there_many_times_pass_the_check(tmp_path: Path) -> None:
    features = np.repeat(some_features(2), 40, axis=0)
    assert len(Snapshot.open(written(tmp_path / "s", some_items(80), features), None, None)) == 80


def test_known_ids(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path / "s", PROVENANCE)
    writer.add(some_items(2), some_features(2))
    assert writer.having(["item 2", "item 1"]) == {"item 1"}
    assert len(writer) == 2
    writer.abort()
