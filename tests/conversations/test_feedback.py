"""Likes and dislikes, the dial, near-duplicates and "which kind?", as a person has them."""

import re
import shutil

import pytest
from PIL import Image

from bot.publishing import Recipe, publish_catalogue
from retrieval.catalogue import folder
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from storage.snapshots import SnapshotStore
from tests.chat import labels, photos, words
from tests.conversations.conftest import running


@pytest.mark.usefixtures("bot")
async def test_likes_and_dislikes_in_words(ann):
    first = _pictures(await ann.say("a red dress"))
    answer = await ann.say("more like 1 and 4, not 3")
    assert len(photos(answer)) == 6
    assert not _pictures(answer) & first
    assert "Liked: 2 · disliked: 1" in answer[-1]["text"]
    answer = await ann.say("like 2 and 5, not 1, but in blue")
    assert "in blue" in answer[-1]["text"]
    assert "Liked: 2 · disliked: 1" in answer[-1]["text"]
    assert "no picture of that number" in words(await ann.say("not 9"))
    assert len(photos(await ann.say("not 2, but longer"))) == 6


@pytest.mark.usefixtures("bot")
async def test_likes_and_dislikes_by_taps(ann):
    await ann.say("a red dress")
    await ann.tap("1")
    (card,) = await ann.answer()
    assert {"👍", "👎"} <= set(labels(card))
    assert (await ann.tap("👍"))["text"] == "Picture 1: 👍"
    assert "👍 ✓" in labels((await ann.transcript())[-1])
    await ann.tap("3")
    assert (await ann.tap("👎"))["text"] == "Picture 3: 👎"
    assert (await ann.tap("👎 ✓"))["text"] == "Picture 3: taken back"
    await ann.tap("👎")
    await ann.tap("More like these: 👍 1 · 👎 1")
    answer = await ann.answer()
    assert len(photos(answer)) == 6
    assert "Liked: 1 · disliked: 1" in answer[-1]["text"]
    assert (await ann.tap("More like these: 👍 1 · 👎 1"))["alert"]

    await ann.tap("2")
    await ann.tap("👍")
    assert "Liked: 1 · disliked: 0" in (await ann.say("in blue"))[-1]["text"]


@pytest.mark.usefixtures("bot")
async def test_the_dial_searches_anew_and_stops_at_its_ends(ann):
    await ann.say("a red dress")
    composed = await ann.say("the first one but in blue")
    assert ["◀ More picture", "More words ▶"] in composed[-1]["buttons"]
    await ann.tap("◀ More picture")
    nearer = await ann.answer()
    assert "More like the picture" in nearer[-1]["text"]
    assert (await ann.tap("◀ More picture", composed[-1]["message_id"]))["alert"]
    await ann.tap("◀ More picture", nearer[-1]["message_id"])
    end = await ann.answer()
    assert "Much more like the picture" in end[-1]["text"]
    assert ["More words ▶"] in end[-1]["buttons"]
    await ann.tap("Undo")
    assert _pictures(await ann.answer()) == _pictures(nearer)


@pytest.mark.usefixtures("bot")
async def test_words_that_fit_several_categories_ask_which_kind(ann):
    answer = await ann.say("something striped")
    row = next(row for row in answer[-1]["buttons"] if set(row) <= CATEGORIES)
    assert len(row) > 1
    await ann.tap(row[0])
    narrowed = (await ann.answer())[-1]
    assert "Which kind?" in answer[-1]["text"]
    assert f"Only: {row[0]}" in re.sub("[\u2068\u2069]", "", narrowed["text"])
    assert not any(set(other) <= CATEGORIES for other in narrowed["buttons"])
    answer = await ann.say("a red dress")
    assert not any(set(row) <= CATEGORIES for row in answer[-1]["buttons"])


CATEGORIES = {
    "dress", "t-shirt", "shirt", "hoodie", "sweater", "skirt", "trousers", "shorts", "coat", "jacket", "hat", "shoes",
    "shoe", "boots", "bag", "sneakers", "scarf", "top",
}  # fmt: skip


@pytest.fixture(scope="module")
def photo_folder(collection, tmp_path_factory):
    """A folder of photos without a catalogue: six shirts and six shoes, one shirt eight times."""
    data_dir = tmp_path_factory.mktemp("folder")
    pictures = data_dir / "pictures"
    pictures.mkdir()
    for kind in ("shirt", "shoe"):
        for picture in sorted((collection / "catalogue" / "images").glob(f"{kind}-*.jpg"))[:6]:
            shutil.copy(picture, pictures)
    for number in range(7):
        shutil.copy(pictures / "shirt-0001.jpg", pictures / f"copy-{number}.jpg")
    _publish(data_dir)
    return data_dir


@pytest.fixture(scope="module")
def two_things(collection, tmp_path_factory):
    """A folder with a shirt and a shoe, each photographed nine times."""
    data_dir = tmp_path_factory.mktemp("things")
    (data_dir / "pictures").mkdir()
    for kind in ("shirt", "shoe"):
        with Image.open(collection / "catalogue" / "images" / f"{kind}-0001.jpg") as picture:
            width, height = picture.size
            for number in range(9):
                left, top = width * (number % 3) // 10, height * (number // 3) // 10
                view = picture.crop((left, top, left + width * 8 // 10, top + height * 8 // 10))
                view.save(data_dir / "pictures" / f"{kind}-{number}.jpg")
    _publish(data_dir)
    return data_dir


def _publish(data_dir):
    encoder = load_encoder("tiny-clip")
    recipe = Recipe(
        encoder, load_composition("auto", encoder), "tiny-clip", None, "faiss", strengths=False, exact_matches=False
    )
    source = folder(data_dir / "pictures")
    for _ in publish_catalogue(SnapshotStore(data_dir / "snapshots"), recipe, source, encoder.encode_images, 32):
        pass


async def test_copies_count_once_and_are_shown_on_a_tap(ann, settings, photo_folder):
    async with running(settings.model_copy(update={"data_dir": photo_folder})):
        shown = await ann.say("a shirt")
        while "similar" not in photos(shown)[0]["caption"]:
            await ann.tap("More")
            shown = await ann.answer()
        number = re.search(r"(\d): \+7 similar", photos(shown)[0]["caption"])[1]
        assert f"{number}: +7 similar" in shown[-1]["text"]
        await ann.tap(number)
        (card,) = await ann.answer()
        await ann.tap("Show 7 similar")
        copies = photos(await ann.answer())
        assert len(copies) == 6
        await ann.tap("Show 7 similar", card["message_id"])
        assert len(photos(await ann.answer())) == 1
        assert (await ann.tap("Show 7 similar", card["message_id"]))["alert"]
        await ann.say("/new")
        pages = [await ann.say("a shirt")]
        while "already seen" not in words(pages[-1]):
            pages.append(await ann.say("more"))
        assert sum(len(photos(page)) for page in pages[:-1]) == 12


async def test_clear_groups_without_names_are_shown_as_tiles(ann, settings, two_things):
    async with running(settings.model_copy(update={"data_dir": two_things})):
        answer = await ann.say("something in a picture")
        assert ["Which kind?"] in answer[-1]["buttons"]
        await ann.tap("Which kind?")
        tiles = await ann.answer()
        assert 2 <= len(photos(tiles)) <= 4
        assert tiles[-1]["text"].startswith("Which kind?")
        assert (await ann.tap("Which kind?", answer[-1]["message_id"]))["alert"]
        await ann.tap("1", tiles[-1]["message_id"])
        group = await ann.answer()
        assert len(photos(group)) >= 2
        assert (await ann.tap("1", tiles[-1]["message_id"]))["alert"]
        await ann.tap("Undo", group[-1]["message_id"])
        again = await ann.answer()
        assert again[-1]["text"].startswith("Which kind?")


def _pictures(answer):
    return {message["photo"]["file_unique_id"] for message in photos(answer)}
