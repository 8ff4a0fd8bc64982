"""Strengths come from the snapshot: built with it, opened with it, absent where it has none."""

import json

import pytest
from PIL import Image

from retrieval.calibration import MIN_ITEMS
from retrieval.catalogue import folder
from retrieval.composition import NormalizedSum
from retrieval.errors import IndexingFailed
from retrieval.indexing import build_snapshot
from retrieval.query import ImageQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.query_encoder import QueryEncoder
from retrieval.searcher import Searcher
from retrieval.snapshot import Snapshot
from retrieval.strength import FILE_NAME, FORMAT
from tests.encoders import COLOURS
from tests.picture_collection import Collection


@pytest.fixture
def collection(tmp_path):
    """Pictures of every colour, each a little different."""
    made = Collection(tmp_path)
    for number in range(MIN_ITEMS + 16):
        colour = list(COLOURS.values())[number % len(COLOURS)]
        shade = tuple(min(255, channel + number // 2) for channel in colour)
        Image.new("RGB", (40, 50), shade).save(made.pictures / f"{number:02}.png")
    return made


def build(collection, directory, previous=None, asked=None):
    """The snapshot with strengths, and the report of its building; what the model was asked is added to `asked`."""

    def ask(references, queries):
        if asked is not None:
            asked.extend(queries)
        return QueryEncoder(collection.encoder, NormalizedSum(), references)(queries).factors

    provenance = collection.provenance()
    encode = collection.encoder.encode_images
    *_, last = build_snapshot(folder(collection.pictures), encode, directory, provenance, previous=previous, ask=ask)
    return Snapshot.open(directory, None, None), last.report


def test_where_nothing_is_new_nothing_is_built_or_calibrated_again(collection, tmp_path):
    before, _ = build(collection, tmp_path / "one")
    asked = []
    same, report = build(collection, tmp_path / "two", before, asked)
    assert report.nothing_new
    assert asked == []
    for name in ("index.bin", FILE_NAME):
        assert (same.directory / name).read_bytes() == (before.directory / name).read_bytes()
    assert same.manifest.search == before.manifest.search
    assert [hit.item_id for hit in search(collection, same, TextQuery("red"))] == [
        hit.item_id for hit in search(collection, before, TextQuery("red"))
    ]
    Image.new("RGB", (40, 50), "red").save(collection.pictures / "00.png")
    changed, report = build(collection, tmp_path / "three", same, asked)
    assert report.changed == 1
    assert asked != []
    asked.clear()
    (collection.pictures / "01.png").rename(collection.pictures / "moved.png")  # the same content in another row
    build(collection, tmp_path / "four", changed, asked)[0].close()
    assert asked != []
    for snapshot in (before, same, changed):
        snapshot.close()


def test_another_least_recall_or_a_lost_calibration_is_built_again(collection, tmp_path):
    before, _ = build(collection, tmp_path / "one")
    path = before.directory / "manifest.json"
    for damage in ({"search": None}, {"strength": 0}):
        path.write_text(json.dumps(json.loads(path.read_text()) | damage))
        asked = []
        previous = Snapshot.open(before.directory, None, None)
        again, _ = build(collection, tmp_path / f"again {next(iter(damage))}", previous, asked)
        assert asked != []
        assert again.manifest.strength == FORMAT
        previous.close()
        again.close()
    before.close()


def search(collection, snapshot, query):
    searcher = Searcher(collection.encoder, NormalizedSum(), snapshot.index, snapshot, calibration=snapshot.calibration)
    return searcher.search([WeightedQuery(query)], 5).hits


def test_hits_have_strengths_when_the_snapshot_was_calibrated(collection, tmp_path):
    snapshot, _ = build(collection, tmp_path / "one")
    assert snapshot.manifest.strength == FORMAT
    kinds = set(snapshot.calibration.models)
    assert kinds
    for kind, query in (("text", TextQuery("red")), ("image", ImageQuery(ItemReference(snapshot.item_at(0).id)))):
        strengths = [hit.strength for hit in search(collection, snapshot, query)]
        assert all((strength is not None and 0 < strength < 1) == (kind in kinds) for strength in strengths)
    snapshot.close()


def test_an_earlier_snapshot_opens_and_says_no_strength(collection, tmp_path):
    snapshot, _ = build(collection, tmp_path / "one")
    snapshot.close()
    file = tmp_path / "one" / "manifest.json"
    values = json.loads(file.read_text())
    del values["strength"]
    file.write_text(json.dumps(values))
    (tmp_path / "one" / FILE_NAME).unlink()
    snapshot = Snapshot.open(tmp_path / "one", None, None)
    assert snapshot.calibration is None
    assert {hit.strength for hit in search(collection, snapshot, TextQuery("red"))} == {None}
    # Reindexing it is something new although no picture is.
    newer, report = build(collection, tmp_path / "two", previous=snapshot)
    assert report.encoded == 0
    assert not report.nothing_new
    assert newer.calibration is not None
    for opened in (snapshot, newer):
        opened.close()


def test_without_asking_the_model_nothing_is_calibrated(collection):
    snapshot, _ = collection.build()
    assert snapshot.manifest.strength == 0
    assert snapshot.calibration is None
    snapshot.close()


def test_a_model_that_stops_while_calibrating_is_one_sentence(collection, tmp_path):
    def ask(references, queries):
        raise RuntimeError("out of memory\nwith a long trace")

    steps = build_snapshot(
        folder(collection.pictures),
        collection.encoder.encode_images,
        tmp_path / "one",
        collection.provenance(),
        ask=ask,
    )
    with pytest.raises(IndexingFailed, match=r"The model stopped .*out of memory") as caught:
        list(steps)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "one").exists()
