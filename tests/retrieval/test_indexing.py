import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from retrieval.catalogue import folder, read_catalogue
from retrieval.entry import Entry, Failure
from retrieval.errors import PictureUnreadable
from retrieval.indexing import Report, build_snapshot
from retrieval.picture_file import read_picture_bytes
from retrieval.protocols import Features
from tests.picture_collection import Collection
from tests.pictures import save_picture, save_shades


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


def reasons(report: Report) -> dict[str, str]:
    return {failure.path.split("/")[-1]: failure.reason for failure in report.failed}


def test_a_folder_becomes_a_snapshot_that_finds_its_pictures(collection: Collection) -> None:
    for colour in ("red", "green", "blue"):
        save_picture(collection.pictures / f"{colour} thing.png", colour)
    snapshot, report = collection.build()
    assert [item.id for item in snapshot.items()] == ["blue thing.png", "green thing.png", "red thing.png"]
    assert snapshot.item("red thing.png").title == "red thing"
    assert Path(snapshot.item("red thing.png").path) == collection.pictures / "red thing.png"
    ((rows, _),) = snapshot.index.search(collection.encoder.encode_texts(["something red"]), 1)
    assert snapshot.item_at(int(rows[0])).id == "red thing.png"
    assert (report.added, report.changed, report.removed, report.unchanged, report.failed) == (3, 0, 0, 0, ())
    assert report.encoded == 3


def test_features_are_those_of_the_picture_in_its_row(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 70)
    snapshot, _ = collection.build(batch_size=8)
    for row, path in enumerate(sorted(paths)):
        assert snapshot.item_at(row).id == path.name
        with Image.open(path) as picture:
            np.testing.assert_array_equal(snapshot.features([row]), collection.encoder.encode_images([picture]))


def test_only_new_and_changed_pictures_are_encoded_again(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 10)
    first, _ = collection.build()
    collection.encoder.encoded = 0
    save_picture(paths[2], "black")
    paths[5].unlink()
    paths[6].rename(collection.pictures / "zz renamed.png")
    save_picture(collection.pictures / "added.png", "white")
    second, report = collection.build(first)
    assert collection.encoder.encoded == report.encoded == 2
    # A renamed picture is a new id and a vanished one, but its content is known.
    assert (report.added, report.changed, report.removed, report.unchanged) == (2, 1, 2, 7)
    assert second.find(paths[5].name) is None
    fresh, _ = collection.build()
    np.testing.assert_array_equal(second.features(range(len(second))), fresh.features(range(len(fresh))))
    assert [item.id for item in second.items()] == [item.id for item in fresh.items()]


def test_nothing_new_is_nothing_encoded(collection: Collection) -> None:
    save_shades(collection.pictures, 5)
    first, report = collection.build()
    assert not report.nothing_new
    _, report = collection.build(first)
    assert (report.unchanged, report.encoded) == (5, 0)
    assert report.nothing_new
    _, report = collection.build(first, provenance=collection.provenance(composition="product"))
    assert not report.nothing_new


def test_metadata_alone_is_written_without_encoding(collection: Collection, tmp_path: Path) -> None:
    save_shades(collection.pictures, 2)
    table = collection.pictures / "c.csv"
    table.write_text("path,title\nshade 000.png,old\nshade 001.png,same\n")
    first, _ = collection.build(entries=read_catalogue(table))
    table.write_text("path,title\nshade 000.png,new\nshade 001.png,same\n")
    second, report = collection.build(first, entries=read_catalogue(table))
    assert (report.unchanged, report.relabelled, report.encoded) == (2, 1, 0)
    assert not report.nothing_new
    assert second.item("shade 000.png").title == "new"
    assert first.item("shade 000.png").title == "old"


def test_another_model_encodes_everything_again(collection: Collection) -> None:
    save_shades(collection.pictures, 4)
    first, _ = collection.build()
    second, report = collection.build(first, provenance=collection.provenance("colours@2"))
    assert (report.encoded, report.unchanged) == (4, 4)
    assert second.manifest.fingerprint == "colours@2"


def test_another_composition_encodes_nothing(collection: Collection) -> None:
    save_shades(collection.pictures, 4)
    first, _ = collection.build()
    second, report = collection.build(first, provenance=collection.provenance(composition="combiner:ab"))
    assert report.encoded == 0
    assert second.manifest.composition == "combiner:ab"


def test_bad_pictures_are_listed_with_the_reason_and_the_rest_goes_on(collection: Collection) -> None:
    good = save_picture(collection.pictures / "good.jpg")
    data = good.read_bytes()
    (collection.pictures / "cut.jpg").write_bytes(data[: len(data) // 2])
    (collection.pictures / "text.jpg").write_text("this is no picture\n")
    (collection.pictures / "empty.jpg").touch()
    os.mkfifo(collection.pictures / "pipe.jpg")
    (collection.pictures / "itself.jpg").symlink_to("itself.jpg")
    (collection.pictures / "broken.jpg").symlink_to("nowhere")
    (collection.pictures / "endless.jpg").symlink_to("/dev/zero")
    with (collection.pictures / "huge.jpg").open("wb") as file:
        file.truncate(10 * 2**30)
    (collection.pictures / "new\nline 🌺.jpg").write_text("no picture either")
    snapshot, report = collection.build()
    assert [item.id for item in snapshot.items()] == ["good.jpg"]
    assert snapshot.manifest.failed == len(report.failed) == 9
    found = reasons(report)
    assert set(found) == {
        "cut.jpg",
        "text.jpg",
        "empty.jpg",
        "pipe.jpg",
        "itself.jpg",
        "broken.jpg",
        "endless.jpg",
        "huge.jpg",
        "new\\nline 🌺.jpg",
    }
    assert found["pipe.jpg"] == found["endless.jpg"] == "not a regular file"
    assert found["itself.jpg"] == "symbolic links in a circle"
    assert found["broken.jpg"] == "file not found"
    assert "larger than" in found["huge.jpg"]
    assert all(failure.path.isprintable() and failure.reason for failure in report.failed)


def test_a_folder_where_a_file_should_be_is_listed(collection: Collection) -> None:
    save_picture(collection.pictures / "good.png")
    (collection.pictures / "x.jpg").mkdir()
    entries = [Entry("a", collection.pictures / "x.jpg"), Entry("b", collection.pictures / "good.png")]
    _, report = collection.build(entries=entries)
    assert reasons(report) == {"x.jpg": "a folder, not a file"}


def test_a_picture_deleted_meanwhile_is_listed(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 3)

    def deleting() -> Iterator[Entry | Failure]:
        for entry in folder(collection.pictures):
            if isinstance(entry, Entry) and entry.path == paths[1]:
                paths[1].unlink()
            yield entry

    snapshot, report = collection.build(entries=deleting())
    assert len(snapshot) == 2
    assert reasons(report) == {paths[1].name: "file not found"}


def test_the_first_of_two_with_one_id_is_kept(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 5)
    entries = [Entry("same" if number in (0, 1, 4) else path.name, path) for number, path in enumerate(paths)]
    snapshot, report = collection.build(entries=entries, batch_size=2)
    assert len(snapshot) == 3
    assert Path(snapshot.item("same").path) == paths[0]
    assert [failure.path for failure in report.failed] == [str(paths[1]), str(paths[4])]
    assert "the id 'same' is there twice" in report.failed[0].reason


def test_failures_of_the_catalogue_are_counted(collection: Collection) -> None:
    save_shades(collection.pictures, 1)
    table = collection.pictures / "c.csv"
    table.write_text("path\nshade 000.png\ngone.png\n")
    _, report = collection.build(entries=read_catalogue(table))
    assert reasons(report) == {"gone.png": "file not found"}


def test_hostile_names_are_indexed_and_found_again(collection: Collection) -> None:
    names = [os.fsdecode(b"caf\xe9.png"), "new\nline.png", "🌺 quo'te\".png"]
    for number, name in enumerate(names):
        save_picture(collection.pictures / "x.png", (90 * number, 0, 0)).rename(collection.pictures / name)
    snapshot, report = collection.build()
    assert report.failed == ()
    assert all(Path(item.path).is_file() for item in snapshot.items())
    _, report = collection.build(snapshot)
    assert report.unchanged == 3


def test_unusable_features_are_listed(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 3)

    def encode(pictures: Sequence[Image.Image]) -> Features:
        features = collection.encoder.encode_images(pictures)
        features[0, 0] = np.nan
        features[2] = 0
        return features

    steps = build_snapshot(folder(collection.pictures), encode, collection.staging, collection.provenance())
    *_, last = steps
    assert last.report is not None
    assert [failure.path for failure in last.report.failed] == [str(paths[0]), str(paths[2])]


def test_a_forbidden_file_is_refused_as_such(tmp_path: Path) -> None:
    forbidden = save_picture(tmp_path / "forbidden.png")
    forbidden.chmod(0)
    user = os.geteuid()
    if user == 0:  # permissions do not apply to root
        os.seteuid(65534)
    try:
        with pytest.raises(PictureUnreadable, match=r"^permission denied$"):
            read_picture_bytes(forbidden)
    finally:
        if user == 0:
            os.seteuid(user)
