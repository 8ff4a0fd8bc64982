"""Administrators reindex from the chat; questions are answered all the while, and the swap is all or nothing."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from bot.publishing import FAILURES_FILE
from bot.settings import Settings
from storage.keys import Keys
from storage.locks import Lock
from storage.snapshots import SnapshotStore
from tests.chat import photos, words
from tests.conversations.conftest import running


@pytest.fixture
def own_collection(collection: Path, tmp_path: Path) -> Path:
    """A copy of the collection that a test may change."""
    shutil.copytree(collection / "snapshots", tmp_path / "snapshots", symlinks=True)
    shutil.copytree(collection / "catalogue" / "images", tmp_path / "images")
    return tmp_path


@pytest.fixture
def own_settings(settings: Settings, own_collection: Path) -> Settings:
    """Of a bot that indexes the copied folder."""
    return settings.model_copy(update={"data_dir": own_collection, "images": own_collection / "images"})


async def test_only_administrators_may_command(ann, ben, bot):
    for command in ("/reindex", "/status", "/rollback", "/failed"):
        assert "for administrators" in words(await ben.say(command))
    await ann.say("/reindex")
    control = await ann.last_with("Start")
    assert "Snapshot" in words(await ann.say("/status"))
    await ann.tap("Cancel", control["message_id"])
    assert "Nothing was reindexed" in words(await ann.transcript())


async def test_nothing_failed_is_said_in_a_sentence(ann, bot):
    assert "No picture was skipped" in words(await ann.say("/failed"))


async def test_a_snapshot_of_an_older_version_has_no_list(ann, own_settings, own_collection):
    (own_collection / "snapshots" / "current" / FAILURES_FILE).unlink()
    async with running(own_settings):
        assert "send /reindex" in words(await ann.say("/failed"))


async def test_reindexing_swaps_atomically_and_lists_failures(ann, own_settings, own_collection, eventually):
    images = own_collection / "images"
    (images / "broken\n🙈.jpg").write_bytes(b"no picture")
    for gone in sorted(images.glob("hat-*.jpg")):
        gone.unlink()
    Image.new("RGB", (300, 400), (200, 30, 30)).save(images / "new.png")
    async with running(own_settings):
        await ann.say("/reindex")
        await ann.tap("Start")

        async def finished() -> bool:
            # Questions are answered all the while.
            assert photos(await ann.say("a red dress"))
            return "Reindexed" in words(await ann.transcript())

        await eventually(finished)
        report = next(m for m in await ann.transcript() if m["text"] and m["text"].startswith("Reindexed"))
        assert "1 failed" in report["text"]
        assert report["edited"]
        assert report["buttons"] == []
        document = next(m["document"] for m in await ann.transcript() if m["document"])
        async with ann.http.get(ann.url + document["url"]) as response:
            listing = await response.text()
        assert "broken" in listing
        again = next(m["document"] for m in await ann.say("/failed") if m["document"])
        async with ann.http.get(ann.url + again["url"]) as response:
            assert await response.text() == listing
        edits = [call["date"] for call in await ann.calls() if call["method"] == "editMessageText"]
        assert all(later - earlier >= 2.9 for earlier, later in pairwise(edits))
        hats = {captions async for captions in _cards(ann, "a hat")}
        assert not any("hat-" in caption for caption in hats)
        assert "Back on snapshot" in words(await ann.say("/rollback"))


async def _cards(chat, text):
    """Captions of the cards of what is found."""
    await chat.say(text)
    await chat.say("more")  # whether they are close or not
    control = await chat.last_with("6")
    for label in "123456":
        await chat.tap(label, control["message_id"])
        yield (await chat.transcript())[-1]["caption"]


async def test_one_reindexing_at_a_time_across_processes(ann, own_settings, redis, telegram, eventually):
    keys = Keys(own_settings.redis_prefix, int(telegram.token.partition(":")[0]))
    async with running(own_settings), Lock(redis, keys, "reindex", "somebody else"):
        await ann.say("/reindex")
        await ann.tap("Start")

        async def refused() -> bool:
            return "somebody else" in words(await ann.transcript())

        await eventually(refused)


async def test_a_cancelled_reindexing_changes_nothing(ann, own_settings, own_collection, eventually):
    images = own_collection / "images"
    for number in range(400):  # enough to be cancelled in the middle
        Image.new("RGB", (60, 80), (number % 256, 90, 255 - number % 200)).save(images / f"{number}.png")
    before = (own_collection / "snapshots" / "current").readlink()
    async with running(own_settings):
        await ann.say("/reindex")
        await ann.tap("Start")

        async def progressing() -> bool:
            return "Reindexing:" in words(await ann.transcript())

        await eventually(progressing)
        await ann.tap("Cancel")

        async def cancelled() -> bool:
            return "cancelled" in words(await ann.transcript())

        await eventually(cancelled)
    assert (own_collection / "snapshots" / "current").readlink() == before
    assert len(SnapshotStore(own_collection / "snapshots").list()) == 1


async def test_a_reindexing_that_fails_says_why_and_changes_nothing(ann, own_settings, own_collection, eventually):
    async with running(own_settings):
        await ann.say("/reindex")
        for picture in (own_collection / "images").iterdir():
            picture.write_bytes(b"no picture any more")
        await ann.tap("Start")

        async def failed() -> bool:
            return "not one readable picture" in words(await ann.transcript())

        await eventually(failed)
        assert "index is unchanged" in words(await ann.transcript())
        assert len(photos(await ann.say("a red dress"))) > 0


async def test_a_catalogue_that_cannot_be_read_is_said_before_anything_starts(ann, own_settings, own_collection):
    catalog = own_collection / "catalogue.csv"
    catalog.write_text("name,price\nred dress,10\n", encoding="utf-8")
    async with running(own_settings.model_copy(update={"images": None, "catalog": catalog})):
        answer = words(await ann.say("/reindex"))
        assert "path" in answer
        assert "name" in answer


async def test_without_a_snapshot_the_person_is_told(ann, settings, tmp_path):
    async with running(settings.model_copy(update={"data_dir": tmp_path})):
        assert "no pictures to search yet" in words(await ann.say("a red dress"))
        assert "no snapshot yet" in words(await ann.say("/status"))
        assert "IMAGES or CATALOG" in words(await ann.say("/reindex"))


async def test_another_folder_can_be_named(ann, own_settings, own_collection, eventually):
    other = own_collection / "other pictures"
    other.mkdir()
    for number in range(3):
        Image.new("RGB", (300, 400), (80 * number, 30, 30)).save(other / f"{number}.png")
    async with running(own_settings):
        assert "/nowhere" in words(await ann.say("/reindex /nowhere"))
        assert "other pictures" in words(await ann.say(f"/reindex {other}"))
        await ann.tap("Start")

        async def done() -> bool:
            return "Reindexed 3 pictures" in words(await ann.transcript())

        await eventually(done)


async def test_a_path_asked_before_a_restart_is_not_mistaken_for_the_usual_one(ann, own_settings, own_collection):
    async with running(own_settings):
        await ann.say(f"/reindex {own_collection / 'images'}")
    async with running(own_settings):
        answer = await ann.tap("Start")
        assert answer["alert"]
        assert "expired" in answer["text"]
