"""The vectors of words in a snapshot: made once, taken over where a text is unchanged, refused when damaged."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from retrieval.entry import Entry
from retrieval.errors import IndexingFailed, SnapshotInvalid
from retrieval.snapshot import Snapshot
from retrieval.snapshot_words import FILE_NAME, add_words, has_words, open_channel, open_words, words_of
from retrieval.words_models import WordsModels
from tests.picture_collection import Collection
from tests.sentences import StemEncoder


class Models(WordsModels):
    """With an encoder that is there already."""

    def __init__(self, encoder):
        super().__init__(None)
        self._encoder = encoder


@pytest.fixture
def folder(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


def entry(folder: Collection, name: str, colour: str, **metadata: str) -> Entry:
    path = folder.pictures / f"{name}.png"
    Image.new("RGB", (8, 8), colour).save(path)
    return Entry(name, path, metadata)


def build(folder, entries, encoder, previous=None):
    snapshot, _ = folder.build(previous, entries=entries)
    directory = snapshot.directory
    snapshot.close()
    rows = list(add_words(directory, encoder, encoder.encode, previous))
    return Snapshot.open(directory, None, None), rows


def shop(folder):
    return [
        entry(folder, "a", "red", title="Norwind coat"),
        entry(folder, "b", "blue", title="Ostberg coat"),
        entry(folder, "c", "green"),
        entry(folder, "d", "black", title="Norwind coat"),
    ]


def test_each_item_has_a_vector_and_the_manifest_says_which_model_made_them(folder):
    encoder = StemEncoder()
    snapshot, rows = build(folder, shop(folder), encoder)
    vectors = open_words(snapshot)
    assert rows == [4]
    assert (snapshot.manifest.words, snapshot.manifest.words_dimension) == ("stems@1", 64)
    assert encoder.encoded == ["Norwind coat", "Ostberg coat"]  # the same words are read once
    assert vectors.shape == (4, 64)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0, 1])
    assert (vectors[0] == vectors[3]).all()


def test_only_new_words_are_read_again(folder):
    first, _ = build(folder, shop(folder), StemEncoder())
    changed = [
        entry(folder, "new", "white", title="Tindra coat"),
        entry(folder, "b", "blue", title="Ostberg coat, now warmer"),
        *(kept for kept in shop(folder) if kept.id in "acd"),
    ]
    encoder = StemEncoder()
    second, _ = build(folder, changed, encoder, first)
    assert encoder.encoded == ["Tindra coat", "Ostberg coat, now warmer"]
    whole, _ = build(folder, changed, StemEncoder())
    assert (open_words(second) == open_words(whole)).all()


def test_another_model_reads_everything_anew(folder):
    first, _ = build(folder, shop(folder), StemEncoder())
    other = StemEncoder("stems@2")
    build(folder, shop(folder), other, first)
    assert len(other.encoded) == 2


def test_a_catalogue_without_words_has_no_channel_and_loads_no_model(folder):
    snapshot, _ = folder.build(entries=[entry(folder, "a", "red", price="3"), entry(folder, "b", "blue")])
    assert not has_words(snapshot.directory)
    models = WordsModels("a model that is not there")
    assert open_channel(snapshot, models) is None
    assert open_words(snapshot) is None


def test_words_read_with_another_model_are_left_alone_with_one_line(folder, caplog):
    snapshot, _ = build(folder, shop(folder), StemEncoder())
    assert len(open_channel(snapshot, Models(StemEncoder()))) == 4
    with caplog.at_level(logging.WARNING):
        assert open_channel(snapshot, Models(StemEncoder("stems@2"))) is None
    assert [record.message for record in caplog.records] == [
        "Searching without the words beside the pictures: they were read with stems@1, now it is stems@2; reindex."
    ]


@pytest.mark.parametrize("damage", ["missing", "short"])
def test_damaged_vectors_are_refused_in_one_sentence(folder, damage):
    snapshot, _ = build(folder, shop(folder), StemEncoder())
    path = snapshot.directory / FILE_NAME
    path.unlink() if damage == "missing" else path.write_bytes(b"1234")
    with pytest.raises(SnapshotInvalid, match=r"words are not whole.*scripts\.reindex"):
        open_channel(snapshot, Models(StemEncoder()))
    assert words_of(snapshot) is None
    encoder = StemEncoder()
    again, _ = build(folder, shop(folder), encoder, snapshot)
    assert len(encoder.encoded) == 2
    assert open_words(again) is not None


def test_snapshots_of_earlier_versions_have_no_words(folder):
    snapshot, _ = folder.build(entries=shop(folder))
    manifest = snapshot.directory / "manifest.json"
    values = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({key: values[key] for key in values if not key.startswith("words")}))
    assert open_words(Snapshot.open(snapshot.directory, None, None)) is None


def test_a_model_that_stops_ends_the_indexing_in_one_sentence(folder):
    snapshot, _ = folder.build(entries=shop(folder))

    def stop(texts):
        raise RuntimeError("out of memory")

    with pytest.raises(IndexingFailed, match="sentence model stopped"):
        list(add_words(snapshot.directory, StemEncoder(), stop))
