"""Indexing with a map: it comes with the snapshot, its progress is told, and stopping leaves everything as it was."""

from contextlib import closing

import pytest

from bot.handlers.admin import _progress_line
from bot.publishing import Recipe, publish_catalogue
from retrieval.catalogue import folder
from retrieval.clip_encoder import load_encoder
from retrieval.composition import NormalizedSum
from retrieval.map_indexing import map_of
from retrieval.snapshot import Snapshot
from storage.snapshots import SnapshotStore
from tests.pictures import save_shades


@pytest.fixture
def publish(tmp_path):
    """Steps of a publication of a folder of pictures, with or without a map."""
    encoder = load_encoder("tiny-clip")
    save_shades(tmp_path / "pictures", 8)

    def steps(drawn):
        recipe = Recipe(encoder, NormalizedSum(), "tiny-clip", None, "exact", strengths=False, map=drawn)
        return publish_catalogue(store, recipe, folder(tmp_path / "pictures"), encoder.encode_images, 8)

    store = SnapshotStore(tmp_path / "snapshots")
    return store, steps


def test_a_snapshot_without_a_map_gets_one_although_nothing_else_is_new(publish):
    store, steps = publish
    list(steps(False))
    first = store.current()
    with closing(Snapshot.open(first, None, None)) as snapshot:
        assert map_of(snapshot) is None
    seen = list(steps(True))
    shares = [progress.map_share for progress in seen if progress.map_share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert _progress_line(seen[-2]) == "Reindexing: drawing the map, 100 %"
    assert store.current() != first
    with closing(Snapshot.open(store.current(), None, None)) as snapshot:
        assert len(map_of(snapshot)) == 8
    second = store.current()
    list(steps(True))
    assert store.current() == second


def test_stopping_while_the_map_is_drawn_leaves_the_live_snapshot(publish):
    store, steps = publish
    list(steps(False))
    live = store.current()
    running = steps(True)
    next(progress for progress in running if progress.map_share is not None)
    running.close()
    assert store.current() == live
    assert map_of(Snapshot.open(live, None, None)) is None
