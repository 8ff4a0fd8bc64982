"""Progress, memory, and everything that ends an indexing job before its time: the live snapshot stays whole."""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from retrieval.catalogue import folder
from retrieval.entry import Entry, Failure
from retrieval.errors import CatalogueInvalid, IndexingFailed
from retrieval.indexing import Progress, build_snapshot
from retrieval.protocols import Features
from retrieval.snapshot import Snapshot
from storage.snapshots import SnapshotStore
from tests.picture_collection import Collection
from tests.pictures import save_picture, save_shades

# Python 3.12 warns when a process with threads forks; these children start none of the locks that it fears for.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


# Progress


def steps_of(collection: Collection, batch_size: int = 4, total: int | None = None) -> list[Progress]:
    return list(
        build_snapshot(
            folder(collection.pictures),
            collection.encoder.encode_images,
            collection.staging,
            collection.provenance(),
            batch_size=batch_size,
            total=total,
        )
    )


def test_progress_comes_after_each_batch_and_the_report_last(collection: Collection) -> None:
    save_shades(collection.pictures, 10)
    steps = steps_of(collection, total=10)
    assert [step.done for step in steps] == [4, 8, 10, 10]
    assert [step.report is None for step in steps] == [True, True, True, False]
    assert all(step.total == 10 and step.rate_per_s > 0 for step in steps)
    assert steps[0].eta_s is not None
    assert steps[0].eta_s > 0
    assert steps[-1].eta_s == 0


def test_without_a_total_there_is_no_time_left(collection: Collection) -> None:
    save_shades(collection.pictures, 3)
    assert [step.eta_s for step in steps_of(collection)] == [None, None]


def test_nothing_happens_before_the_first_step(collection: Collection) -> None:
    steps = build_snapshot(
        folder(collection.pictures), collection.encoder.encode_images, collection.staging, collection.provenance()
    )
    assert not collection.staging.exists()
    steps.close()


# What stops the job


def test_cancelling_removes_the_staging_folder_and_the_threads(collection: Collection) -> None:
    save_shades(collection.pictures, 40)
    steps = build_snapshot(
        folder(collection.pictures),
        collection.encoder.encode_images,
        collection.staging,
        collection.provenance(),
        batch_size=4,
    )
    next(steps)
    assert collection.staging.is_dir()
    steps.close()
    assert not collection.staging.exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_nothing_readable_fails_in_one_sentence(collection: Collection) -> None:
    (collection.pictures / "text.jpg").write_text("no picture")
    with pytest.raises(IndexingFailed, match="not one readable picture"):
        collection.build()
    assert not (collection.pictures.parent / "snapshot 0").exists()


def test_an_empty_folder_fails_in_one_sentence(collection: Collection) -> None:
    with pytest.raises(IndexingFailed, match="not one readable picture"):
        collection.build()


def test_a_model_that_stops_ends_the_job(collection: Collection) -> None:
    save_shades(collection.pictures, 3)

    def encode(pictures: Sequence[Image.Image]) -> Features:
        raise RuntimeError("CUDA out of memory.\nlots of text")

    with pytest.raises(IndexingFailed, match=r"^The model stopped while encoding pictures \(CUDA out of memory\.\)\.$"):
        list(build_snapshot(folder(collection.pictures), encode, collection.staging, collection.provenance()))
    assert not collection.staging.exists()


def test_a_catalogue_that_breaks_off_ends_the_job(collection: Collection) -> None:
    save_shades(collection.pictures, 3)

    def breaking() -> Iterator[Entry | Failure]:
        yield from folder(collection.pictures)
        raise CatalogueInvalid("The catalogue is damaged after row 3.")

    with pytest.raises(CatalogueInvalid, match="after row 3"):
        collection.build(entries=breaking())
    assert not (collection.pictures.parent / "snapshot 0").exists()


# Memory


def test_large_pictures_wait_in_bounded_numbers(collection: Collection) -> None:
    # 8 million pixels each: the window and one batch hold 48 million each, far fewer than the 64 of the counts.
    path = save_picture(collection.pictures / "large.jpg", size=(4000, 2000))
    for number in range(12):
        os.link(path, collection.pictures / f"link {number}.jpg")
    sizes: list[int] = []

    def encode(pictures: Sequence[Image.Image]) -> Features:
        sizes.append(len(pictures))
        return collection.encoder.encode_images(pictures)

    list(build_snapshot(folder(collection.pictures), encode, collection.staging, collection.provenance()))
    assert max(sizes) == 6
    assert sum(sizes) == 13


def test_the_catalogue_is_read_as_a_stream(collection: Collection) -> None:
    paths = save_shades(collection.pictures, 50)
    taken = 0

    def counting() -> Iterator[Entry | Failure]:
        nonlocal taken
        for path in paths:
            taken += 1
            yield Entry(path.name, path)

    steps = build_snapshot(
        counting(), collection.encoder.encode_images, collection.staging, collection.provenance(), batch_size=4
    )
    with closing(steps):
        next(steps)
        time.sleep(0.05)
        # One batch is written, at most two wait, and one entry is in the reader's hand.
        assert taken <= 4 + 8 + 1


# A full disk


def _index_with_little_room(pictures: Path, staging: Path, max_bytes: int | None) -> None:
    """Child process: index, and tell by the exit code how it ended."""
    if max_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))
    collection = Collection(pictures.parent)
    try:
        list(
            build_snapshot(
                folder(pictures), collection.encoder.encode_images, staging, collection.provenance(), batch_size=16
            )
        )
    except IndexingFailed as error:
        wanted = "could not be written" in str(error) and "free some disk space" in str(error)
        os._exit(7 if wanted and "\n" not in str(error) else 8)
    os._exit(0)


def _run_in_child(pictures: Path, staging: Path, max_bytes: int | None) -> int | None:
    child = multiprocessing.get_context("fork").Process(
        target=_index_with_little_room, args=(pictures, staging, max_bytes)
    )
    child.start()
    child.join()
    return child.exitcode


def test_a_disk_that_fills_up_ends_the_job_in_one_sentence(collection: Collection, tmp_path: Path) -> None:
    save_shades(collection.pictures, 200)
    # 200 rows take 10 KB of features and 40 KB of items: each limit stops at another place.
    for max_bytes in (100, 5_000, 9_000, 20_000):
        assert _run_in_child(collection.pictures, tmp_path / "full", max_bytes) == 7
        assert not (tmp_path / "full").exists()
    assert _run_in_child(collection.pictures, tmp_path / "full", 1_000_000) == 0


def test_a_small_tmpfs_that_fills_up(collection: Collection, tmp_path: Path) -> None:
    save_shades(collection.pictures, 200)
    disk = tmp_path / "disk"
    disk.mkdir()
    size_k = 40
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_k}k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    # Where nothing may be mounted a limit on the size of files has to do.
    limit = None if mounted.returncode == 0 else size_k * 256
    try:
        assert _run_in_child(collection.pictures, disk / "staging", limit) == 7
        assert list(disk.iterdir()) == []
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(disk)], check=True)


# Killed


def _die_at(step: int, pictures: Path, root: Path) -> None:
    """Child process: kills itself at the `step`-th time that it opens, makes, renames or removes a file."""
    count = 0

    def audit(event: str, _: tuple[object, ...]) -> None:
        nonlocal count
        if event in ("open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir", "sqlite3.connect"):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    collection = Collection(pictures.parent)
    store = SnapshotStore(root)
    previous = Snapshot.open(store.current(), None, None)
    sys.addaudithook(audit)
    staging = store.staging()
    list(
        build_snapshot(
            folder(pictures),
            collection.encoder.encode_images,
            staging,
            collection.provenance(),
            previous=previous,
            batch_size=3,
        )
    )
    store.publish(staging)
    store.prune()
    os._exit(0)


def test_killed_anywhere_the_live_snapshot_is_whole(collection: Collection, tmp_path: Path) -> None:
    save_shades(collection.pictures, 4)
    root = tmp_path / "snapshots"
    store = SnapshotStore(root)

    def publish() -> None:
        staging = store.staging()
        list(
            build_snapshot(
                folder(collection.pictures), collection.encoder.encode_images, staging, collection.provenance()
            )
        )
        store.publish(staging)
        store.prune()

    publish()
    save_shades(collection.pictures, 8)
    for step in range(1, 200, 4):
        current, before = store.current(), len(Snapshot.open(store.current(), None, None))
        child = multiprocessing.get_context("fork").Process(target=_die_at, args=(step, collection.pictures, root))
        child.start()
        child.join()
        snapshot = Snapshot.open(store.current(), "colours@1", "sum")
        assert len(snapshot) == len(list(snapshot.items()))
        assert len(snapshot) == (before if store.current() == current else 8)
        snapshot.close()
        store.sweep()
        assert {path.name for path in root.iterdir() if path.name.startswith(".")} == {".writer"}
        if child.exitcode == 0:
            assert step > 20
            return
        assert child.exitcode == -signal.SIGKILL
    pytest.fail("the child never came to its end")
