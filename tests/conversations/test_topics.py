"""Forums: answers go to the topic they came from, and a person has a dialog in each."""

import pytest

from tests.chat import Chat, words
from tests.conversations.conftest import GROUP

pytestmark = pytest.mark.usefixtures("bot")

DRESSES, BAGS = 5, 9


@pytest.fixture
async def topics(ann, ben, http):
    """Ann in each of the two topics, and Ben in the first."""
    await ann.post("chat", id=GROUP, topics=[DRESSES, BAGS])
    ann.chat = ben.chat = GROUP
    ann.thread = ben.thread = DRESSES
    return ann, Chat(http, ann.url, ann.user, GROUP, BAGS), ben


async def test_every_answer_goes_to_its_topic(topics, collection):
    ann, _, ben = topics
    await ann.say("/start@pictalk_bot")
    await ann.say("/find a red dress")
    await ann.tap("2")
    await ann.tap("Original file")
    await ann.tap("Similar")
    await ann.say("/find !?")
    await ann.say("/find under 50 over 90")
    await ben.tap("Mine", (await ann.last_with("Mine"))["message_id"])
    picture = next((collection / "catalogue" / "images").glob("bag-*.jpg")).read_bytes()
    await ann.send_photo(picture, caption="@pictalk_bot", thread_id=str(DRESSES))
    await ann.say("/reindex")
    said = [message for message in await ann.answer() if message["from"] == "bot"]
    transcript = [message for message in await ann.transcript() if message["from"] == "bot"]
    assert said == []
    assert len(transcript) > 8
    assert {message["thread_id"] for message in transcript} == {DRESSES}


async def test_a_person_has_a_dialog_in_each_topic(topics):
    dresses, bags, _ = topics
    (first,) = await dresses.say("/find a red dress")
    second = (await bags.say("/find a black bag"))[-1]
    (undone,) = [message for message in await dresses.say("/undo") if message["thread_id"] == DRESSES]
    assert "nothing to undo" in undone["text"]
    await dresses.tap("1", first["message_id"])
    await bags.tap("2", second["message_id"])
    cards = [message for message in await dresses.answer() if message["photo"]]
    assert [card["thread_id"] for card in cards] == [DRESSES, BAGS]
    await bags.answer()
    (refined,) = await bags.say("in white", reply_to=cards[1]["message_id"])
    assert "bag" in refined["caption"]
    assert "dress" not in refined["caption"]


async def test_a_person_is_forgotten_in_every_topic(topics):
    dresses, bags, _ = topics
    await dresses.say("/find a red dress")
    second = (await bags.say("/find a black bag"))[-1]
    await dresses.say("/forget")
    answer = await bags.tap("1", second["message_id"])
    assert "expired" in answer["text"]
    assert "nothing to undo" in words(await bags.say("/undo"))
