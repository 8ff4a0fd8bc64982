"""Tags and dates of a photo collection, from its table and from EXIF, as words ask for them."""

import pytest
from PIL import Image

from bot.publishing import Recipe, publish_catalogue
from retrieval.catalogue import read_catalogue
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from storage.snapshots import SnapshotStore
from tests.chat import labels, photos, words
from tests.conversations.conftest import running

TAKEN = {"red": "2019:05:03 10:00:00", "orange": "2019:08:01 10:00:00", "blue": "2020:03:14 09:00:00", "green": ""}
TABLE = """path,title,tags
red.jpg,Roses,"Holiday, garden"
orange.jpg,Sunset,holiday
blue.jpg,Sea,
green.jpg,Hills,
"""


@pytest.fixture
def album(tmp_path):
    """Four plain photos, three of them with a date in their EXIF, two with tags."""
    for colour, taken in TAKEN.items():
        exif = Image.Exif()
        if taken:
            exif.get_ifd(0x8769)[36867] = taken
        Image.new("RGB", (300, 400), colour).save(tmp_path / f"{colour}.jpg", exif=exif)
    table = tmp_path / "photos.csv"
    table.write_text(TABLE)
    encoder = load_encoder("tiny-clip")
    recipe = Recipe(encoder, load_composition("auto", encoder), "tiny-clip", None, "faiss", strengths=False)
    store = SnapshotStore(tmp_path / "snapshots")
    for _ in publish_catalogue(store, recipe, read_catalogue(table), encoder.encode_images, 32):
        pass
    return tmp_path


async def test_tags_dates_and_titles(ann, settings, album):
    async with running(settings.model_copy(update={"data_dir": album})):
        assert "#garden" in words(await ann.say("/help"))
        assert len(photos(await ann.say("something colourful"))) == 4

        of_2019 = await ann.say("from 2019")
        assert len(photos(of_2019)) == 2
        assert "✕ taken 2019" in labels(of_2019[-1])
        (roses,) = await ann.say("#garden")
        assert "Roses" in roses["caption"]
        assert {"✕ taken 2019", "✕ #garden"} <= set(labels(roses))

        await ann.say("/new")
        (sea,) = await ann.say("a photo taken in March 2020")
        assert "Sea" in sea["caption"]
        (offer,) = await ann.say("since 2021")
        assert "Nothing here fits" in offer["text"]
        await ann.tap("✕ taken since 2021")
        assert len(photos(await ann.answer())) == 4

        await ann.say("/new")
        (sunset,) = await ann.say("something warm, titled sunset")
        assert "Sunset" in sunset["caption"]
        (sorry,) = await ann.say("between 2020 and 2018")
        assert "smaller or earlier one first" in sorry["text"]
        await ann.say("/new")
        assert len(photos(await ann.say("under 50"))) == 4  # without prices these are words like any others
