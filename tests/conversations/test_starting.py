"""How somebody begins who does not know what to say: with pictures, examples, and changes of a picture on buttons."""

import csv

import pytest

from bot import admin_texts, texts
from bot.notices import Notice
from bot.publishing import Recipe, publish_catalogue
from retrieval.attributes import OF_CLOTHES
from retrieval.catalogue import folder
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from storage.snapshots import SnapshotStore
from tests.chat import labels, photos, words
from tests.conversations.conftest import running

_FIXED = {"1", "2", "3", "4", "5", "6", texts.BUTTON_OTHERS, "Undo", "New"}
_OF_CARDS = {"This is it", "Similar", "Back", "Original file", "Open in the shop", "👍", "👎", "Why this one?"}


@pytest.fixture(scope="module")
def products(collection):
    """The catalogue's rows by title."""
    with (collection / "catalogue" / "catalogue.csv").open() as file:
        return {row["title"]: row for row in csv.DictReader(file)}


def pictures(messages):
    return [message["photo"]["file_unique_id"] for message in photos(messages)]


def offered(message):
    """The buttons that the bot has made up for this collection or picture."""
    return [label for label in labels(message) if label not in _FIXED | _OF_CARDS and not label.startswith("✕")]


async def titles(chat, control):
    """The titles on the cards of an album's pictures."""
    found = []
    for number in "123456":
        await chat.tap(number, control["message_id"])
        card = await chat.last_with("This is it")
        found.append(card["caption"].splitlines()[0])
    return found


@pytest.mark.usefixtures("bot")
async def test_start_shows_pictures_to_begin_from_and_another_draw_on_a_tap(ann):
    greeting, *album, control = await ann.say("/start")
    assert greeting["text"] == texts.START
    assert len(photos(album)) == 6
    assert album[0]["caption"] == texts.DRAWN_LABEL
    assert len(control["buttons"]) <= 5
    assert (await ann.tap(texts.BUTTON_OTHERS))["text"] == "Looking for more"
    others = await ann.answer()
    assert len(photos(others)) == 6
    assert not set(pictures(others)) & set(pictures(album))
    assert set(pictures(await ann.say("/start"))) != set(pictures(album))


@pytest.mark.usefixtures("bot")
async def test_what_start_shows_is_refined_like_any_album(ann):
    await ann.say("/start")
    await ann.tap("2")
    await ann.answer()
    answer = await ann.say("with long sleeves")
    assert len(photos(answer)) == 6
    assert texts.DRAWN_LABEL not in answer[-1]["text"]
    assert "with long sleeves" in answer[-1]["text"]
    await ann.tap("Undo")
    assert photos(await ann.answer())[0]["caption"] == texts.DRAWN_LABEL


@pytest.mark.usefixtures("bot")
async def test_examples_give_what_they_say(ann, products):
    control = (await ann.say("/start"))[-1]
    examples = offered(control)
    assert len(examples) == 3
    for example in examples:
        await ann.tap(example, control["message_id"])
        found = (await ann.answer())[-1]
        assert example in found["text"]
        rows = [products[title] for title in await titles(ann, found)]
        *value, category = example.split(" ")
        fitting = [row for row in rows if row["category"] == category and set(value) <= set(row.values())]
        assert len(fitting) >= 3, (example, rows)
        await ann.answer()


@pytest.mark.usefixtures("bot")
async def test_refinements_under_a_picture_change_it_as_they_say(ann, products):
    control = (await ann.say("/start"))[-1]
    tried = 0
    for number in "135":
        await ann.tap(number, control["message_id"])
        card = await ann.last_with("This is it")
        chosen = products[card["caption"].splitlines()[0]]
        refinements = offered(card)
        assert len(refinements) <= 3
        if not refinements:
            continue
        await ann.answer()
        await ann.tap(refinements[0], card["message_id"])
        found = (await ann.answer())[-1]
        assert refinements[0] in found["text"]
        wanted = [word for word in refinements[0].split() if word not in ("in", "with", "sleeves", "neckline")]
        rows = [products[title] for title in await titles(ann, found)]
        assert sum(" ".join(wanted) in row.values() for row in rows) >= 3, (refinements[0], rows)
        assert " ".join(wanted) not in chosen.values()
        assert {row["category"] for row in rows} == {chosen["category"]}
        again = await ann.tap(refinements[0], card["message_id"])
        assert again["alert"]
        tried += 1
    assert tried >= 2


@pytest.mark.usefixtures("bot")
async def test_new_leads_to_a_draw_for_who_does_not_know(ann):
    assert texts.STARTED_OVER in words(await ann.say("/new"))
    await ann.tap(texts.BUTTON_SURPRISE)
    assert len(photos(await ann.answer())) == 6
    assert len(photos(await ann.say("surprise me"))) == 6


@pytest.mark.usefixtures("bot")
async def test_a_draw_keeps_to_a_filter(ann, products):
    await ann.say("/start")
    answer = (await ann.say("only hats"))[-1]
    assert "✕ only hat" in labels(answer)
    assert {products[title]["category"] for title in await titles(ann, answer)} == {"hat"}


@pytest.mark.usefixtures("bot")
async def test_what_is_hidden_is_not_drawn(ann):
    album = await ann.say("/start")
    first = photos(album)[0]
    await ann.say("/hide", reply_to=first["message_id"])
    for _ in range(4):
        assert first["photo"]["file_unique_id"] not in pictures(await ann.say("/start"))


async def test_a_folder_of_which_nothing_is_written(ann, settings, collection, tmp_path):
    encoder = load_encoder("tiny-clip")
    recipe = Recipe(encoder, load_composition("auto", encoder), "tiny-clip", None, "faiss", exact_matches=False)
    source = folder(collection / "catalogue" / "images")
    for _ in publish_catalogue(SnapshotStore(tmp_path / "snapshots"), recipe, source, encoder.encode_images, 32):
        pass
    async with running(settings.model_copy(update={"data_dir": tmp_path})):
        control = (await ann.say("/start"))[-1]
        (example, *_) = offered(control)
        await ann.tap(example)
        found = await ann.answer()
        assert len(photos(found)) >= 3
        tried = 0
        for number in "123456":
            await ann.tap(number, control["message_id"])
            card = await ann.last_with("This is it")
            await ann.answer()
            for refinement in offered(card)[:1]:
                assert refinement in {attribute.caption for attribute in OF_CLOTHES}
                await ann.tap(refinement, card["message_id"])
                assert len(photos(await ann.answer())) >= 3
                tried += 1
        assert tried


async def test_a_collection_without_pictures_greets_all_the_same(ann, ben, settings, tmp_path):
    async with running(settings.model_copy(update={"data_dir": tmp_path})):
        assert words(await ben.say("/start")) == texts.START_EMPTY
        assert words(await ann.say("/start")) == admin_texts.START_EMPTY
        assert texts.NOTICES[Notice.NO_COLLECTION] in words(await ben.say("surprise me"))
        assert texts.NOTICES[Notice.NO_HISTORY] in words(await ben.say("/history"))
