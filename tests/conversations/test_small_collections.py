"""One picture, no pictures, pictures without metadata: the conversation still leads somewhere."""

import pytest
from PIL import Image

from bot.publishing import Recipe, publish_catalogue
from bot.texts import DRAWN_LABEL
from retrieval.catalogue import folder
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from storage.snapshots import SnapshotStore
from tests.chat import labels, photos, words
from tests.conversations.conftest import running


@pytest.fixture
def index(tmp_path):
    """Index plain pictures of some colours."""

    def make(*colours):
        for colour in colours:
            (tmp_path / "pictures").mkdir(exist_ok=True)
            Image.new("RGB", (300, 400), colour).save(tmp_path / "pictures" / f"{colour}.png")
        encoder = load_encoder("tiny-clip")
        recipe = Recipe(encoder, load_composition("auto", encoder), "tiny-clip", None, "faiss")
        store = SnapshotStore(tmp_path / "snapshots")
        for _ in publish_catalogue(store, recipe, folder(tmp_path / "pictures"), encoder.encode_images, 32):
            pass
        return tmp_path

    return make


async def test_one_hit_is_a_photo_with_its_own_keyboard(ann, settings, index):
    async with running(settings.model_copy(update={"data_dir": index("red")})):
        drawn = (await ann.say("/start"))[-1]
        assert DRAWN_LABEL in drawn["caption"]
        (only,) = await ann.say("something red")
        assert only["photo"]
        assert only["media_group_id"] is None
        assert {"This is it", "Similar", "More", "Undo", "New"} <= set(labels(only))
        assert "red" in only["caption"]
        again = await ann.say("with stripes")  # there is nothing to choose between: it refines the one
        assert "something red" in again[-1]["caption"]
        await ann.tap("This is it")
        assert "Chosen: " in words(await ann.transcript())


async def test_two_hits_are_an_album(ann, settings, index):
    async with running(settings.model_copy(update={"data_dir": index("red", "blue")})):
        answer = await ann.say("something red")
        assert len(photos(answer)) == 2
        assert answer[-1]["buttons"][0] == ["1", "2"]
        await ann.tap("More")
        answer = await ann.answer()
        assert "already seen" in answer[-1]["text"]
        assert len(photos(await ann.say("/start"))) == 2
        (card,) = await ann.say("the last one")
        assert "This is it" in labels(card)
