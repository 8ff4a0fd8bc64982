"""Conversations as a person has them, over real HTTP through the local Telegram."""

import asyncio

import pytest

from tests.chat import labels, photos, words
from tests.conversations.conftest import GROUP, PRODUCTS

pytestmark = pytest.mark.usefixtures("bot")


async def test_from_words_to_this_one(ann):
    answer = await ann.say("a red summer dress")
    assert len(photos(answer)) == 6
    assert len({message["media_group_id"] for message in photos(answer)}) == 1
    assert "a red summer dress" in photos(answer)[0]["caption"]
    control = answer[-1]
    assert control["buttons"][:2] == [["1", "2", "3", "4", "5", "6"], ["More", "Undo", "New"]]

    assert (await ann.tap("3"))["text"] == "Picture 3 is chosen"
    (card,) = await ann.answer()
    assert labels(card)[:3] == ["This is it", "Similar", "Back"]

    answer = await ann.say("the same with long sleeves")
    assert len(photos(answer)) == 6
    assert "a red summer dress" in answer[-1]["text"]
    assert "the same with long sleeves" in answer[-1]["text"]

    await ann.tap("1")
    await ann.answer()
    await ann.tap("This is it")
    card = (await ann.transcript())[-1]
    assert card["caption"].startswith("Chosen: ")
    assert labels(card) == ["Open in the shop", "Share this search"]


async def test_start_and_help_say_what_works_here(ann):
    assert "“" in words(await ann.say("/start"))
    assert "Undo goes one step back" in words(await ann.say("/help"))
    assert "/help" in words(await ann.say("/dance"))


async def test_more_shows_new_pictures_until_all_were_seen(ann):
    shown = _pictures(await ann.say("a striped shirt"))
    for _ in range(3):
        await ann.tap("More")
        page = _pictures(await ann.answer())
        assert len(page) == 6
        assert not page & shown
        shown |= page
    for _ in range(PRODUCTS // 6 - 3):
        await ann.say("/more")
        answer = await ann.say("more")
    assert "already seen" in words(answer)


async def test_a_chosen_picture_and_shown_ones_do_not_come_back(ann):
    first = _pictures(await ann.say("a red dress"))
    await ann.tap("1")
    await ann.answer()
    assert not _pictures(await ann.say("in blue")) & first


async def test_undo_goes_back_and_new_starts_over(ann):
    first = _pictures(await ann.say("a red dress"))
    await ann.say("a blue hat")
    await ann.tap("Undo")
    assert _pictures(await ann.answer()) == first
    await ann.tap("New")
    assert "Started over" in words(await ann.answer())
    assert _pictures(await ann.say("/undo")) == first
    assert "nothing to undo" in words(await ann.say("/undo"))
    assert "Started over" in words(await ann.say("/new"))
    assert "no search to continue" in words(await ann.say("/more"))


async def test_a_reply_to_any_picture_refines_it(ann):
    answer = await ann.say("a red dress")
    await ann.say("a blue hat")
    again = await ann.say("with stripes", reply_to=photos(answer)[4]["message_id"])
    assert "a red dress" in again[-1]["text"]
    assert len(photos(again)) == 6


async def test_a_photo_finds_pictures_like_it_and_with_a_caption_changed_ones(ann, collection):
    picture = next((collection / "catalogue" / "images").glob("bag-*.jpg")).read_bytes()
    assert len(photos(await ann.send_photo(picture))) == 6
    assert "your photo" in (await ann.transcript())[-1]["text"]
    answer = await ann.send_photo(picture, caption="in red")
    assert "your photo, in red" in answer[-1]["text"]


async def test_a_picture_sent_as_a_file_is_understood(ann, collection):
    picture = next((collection / "catalogue" / "images").glob("bag-*.jpg")).read_bytes()
    await ann.upload("document", picture, name="bag.jpg")
    assert len(photos(await ann.answer())) == 6


async def test_cards_change_in_place_close_and_lead_to_similar_ones(ann):
    await ann.say("a red dress")
    await ann.tap("1")
    (card,) = await ann.answer()
    await ann.tap("4")
    assert await ann.answer() == []
    changed = (await ann.transcript())[-1]
    assert changed["message_id"] == card["message_id"]
    assert changed["caption"] != card["caption"]
    await ann.tap("Back")
    assert card["message_id"] not in {message["message_id"] for message in await ann.transcript()}
    await ann.tap("2")
    await ann.answer()
    await ann.tap("Similar")
    assert len(photos(await ann.answer())) == 6


async def test_one_tap_turns_a_refinement_into_a_search_and_back(ann):
    await ann.say("a red dress")
    await ann.tap("1")
    await ann.say("in blue")
    await ann.tap("Search for these words alone")
    alone = (await ann.answer())[-1]
    assert "a red dress" not in alone["text"]
    await ann.tap("Refine the last pictures with these words")
    assert len(photos(await ann.answer())) == 6


async def test_a_card_closes_also_after_it_was_refined(ann):
    await ann.say("a red dress")
    await ann.tap("1")
    (card,) = await ann.answer()
    await ann.say("in blue")
    await ann.tap("Back", card["message_id"])
    assert card["message_id"] not in {message["message_id"] for message in await ann.transcript()}


async def test_chats_go_side_by_side_and_each_keeps_its_order(ann, ben, telegram):
    texts = ["a red dress", "a blue hat", "a green bag", "a black coat", "a white shirt"]
    await ann.post("faults", method="sendMediaGroup", chat=ann.chat, count=len(texts), kind="delay", seconds=0.5)
    for text in texts:
        await ann.post("message", text=text)
    await ben.post("message", text="a pink skirt")
    answered = []
    while len(answered) < 1:
        answered = [message for message in await ben.transcript() if message["buttons"]]
        await asyncio.sleep(0.02)
    hers = [message for message in await ann.transcript() if message["buttons"]]
    assert len(hers) < len(texts)  # she is still being answered
    controls = [message["text"] for message in await ann.answer() if message["buttons"]]
    order = [next(number for number, text in enumerate(texts) if text in control) for control in controls]
    assert order == sorted(set(order))  # some were overtaken by those after them
    assert order[-1] == len(texts) - 1
    telegram.world.calls.clear()


async def test_spoken_choices(ann):
    await ann.say("a red dress")
    (card,) = await ann.say("the second one")
    assert "This is it" in labels(card)
    assert len(photos(await ann.say("the third one, but in blue"))) == 6
    assert "no picture of that number" in words(await ann.say("9"))


async def test_old_and_foreign_buttons_get_a_friendly_alert(ann, ben):
    await ann.say("a red dress")
    control = await ann.last_with("1")
    await ann.tap("More", control["message_id"])
    answer = await ann.tap("More", control["message_id"])
    assert answer["alert"]
    assert "already" in answer["text"]

    ann.chat = ben.chat = GROUP
    await ann.say("/start")
    await ann.answer()
    first = (await ann.transcript())[-1]["message_id"]
    await ann.say("a red hat", reply_to=first)
    control = await ann.last_with("2")
    answer = await ben.tap("2", control["message_id"])
    assert answer["alert"]
    assert "somebody else" in answer["text"]


async def test_known_pictures_are_not_uploaded_again(ann):
    await ann.say("a red dress")
    await ann.say("/new")
    await ann.say("a red dress")
    albums = [call for call in await ann.calls() if call["method"] == "sendMediaGroup"]
    assert "attach://" in str(albums[0]["parameters"])
    assert "attach://" not in str(albums[1]["parameters"])


def _pictures(answer):
    """What pictures an answer shows, by their content."""
    return {message["photo"]["file_unique_id"] for message in photos(answer)}


async def test_what_names_no_value_is_understood(ann):
    await ann.say("a red bag")
    await ann.tap("1")
    assert "red" in (await ann.answer())[0]["caption"].lower()
    await ann.say("in another colour")
    for number in ("1", "2", "3"):
        await ann.tap(number)
        await ann.answer()
        card = [message for message in await ann.transcript() if "This is it" in labels(message)][-1]
        assert "bag" in card["caption"].lower()
        assert "red" not in card["caption"].lower()
