"""The very picture of a photo: it goes first, is marked, and its points come into the snapshot with it."""

import pytest
from PIL import Image

from bot.album import render
from bot.closeness import select, with_exact_first
from bot.dialog import step
from bot.events import PhotoSent, TextSent
from bot.ledger import Entry
from bot.publishing import Recipe, publish_catalogue
from bot.texts import CONDITIONS
from bot.turns import Dialog, Turn
from retrieval.catalogue import folder
from retrieval.composition import NormalizedSum
from retrieval.item_table import Item
from retrieval.local_index import INDEX_FILE
from retrieval.photo_condition import Condition
from retrieval.query import Hit, ImageQuery, PhotoReference
from retrieval.search_result import SearchResult
from storage.errors import SnapshotMissing
from storage.snapshots import SnapshotStore
from tests.encoders import ColourEncoder
from tests.retrieval.test_geometric_verification import picture

PHOTO = PhotoReference(b"", "")
TURN = Turn(3, (Entry(ImageQuery(PHOTO), ""),), exact="b")
ITEMS = tuple(Item(name, "/x", "0") for name in "abc")


def test_the_very_picture_goes_first_wherever_the_search_had_it():
    hits = (Hit("a", 0.9, 0.2), Hit("b", 0.8, 0.1))
    for exact in ("a", "b", "far away"):
        found = with_exact_first(SearchResult(hits, False, {}), exact).hits
        assert found[0].item_id == exact
        assert found[0].score == 0.9
        assert sorted(hit.item_id for hit in found) == sorted({"a", "b", exact})
        assert select(TURN.request.query, found, 2, False, False).shown == found, "it is close, whatever the others are"
    assert [hit.item_id for hit in with_exact_first(SearchResult((), False, {}), "b").hits] == ["b"]


def test_the_album_says_which_one_it_is():
    album = render(TURN, ITEMS, 0)
    assert album.caption == "your photo · 2: this very one"
    assert "Picture 2 is this very one." in album.control
    assert "This very one:" in render(TURN, ITEMS[1:2], 0).control
    for other in (render(TURN, ITEMS[2:], 0), render(Turn(3, TURN.ledger), ITEMS, 0)):
        assert "very one" not in other.control + other.caption


def test_the_mark_is_of_the_photo_alone_and_not_of_what_is_said_of_it():
    dialog, request = step(Dialog(), PhotoSent(PHOTO, "", "b"))
    assert request.turn.exact == "b"
    assert step(dialog.with_turn(request.turn), TextSent("in red"))[1].turn.exact is None
    assert step(Dialog(), PhotoSent(PHOTO, "in red", "b"))[1].turn.exact is None


def test_every_condition_has_its_sentence():
    assert set(CONDITIONS) == set(Condition)


@pytest.fixture
def pictures(tmp_path):
    directory = tmp_path / "pictures"
    directory.mkdir()
    for number in range(3):
        Image.fromarray(picture(number)).save(directory / f"{number}.png")
    return directory


def publish(store, pictures, exact_matches):
    encoder = ColourEncoder()
    recipe = Recipe(encoder, NormalizedSum(), "colours", None, "exact", strengths=False, exact_matches=exact_matches)
    *_, last = publish_catalogue(store, recipe, folder(pictures), encoder.encode_images, 2)
    return last.report


def test_local_features_are_published_with_the_snapshot_or_added_to_one_that_lacks_them(pictures, tmp_path):
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, pictures, exact_matches=False)
    plain = store.current()
    assert not (plain / INDEX_FILE).exists()
    report = publish(store, pictures, exact_matches=True)
    assert report.encoded == 0
    assert store.current() != plain
    assert (store.current() / INDEX_FILE).exists()
    complete = store.current()
    assert publish(store, pictures, exact_matches=True).nothing_new
    assert store.current() == complete


def test_a_reindexing_that_is_stopped_between_two_pictures_publishes_nothing(pictures, tmp_path):
    store, encoder = SnapshotStore(tmp_path / "snapshots"), ColourEncoder()
    recipe = Recipe(encoder, NormalizedSum(), "colours", None, "exact", strengths=False)
    steps = publish_catalogue(store, recipe, folder(pictures), encoder.encode_images, 8)
    assert [next(steps).report for _ in range(3)] == [None] * 3
    steps.close()
    with pytest.raises(SnapshotMissing):
        store.current()
    assert not list((tmp_path / "snapshots").rglob(INDEX_FILE))
