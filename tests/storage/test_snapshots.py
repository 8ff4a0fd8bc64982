import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from storage.errors import LockHeld, SnapshotMissing
from storage.snapshots import SnapshotStore

# Python 3.12 warns when a process with threads forks; these children start none of the locks that it fears for.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def published(store: SnapshotStore, content: str) -> Path:
    staging = store.staging()
    (staging / "content").write_text(content)
    return store.publish(staging)


def served(store: SnapshotStore) -> str:
    return (store.current() / "content").read_text()


def test_nothing_is_current_at_first(store: SnapshotStore) -> None:
    with pytest.raises(SnapshotMissing, match="no snapshot yet"):
        store.current()
    assert store.list() == []
    assert store.previous() is None
    assert store.sweep() == 0


def test_a_staging_folder_is_neither_current_nor_listed(store: SnapshotStore) -> None:
    staging = store.staging()
    assert staging.is_dir()
    assert store.list() == []
    with pytest.raises(SnapshotMissing):
        store.current()


def test_publishing_makes_it_current_and_keeps_the_one_before(store: SnapshotStore) -> None:
    first = published(store, "a")
    second = published(store, "b")
    assert served(store) == "b"
    assert store.list() == [first, second]
    assert store.previous() == first


def test_rollback_goes_back_one_by_one_and_then_says_so(store: SnapshotStore) -> None:
    for content in "abc":
        published(store, content)
    assert store.rollback().joinpath("content").read_text() == "b"
    assert served(store) == "b"
    store.rollback()
    assert served(store) == "a"
    with pytest.raises(SnapshotMissing, match="no earlier snapshot"):
        store.rollback()
    assert served(store) == "a"


def test_after_a_rollback_the_good_one_is_what_the_next_rolls_back_to(store: SnapshotStore) -> None:
    published(store, "good")
    bad = published(store, "bad")
    store.rollback()
    published(store, "new")
    assert store.prune(keep=2) == (bad,)
    store.rollback()
    assert served(store) == "good"


def test_prune_keeps_current_and_previous(store: SnapshotStore) -> None:
    folders = [published(store, content) for content in "abcd"]
    assert store.prune(keep=2) == tuple(folders[:2])
    assert store.list() == folders[2:]
    assert served(store) == "d"
    store.rollback()
    assert served(store) == "c"


def test_prune_keeps_what_a_rollback_left_behind(store: SnapshotStore) -> None:
    folders = [published(store, content) for content in "ab"]
    store.rollback()
    assert store.prune(keep=2) == ()
    assert store.list() == folders


def test_prune_keeps_more_if_asked(store: SnapshotStore) -> None:
    folders = [published(store, content) for content in "abcd"]
    assert store.prune(keep=3) == (folders[0],)


def test_another_process_sees_the_same(store: SnapshotStore, tmp_path: Path) -> None:
    published(store, "a")
    other = SnapshotStore(tmp_path / "snapshots")
    published(other, "b")
    assert served(store) == "b"
    other.rollback()
    assert served(store) == "a"


def test_the_root_can_be_moved(store: SnapshotStore, tmp_path: Path) -> None:
    published(store, "a")
    (tmp_path / "snapshots").rename(tmp_path / "elsewhere")
    assert served(SnapshotStore(tmp_path / "elsewhere")) == "a"


def test_sweep_removes_abandoned_staging_folders_only(store: SnapshotStore, tmp_path: Path) -> None:
    mine = store.staging()
    (tmp_path / "snapshots" / ".staging-abandoned").mkdir()
    (tmp_path / "snapshots" / ".link-abandoned").symlink_to("nowhere")
    other = SnapshotStore(tmp_path / "snapshots")
    assert other.sweep() == 1
    assert mine.is_dir()
    assert {path.name for path in (tmp_path / "snapshots").iterdir()} == {mine.name, ".writer"}


def test_sweep_leaves_the_folder_of_a_living_process_and_takes_that_of_a_dead_one(tmp_path: Path) -> None:
    code = """
        import sys, time
        from pathlib import Path
        from storage.snapshots import SnapshotStore
        store = SnapshotStore(Path(sys.argv[1]))
        print(store.staging(), flush=True)
        time.sleep(60)
    """
    root = tmp_path / "snapshots"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(root)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        staging = Path(writer.stdout.readline().strip())
        store = SnapshotStore(root)
        assert store.sweep() == 0
        assert staging.is_dir()
        writer.kill()
        writer.wait()
        assert store.sweep() == 1
        assert not staging.exists()


def test_discard_removes_it_and_may_be_repeated(store: SnapshotStore) -> None:
    staging = store.staging()
    (staging / "part").write_text("x")
    store.discard(staging)
    assert not staging.exists()
    store.discard(staging)


def test_only_staging_folders_can_be_published_or_discarded(store: SnapshotStore, tmp_path: Path) -> None:
    folder = published(store, "a")
    for path in (folder, tmp_path):
        with pytest.raises(ValueError, match="no staging folder"):
            store.publish(path)
        with pytest.raises(ValueError, match="no staging folder"):
            store.discard(path)
    assert served(store) == "a"


def test_publishing_a_folder_that_is_gone_leaves_the_current_one(store: SnapshotStore) -> None:
    published(store, "a")
    staging = store.staging()
    staging.rmdir()
    with pytest.raises(SnapshotMissing, match="again"):
        store.publish(staging)
    assert served(store) == "a"


def test_a_link_to_a_removed_folder_counts_as_none(store: SnapshotStore, tmp_path: Path) -> None:
    folder = published(store, "a")
    folder.rename(tmp_path / "taken away")
    with pytest.raises(SnapshotMissing):
        store.current()


def test_without_the_link_the_newest_older_one_is_the_previous(store: SnapshotStore, tmp_path: Path) -> None:
    folders = [published(store, content) for content in "abc"]
    (tmp_path / "snapshots" / "previous").unlink()
    assert store.previous() == folders[1]


def _die_at(step: int, root: Path, action: str) -> None:
    """Child process: killed by itself before the `step`-th change to the file system."""
    count = 0

    def audit(event: str, _: tuple[object, ...]) -> None:
        nonlocal count
        if event in ("os.rename", "os.symlink", "os.remove", "os.rmdir", "os.mkdir"):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    store = SnapshotStore(root)
    staging = store.staging()
    (staging / "content").write_text("new")
    sys.addaudithook(audit)
    if action == "publish":
        store.publish(staging)
        store.prune(keep=2)
    else:
        store.rollback()
    os._exit(0)


@pytest.mark.parametrize("action", ["publish", "rollback"])
def test_killed_at_any_step_a_whole_one_is_current(tmp_path: Path, action: str) -> None:
    context = multiprocessing.get_context("fork")
    for step in range(1, 30):
        root = tmp_path / f"{action}-{step}"
        store = SnapshotStore(root)
        for content in ("older", "old"):
            published(store, content)
        child = context.Process(target=_die_at, args=(step, root, action))
        child.start()
        child.join()
        after = {"publish": "new", "rollback": "older"}[action]
        assert served(store) in ("old", after)
        before_sweep = store.list()
        store.sweep()
        assert store.list() == before_sweep
        assert [path.name for path in root.iterdir() if path.name.startswith(".")] == [".writer"]
        # The way back exists as well, and the next job can go on from here.
        assert (store.previous() is not None) or action == "rollback"
        published(store, "next")
        assert served(store) == "next"
        if child.exitcode == 0:
            assert step > 3
            return
    pytest.fail("the child never ran to its end")


def test_a_disk_that_fails_while_publishing_leaves_the_current_one(store: SnapshotStore) -> None:
    published(store, "a")
    staging = store.staging()
    # A broken link cannot be opened, and so not be made durable.
    (staging / "content").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        store.publish(staging)
    assert served(store) == "a"
    store.discard(staging)


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    root = tmp_path / "snapshots"
    mine, other = SnapshotStore(root), SnapshotStore(root)
    staging = mine.staging()
    with pytest.raises(LockHeld, match=f"process {os.getpid()} on") as caught:
        other.staging()
    assert caught.value.owner.startswith(f"process {os.getpid()} on")
    mine.publish(staging)
    other.discard(other.staging())
    mine.discard(mine.staging())


def test_a_writer_that_lost_its_folder_may_write_again(store: SnapshotStore) -> None:
    store.staging().rmdir()
    published(store, "a")
    assert served(store) == "a"
