"""A person asks for what no picture shows, and the words beside the pictures have it."""

import csv
import re

import pytest

from bot import texts
from bot.notices import Notice
from bot.publishing import Recipe, publish_catalogue
from retrieval.catalogue import read_catalogue
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from retrieval.sentence_encoder import DEFAULT_MODEL
from retrieval.snapshot_words import FILE_NAME
from retrieval.words_models import WordsModels
from storage.snapshots import SnapshotStore
from tests.chat import photos, words
from tests.conversations.conftest import running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MAKERS = ("Norwind", "Ostberg", "Quillon", "Tindra", "Halcyon", "Brackwater", "Zaffera", "Pelham")
ODD = {
    3: "<div onclick='x()'><p>Hand-knitted in <b>Shetland</b></p><script>alert(1)</script></div>",
    5: "Пошито в Архангельске из льна",
    7: "Woven in Kirkwall. " + "lorem ipsum " * 9_000,
}
"""Descriptions with HTML, in another script, and of more than 100,000 characters, by row."""


@pytest.fixture(scope="module")
def recipe():
    encoder = load_encoder("tiny-clip")
    composition, models = load_composition("auto", encoder), WordsModels(DEFAULT_MODEL)
    return Recipe(encoder, composition, "tiny-clip", None, "faiss", exact_matches=False, words=models)


@pytest.fixture(scope="module")
def shop(collection, tmp_path_factory, recipe):
    """The rendered products of the other conversations, with a maker in each title, and their strengths."""
    data_dir = tmp_path_factory.mktemp("shop")
    with (collection / "catalogue" / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:64]
    with (data_dir / "shop.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "description"], lineterminator="\n")
        writer.writeheader()
        for number, row in enumerate(rows):
            said = {"title": f"{row['category']} by {MAKERS[number % 8]}", "description": ODD.get(number, "")}
            path = collection / "catalogue" / row["path"]
            writer.writerow(row | said | {"path": str(path)})
    index(data_dir, recipe)
    return data_dir


def index(data_dir, recipe):
    store = SnapshotStore(data_dir / "snapshots")
    *_, last = publish_catalogue(store, recipe, read_catalogue(data_dir / "shop.csv"), recipe.encoder.encode_images, 32)
    return store.current(), last.report


@pytest.fixture
def with_words(settings, shop):
    return settings.model_copy(update={"data_dir": shop, "sentence_model": DEFAULT_MODEL})


async def titles(person):
    """Of the album shown last, from the cards of its pictures; of a picture by itself, its own."""
    control = (await person.transcript())[-1]
    numbers = [label for row in control["buttons"] for label in row if label.isdigit()]
    if not numbers:
        return [control["caption"].splitlines()[1]]  # the first line says what was asked
    found = []
    for number in numbers:
        await person.tap(number, control["message_id"])
        transcript = await person.transcript()
        caption = next(message["caption"] for message in reversed(transcript) if message.get("caption"))
        found.append(caption.splitlines()[0])
    await person.answer()  # the cards are no answer to what is said next
    return found


async def test_a_maker_that_no_picture_shows_is_found_and_not_withheld(ann, with_words):
    async with running(with_words):
        assert len(photos(await ann.say("something by Norwind"))) == 6
        assert all("Norwind" in title for title in await titles(ann))
        assert len(photos(await ann.say("more"))) == 2
        assert all("Norwind" in title for title in await titles(ann))


@pytest.mark.parametrize("text", ["a rocket launch", "запуск ракеты над морем"])
async def test_what_is_neither_shown_nor_written_is_still_said_not_to_be_there(ann, with_words, text):
    async with running(with_words):
        answer = words(await ann.say(text))
        assert "Nothing close to" in answer or answer == texts.NOTICES[Notice.LANGUAGE_UNKNOWN]


@pytest.mark.parametrize(("text", "row"), [("knitted in Shetland", 3), ("из льна", 5), ("woven in Kirkwall", 7)])
async def test_odd_descriptions_are_found(ann, with_words, shop, text, row):
    async with running(with_words):
        assert photos(await ann.say(text))
        with (shop / "shop.csv").open(encoding="utf-8", newline="") as file:
            wanted = list(csv.DictReader(file))[row]["title"]
        assert (await titles(ann))[0] == wanted
        assert not re.search(r"script|onclick", words(await ann.transcript()))


async def test_a_reindexing_with_nothing_new_reads_no_words_and_publishes_nothing(shop, recipe):
    before = SnapshotStore(shop / "snapshots").current()
    directory, report = index(shop, recipe)
    assert report.nothing_new
    assert directory == before
    assert (directory / FILE_NAME).exists()


async def test_without_the_model_the_bot_searches_by_pictures_and_says_so_once(ann, with_words, tmp_path, caplog):
    missing = with_words.model_copy(update={"sentence_model": str(tmp_path)})
    async with running(missing):
        assert photos(await ann.say("a red dress"))
        assert photos(await ann.say("a blue shirt"))
    assert len([line for line in caplog.messages if "Words beside the pictures" in line]) == 1
