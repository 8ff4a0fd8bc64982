"""Links to the bot, made by it or by anybody else: one sentence, or pictures."""

import base64

import pytest

from bot.deep_links import ItemLinked, WordsLinked, payload_of
from tests.chat import photos, words

pytestmark = pytest.mark.usefixtures("bot")


def coded(prefix: str, data: bytes) -> str:
    return prefix + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "payload",
    [
        "x", "q_", "i_", "q_!", "q_=", "q_a", "-" * 64, "_" * 65, "A" * 4000, "A" * 30, "../../etc/passwd", "q_ YQ",
        "s_<script>alert(1)</script>", "%00", "٣" * 10, "hello world", "q_YQ==", "q_YR",
        coded("q_", b"\xff\xfe\xfd"), coded("q_", b"\xed\xa0\x80"), coded("x_", b"a red dress"),
        coded("q_", b"a red dress" * 20),
    ],
)  # fmt: skip
async def test_what_is_no_link_of_ours_gets_one_sentence(ann, payload, caplog):
    (answer,) = [message for message in await ann.say(f"/start {payload}") if message["from"] == "bot"]
    assert "not one of mine" in answer["text"] or "few words" in answer["text"]
    assert len(photos(await ann.say("a red dress"))) == 6


@pytest.mark.parametrize("said", ["new", "undo", "more", "this is it", "9"])
async def test_a_link_gives_no_commands(ann, said):
    await ann.say("a red dress")
    await ann.tap("2")
    before = await ann.last_with("Undo")
    await ann.answer()
    (answer,) = await ann.say(f"/start {payload_of(WordsLinked(said))}")
    assert not answer["photo"]
    assert "Started over" not in answer["text"]
    assert not (await ann.tap("3", before["message_id"]))["alert"]  # her search is where it was


@pytest.mark.parametrize("said", ["/forget", "/reindex", "<b>a hat</b>", "a hat\nand\ta bag", "1:1:new"])
async def test_words_of_a_link_are_searched_for_and_nothing_else(ann, said):
    answer = await ann.say(f"/start {payload_of(WordsLinked(said))}")
    assert len(photos(answer)) in (0, 6)
    assert "forgotten you" not in words(answer)
    assert not any("Start" in row for message in answer for row in message["buttons"])


async def test_links_to_items_that_are_not_there(ann):
    for item_id in ("nobody", "../../x", "\0", "a" * 40):
        (answer,) = await ann.say(f"/start {payload_of(ItemLinked(item_id))}")
        assert "no longer in the collection" in answer["text"]


async def test_the_plain_ones(ann):
    assert "talking" in words(await ann.say("/start hello"))
    assert len(photos(await ann.say(f"/start {payload_of(WordsLinked('a red dress'))}"))) == 6
    assert "only understand English" in words(await ann.say(f"/start {payload_of(WordsLinked('فستان'))}"))
