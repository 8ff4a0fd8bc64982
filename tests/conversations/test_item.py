"""The card of an item: why it was found, its file, and the end of a search that others may open."""

import re

import pytest

from bot.notices import Notice
from bot.texts import NOTICES, SHARED_OPENED_GONE
from tests.chat import labels, photos, words

pytestmark = pytest.mark.usefixtures("bot")


async def test_the_card_says_why_and_leads_to_the_shop(ann):
    await ann.say("a red dress")
    await ann.tap("2")
    (card,) = await ann.answer()
    assert "Because of your words" in card["caption"]
    assert "Open in the shop" in labels(card)
    await ann.say("in blue")
    await ann.tap("1")
    caption = (await ann.answer())[-1]["caption"]
    shares = re.search(r"Because of the picture \((\d+) %\) and your words \((\d+) %\)", caption)
    assert int(shares[1]) + int(shares[2]) == 100
    await ann.tap("Similar")
    await ann.answer()
    await ann.tap("1")
    assert "Because it looks like the picture" in (await ann.answer())[-1]["caption"]


async def test_the_original_file_comes_as_a_document(ann, collection):
    await ann.say("a red dress")
    await ann.tap("1")
    await ann.answer()
    assert (await ann.tap("Original file"))["text"] == "Sending the file"
    (message,) = await ann.answer()
    file = message["document"]
    original = collection / "catalogue" / "images" / file["name"]
    assert file["size"] == original.stat().st_size


async def test_this_is_it_ends_with_the_item_and_a_link_that_opens_the_search(ann, ben):
    await ann.say("a red dress under 90")
    await ann.tap("1")
    await ann.answer()
    hers = _pictures(await ann.say("in blue"))
    await ann.tap("2")
    await ann.answer()
    await ann.tap("This is it")
    last = (await ann.transcript())[-1]
    assert last["photo"]
    assert last["caption"].startswith("Chosen: ")
    payload = re.search(r"https://t\.me/\w+\?start=([A-Za-z0-9_-]{1,64})", last["caption"])[1]

    opened = await ben.say(f"/start {payload}")
    assert "somebody shared" in opened[0]["text"]
    assert _pictures(opened) == hers
    assert "in blue" in opened[-1]["text"]
    assert "✕ under 90" in labels(opened[-1])
    assert photos(await ben.say("with stripes, please, and the second one"))
    assert photos(await ben.say("/undo"))


async def test_a_photo_that_somebody_sent_does_not_travel_with_the_link(ann, ben, collection):
    picture = next((collection / "catalogue" / "images").glob("bag-*.jpg")).read_bytes()
    await ann.send_photo(picture)
    await ann.tap("1")
    await ann.answer()
    await ann.say("this is it")
    payload = re.search(r"start=([\w-]+)", (await ann.transcript())[-1]["caption"])[1]
    opened = await ben.say(f"/start {payload}")
    assert len(photos(opened)) == 6
    assert "your photo" not in words(opened)


async def test_a_link_leads_to_nothing_hidden_and_dies_with_the_person(ann, ben):
    shown = await ann.say("a red dress")
    await ann.tap("1")
    await ann.answer()
    await ann.say("this is it")
    payload = re.search(r"start=([\w-]+)", (await ann.transcript())[-1]["caption"])[1]
    first = photos(shown)[0]
    await ann.say("/hide", reply_to=first["message_id"])
    opened = await ben.say(f"/start {payload}")
    assert opened[0]["text"] == SHARED_OPENED_GONE
    assert first["photo"]["file_unique_id"] not in _pictures(opened)
    await ann.answer()
    await ann.tap("Original file")
    assert "no longer in the collection" in words(await ann.answer())

    await ann.say("/forget")
    (answer,) = await ben.say(f"/start {payload}")
    assert answer["text"] == NOTICES[Notice.LINK_UNKNOWN]


@pytest.mark.parametrize(
    "payload",
    [
        "x",
        "A" * 64,
        "A" * 65,
        "../../etc/passwd",
        "1:1:new",
        "dialog:1",
        "*",
        "💥",
        "a b",
        "%00",
        "' OR 1=1 --",
        "\u202etxt",
    ],
)
async def test_hostile_links_get_one_sentence(ben, payload):
    (answer,) = await ben.say(f"/start {payload}")
    assert answer["text"] == NOTICES[Notice.LINK_UNKNOWN]
    assert "“" in words(await ben.say("/start"))


def _pictures(answer):
    return {message["photo"]["file_unique_id"] for message in photos(answer)}
