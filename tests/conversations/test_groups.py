"""Groups: one numbered picture a turn, answers only for who asks, one owner a search, a way to go on for others."""

import io

import pytest
from PIL import Image

from tests.chat import labels, photos, words
from tests.conversations.conftest import GROUP

pytestmark = pytest.mark.usefixtures("bot")

SENDING = {"sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument"}
NUMBERS = ["1", "2", "3", "4", "5", "6"]
VOTES = [f"♥ {number}" for number in NUMBERS]


@pytest.fixture
async def group(ann, ben):
    """Ann and Ben in the group, which has privacy mode on."""
    ann.chat = ben.chat = GROUP
    return ann, ben


async def test_a_turn_is_one_message_with_the_pictures_their_numbers_and_the_buttons(group):
    ann, _ = group
    (collage,) = await ann.say("/find a red dress")
    assert collage["buttons"] == [NUMBERS, VOTES, ["More", "Undo", "New", "Mine"]]
    assert max(collage["photo"]["width"], collage["photo"]["height"]) == 1280
    assert collage["caption"].startswith("\u2068Ann\u2069: \u2068a red dress\u2069")
    assert collage["reply_to"] == (await ann.transcript())[-2]["message_id"]
    assert sum(call["method"] in SENDING for call in await ann.calls()) == 1


async def test_everything_that_one_person_can_do_works_there(group):
    ann, _ = group
    (first,) = await ann.say("@pictalk_bot a red dress")
    await ann.tap("3")
    (card,) = await ann.answer()
    assert labels(card)[:3] == ["This is it", "Similar", "Back"]
    (refined,) = await ann.say("with long sleeves", reply_to=card["message_id"])
    assert "a red dress" in refined["caption"]
    assert "with long sleeves" in refined["caption"]
    await ann.tap("More", refined["message_id"])
    (page,) = await ann.answer()
    assert page["photo"]["file_unique_id"] != refined["photo"]["file_unique_id"]
    await ann.tap("Undo", page["message_id"])
    (again,) = await ann.answer()
    assert again["photo"]["file_unique_id"] == first["photo"]["file_unique_id"]
    await ann.tap("2", again["message_id"])
    await ann.tap("Original file")
    (original,) = [message for message in await ann.answer() if message["document"]]
    assert original["document"]["name"].endswith(".jpg")
    await ann.tap("Similar")
    (similar,) = await ann.answer()
    await ann.tap("1", similar["message_id"])
    await ann.tap("This is it")
    assert "Chosen: " in words(await ann.transcript())
    await ann.tap("New", similar["message_id"])
    assert "Started over" in words(await ann.answer())


async def test_a_known_collage_is_not_drawn_and_uploaded_again(group):
    ann, ben = group
    await ann.say("/find a red dress")
    await ben.say("/find a red dress")
    sent = [call["parameters"] for call in await ann.calls() if call["method"] == "sendPhoto"]
    assert [isinstance(call["photo"], dict) for call in sent] == [True, False]


async def test_a_reply_to_the_collage_means_the_whole_turn(group):
    ann, _ = group
    (first,) = await ann.say("/find a red dress")
    await ann.say("/find a blue hat")
    (darker,) = await ann.say("darker", reply_to=first["message_id"])
    assert "a red dress\u2069 › \u2068darker" in darker["caption"]
    assert "blue hat" not in darker["caption"]
    (card,) = await ann.say("the second one", reply_to=first["message_id"])
    assert "This is it" in labels(card)
    (of_two,) = await ann.say("2, but in blue", reply_to=first["message_id"])
    assert "but" not in of_two["caption"].split("\n")[0]
    assert "in blue" in of_two["caption"]
    assert "no picture of that number" in words(await ann.say("9", reply_to=first["message_id"]))
    (more,) = await ann.say("more", reply_to=first["message_id"])
    assert "a red dress" in more["caption"]
    (other,) = await ann.say("a black bag", reply_to=first["message_id"])
    assert "a red dress" not in other["caption"]


async def test_only_who_began_a_search_steers_it(group):
    ann, ben = group
    (collage,) = await ann.say("/find a red dress")
    await ann.tap("1")
    (card,) = await ann.answer()
    await ben.answer()
    for message, label in [(collage, "2"), (collage, "More"), (collage, "Undo"), (collage, "New"), (card, "Similar")]:
        answer = await ben.tap(label, message["message_id"])
        assert answer["alert"]
        assert "“Mine”" in answer["text"]
    assert await ben.answer() == []
    await ann.tap("4", collage["message_id"])
    assert await ann.answer() == []  # her card was changed in place: her search is as it was


async def test_one_tap_makes_it_ones_own(group):
    ann, ben = group
    (collage,) = await ann.say("/find a red dress")
    await ben.answer()
    assert (await ben.tap("Mine", collage["message_id"]))["text"] == "Yours begins here"
    (his,) = await ben.answer()
    assert his["photo"]["file_unique_id"] == collage["photo"]["file_unique_id"]
    assert his["caption"].startswith("\u2068Ben\u2069: \u2068a red dress")
    assert his["reply_to"] == collage["message_id"]
    await ben.tap("2", his["message_id"])
    (card,) = await ben.answer()
    assert "in blue" in words(await ben.say("in blue", reply_to=card["message_id"]))
    assert (await ann.tap("2", his["message_id"]))["alert"]
    answer = await ann.tap("Mine", collage["message_id"])
    assert answer["alert"]
    assert "yours already" in answer["text"]


async def test_a_reply_to_anothers_pictures_goes_on_from_them(group):
    ann, ben = group
    (collage,) = await ann.say("/find a red dress")
    await ben.answer()
    (his,) = await ben.say("the second one, but with long sleeves", reply_to=collage["message_id"])
    assert his["caption"].startswith("\u2068Ben\u2069: \u2068a red dress")
    assert "with long sleeves" in his["caption"]
    (again,) = await ben.say("darker", reply_to=collage["message_id"])
    assert "a red dress\u2069 › \u2068darker" in again["caption"]
    await ann.tap("1", collage["message_id"])
    card = (await ann.answer())[-1]
    await ben.answer()
    (of_card,) = await ben.say("in green", reply_to=card["message_id"])
    assert "in green" in of_card["caption"]


async def test_a_photo_stays_with_whoever_sent_it(group, collection):
    ann, ben = group
    picture = next((collection / "catalogue" / "images").glob("bag-*.jpg")).read_bytes()
    (collage,) = await ann.send_photo(picture, caption="@pictalk_bot")
    assert "your photo" in collage["caption"]
    await ben.answer()
    await ben.tap("Mine", collage["message_id"])
    (his,) = await ben.answer()
    assert his["photo"]["file_unique_id"] == collage["photo"]["file_unique_id"]
    assert "your photo" not in his["caption"]
    assert "like this picture" in his["caption"]


async def test_a_photo_that_somebody_sent_is_searched_for_in_reply_to_it(group, collection):
    ann, ben = group
    picture = next((collection / "catalogue" / "images").glob("bag-*.jpg")).read_bytes()
    assert await ben.send_photo(picture) == []  # it was not meant for the bot
    photo = (await ben.transcript())[-1]["message_id"]
    (collage,) = await ann.say("/find", reply_to=photo)
    assert "your photo" in collage["caption"]
    (changed,) = await ann.say("@pictalk_bot in red", reply_to=photo)
    assert "your photo, in red" in changed["caption"]


async def test_one_vote_a_person_is_shown_below_the_pictures(group):
    ann, ben = group
    (collage,) = await ann.say("/find a red dress")
    assert (await ben.tap("♥ 2", collage["message_id"]))["text"] == "You want picture 2"
    await ann.tap("♥ 2", collage["message_id"])
    before = (await ann.transcript())[-1]
    assert before["caption"].split("\n")[-1] == "♥ 2: \u2068Ben\u2069, \u2068Ann\u2069"
    await ben.tap("♥ 5", collage["message_id"])
    after = (await ann.transcript())[-1]
    assert after["caption"].split("\n")[-1] == "♥ 2: \u2068Ann\u2069 · 5: \u2068Ben\u2069"
    assert after["caption"].count("♥") == 1
    assert after["entities"] == before["entities"]
    assert after["buttons"] == collage["buttons"]
    await ben.tap("♥ 5", collage["message_id"])  # again: nothing to change, and nothing refused


async def test_what_is_not_meant_for_the_bot_is_not_answered_even_if_it_reads_everything(group):
    ann, _ = group
    await ann.post("chat", id=GROUP, privacy=False)
    (collage,) = await ann.say("/find a red dress")
    for text in ("a red dress", "/dance", "/find@other_bot a hat", "@other_bot a hat", "hello", "what about 3?"):
        assert await ann.say(text) == []
    noise = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(noise, "JPEG")
    assert await ann.send_photo(noise.getvalue()) == []
    for kind in ("sticker", "voice", "location"):
        await ann.post(kind)
    assert await ann.answer() == []
    assert "do not know that command" in words(await ann.say("/dance@pictalk_bot"))
    assert len(photos(await ann.say("in blue", reply_to=collage["message_id"]))) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("/find", "Say what to find"),
        ("/find@pictalk_bot", "Say what to find"),
        ("@pictalk_bot", "few words or a photo"),
        ("/find !?", "few words or a photo"),
        ("/find " + "x" * 400, "up to 300 characters"),
        ("/find فستان", "only understand English"),
        ("/find 9", "no picture of that number"),
        ("/find 1, but in blue", "no picture of that number"),
        ("/more", "no search to continue"),
        ("/undo", "nothing to undo"),
    ],
)
async def test_what_cannot_be_done_gets_one_sentence(group, text, sentence):
    ann, _ = group
    (answer,) = await ann.say(text)
    assert sentence in answer["text"]


async def test_photos_that_are_none(group):
    ann, _ = group
    for data in (b"this is no picture", b"\xff\xd8\xff"):
        assert "cannot read that picture" in words(await ann.send_photo(data, raw="1", caption="@pictalk_bot"))


async def test_names_with_markup_and_tricks_are_shown_as_they_are(group):
    ann, ben = group
    await ann.post("user", id=1, first_name="<b>A&n\u202en</b>\n" + "x" * 60)
    (collage,) = await ann.say("/find a red dress")
    assert collage["caption"].startswith("\u2068<b>A&n n</b> xxxxxxxxxxx\u2069: ")
    await ann.tap("♥ 1", collage["message_id"])
    await ben.tap("♥ 1", collage["message_id"])
    tally = (await ben.transcript())[-1]["caption"].split("\n")[-1]
    assert tally == "♥ 1: \u2068<b>A&n n</b> xxxxxxxxxxx\u2069, \u2068Ben\u2069"
