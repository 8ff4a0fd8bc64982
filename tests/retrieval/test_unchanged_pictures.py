"""Pictures that the previous snapshot has are recognised in blocks: nothing that changed is overlooked."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from retrieval.catalogue import folder
from retrieval.entry import Entry
from retrieval.errors import SnapshotInvalid
from retrieval.indexing import build_snapshot
from retrieval.protocols import Features
from tests.picture_collection import Collection
from tests.pictures import save_picture, save_shades


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


def test_a_picture_edited_in_place_is_encoded_even_where_size_and_time_are_the_same(collection: Collection) -> None:
    paths = [save_picture(collection.pictures / f"{number:02}.bmp", (number, 0, 0)) for number in range(70)]
    first, _ = collection.build()
    before = paths[40].stat()
    save_picture(paths[40], "red")
    os.utime(paths[40], ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (paths[40].stat().st_size, paths[40].stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    second, report = collection.build(first)
    assert (report.changed, report.unchanged, report.encoded) == (1, 69, 1)
    assert second.find(paths[40].name) != first.find(paths[40].name)


def test_pictures_that_changed_places_are_told_apart_without_encoding(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 40)
    first, _ = collection.build()
    other = collection.pictures / "other"
    paths[3].rename(other)
    paths[30].rename(paths[3])
    other.rename(paths[30])
    second, report = collection.build(first)
    assert (report.changed, report.unchanged, report.encoded) == (2, 38, 0)
    fresh, _ = collection.build()
    assert second.features(range(40)).tolist() == fresh.features(range(40)).tolist()


def test_what_became_unreadable_or_doubled_is_listed_in_the_catalogues_order(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 90)
    first, _ = collection.build()
    paths[3].write_text("no picture any more")
    paths[40].unlink()
    paths[80].write_bytes(b"")
    entries = [Entry(path.name, path) for path in paths]
    entries.insert(60, entries[1])
    second, report = collection.build(first, entries=entries, batch_size=2)
    assert [Path(failure.path).name for failure in report.failed] == [paths[n].name for n in (3, 40, 1, 80)]
    assert (report.unchanged, report.removed, report.encoded) == (87, 3, 0)
    assert [item.id for item in second.items()] == [path.name for n, path in enumerate(paths) if n not in (3, 40, 80)]


def test_large_pictures_that_all_changed_wait_in_bounded_numbers(collection: Collection) -> None:
    # 8 million pixels each: one batch holds 48 million.
    small = save_picture(collection.pictures / "small.jpg")
    names = [f"link {number}.jpg" for number in range(12)]
    for name in names:
        os.link(small, collection.pictures / name)
    first, _ = collection.build()
    large = save_picture(collection.pictures / "large.jpg", size=(4000, 2000))
    for name in names:
        (collection.pictures / name).unlink()
        os.link(large, collection.pictures / name)
    sizes: list[int] = []

    def encode(pictures: Sequence[Image.Image]) -> Features:
        sizes.append(len(pictures))
        return collection.encoder.encode_images(pictures)

    provenance = collection.provenance()
    list(build_snapshot(folder(collection.pictures), encode, collection.staging, provenance, previous=first))
    assert max(sizes) == 6
    assert sum(sizes) == 13


def test_cancelling_stops_all_threads(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 400)
    first, _ = collection.build()
    for path in paths[:300:2]:
        save_picture(path, "red")
    encode = collection.encoder.encode_images
    provenance = collection.provenance()
    steps = build_snapshot(
        folder(collection.pictures), encode, collection.staging, provenance, previous=first, batch_size=2
    )
    next(steps)
    steps.close()
    assert not collection.staging.exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_a_damaged_previous_snapshot_ends_the_job_in_one_sentence(collection: Collection) -> None:
    save_shades(collection.pictures, 200)
    first, _ = collection.build()
    table = first.directory / "items.sqlite"
    data = table.read_bytes()
    table.write_bytes(data[:4096] + bytes(len(data) - 4096))
    with pytest.raises(SnapshotInvalid, match="reindex"):
        collection.build(first)
