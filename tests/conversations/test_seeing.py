"""/web and /map in the chat: a picture for any number of results, and a sentence where there is nothing to draw."""

import io

import aiohttp
import numpy as np
import pytest
from PIL import Image

from bot.publishing import Catalogue, Recipe, publish_catalogue
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from scripts.rendering.catalogue import write_catalogue
from storage.snapshots import SnapshotStore
from tests.chat import words
from tests.conversations.conftest import running
from tests.conversations.pages import Visitor, link, with_pages


async def picture_of(telegram, http: aiohttp.ClientSession, message) -> Image.Image:
    async with http.get(telegram.url + message["photo"]["url"]) as answer:
        return Image.open(io.BytesIO(await answer.read())).convert("RGB")


async def test_the_web_and_the_map_are_pictures_for_a_phone(telegram, http, ann, bot):
    assert "no search to draw yet" in words(await ann.say("/web"))
    await ann.say("a striped shirt")
    (web,) = await ann.say("/web")
    assert "The 50 nearest to “a striped shirt”" in web["caption"]
    assert not web["buttons"]  # the pages are off
    drawn = await picture_of(telegram, http, web)
    assert drawn.height > drawn.width
    assert drawn.resize((96, 128)).getcolors(1000) is None  # more: thumbnails, not a few flat colours
    (on_map,) = await ann.say("/map")
    assert "pictures: alike ones lie side by side" in on_map["caption"]
    assert (await picture_of(telegram, http, on_map)).width == 1080
    # Nothing of the dialog has changed: what was on screen goes on.
    assert "in blue" in words(await ann.say("in blue"))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A catalogue of 49 products, and what makes snapshots of it."""
    encoder = load_encoder("tiny-clip")
    recipe = Recipe(encoder, load_composition("auto", encoder), "tiny-clip", None, "faiss", strengths=False, map=True)
    folder = tmp_path_factory.mktemp("shelf")
    return write_catalogue(folder / "catalogue", count=49, processes=1, progress=False), recipe


def published(shelf, data_dir, count, same=False):
    """A data folder with a snapshot of the first products, or of one product's picture again and again."""
    catalogue, recipe = shelf
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    path = lines[1].split(",")[lines[0].split(",").index("path")] if same else ""
    kept = [f"copy-{n},{catalogue.parent / path}" for n in range(count)] if same else lines[1 : count + 1]
    listing = catalogue.with_name(f"first-{count}-{same}.csv")
    listing.write_text("\n".join(["id,path"] if same else [lines[0]]) + "\n" + "\n".join(kept) + "\n", encoding="utf-8")
    store = SnapshotStore(data_dir / "snapshots")
    source = Catalogue(catalog=listing).open(store)
    for _ in publish_catalogue(store, recipe, source, recipe.encoder.encode_images, 32):
        pass
    return data_dir


@pytest.mark.parametrize(("count", "same"), [(1, False), (2, False), (49, False), (30, True)])
async def test_any_number_of_results_makes_a_web_and_a_map(settings, shelf, tmp_path, ann, http, count, same):
    data_dir = published(shelf, tmp_path, count, same)
    async with running(with_pages(settings, data_dir=data_dir)):
        await ann.say("a dress")
        (web,) = await ann.say("/web")
        shown = 1 if same else count  # copies count once
        assert ("The one picture" if shown == 1 else f"The {shown} nearest") in web["caption"]
        visitor = Visitor(http, await link(ann, "/map"))
        head, rows, places = await visitor.map()
        assert head["count"] == len(rows) == count
        assert len(np.unique(places, axis=0)) == count or not same
        visitor = Visitor(http, await link(ann, "/web"))
        status, page = await visitor.get("data/web")
        assert (status, len(page["items"])) == (200, shown)
        if same:
            assert len(page["groups"]) == 1
        click = {"snapshot": page["snapshot"], "row": page["items"][-1]["row"]}
        assert (await visitor.post("do/refine", click))[0] == 200


async def test_a_collection_without_a_map_says_so(settings, shelf, tmp_path, ann):
    data_dir = published(shelf, tmp_path, 3)
    (data_dir / "snapshots/current/map.npz").unlink()
    async with running(settings.model_copy(update={"data_dir": data_dir})):
        assert "no map yet" in words(await ann.say("/map"))
