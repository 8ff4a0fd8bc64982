"""/forget deletes everything about the person at once, and nothing of anybody else's."""

import io

import pytest
from PIL import Image

from storage.redis_client import connect
from tests.chat import photos, words
from tests.conversations.conftest import GROUP

SAID = "a red dress"


@pytest.fixture
async def stored(redis_url, key_prefix, tmp_path):
    """Everything in Redis that this bot wrote: key -> all its bytes."""

    async with await connect(redis_url, tmp_path) as redis:

        async def read():
            found = {}
            async for key in redis.redis.scan_iter(match=f"{key_prefix}:*"):
                value = await redis.redis.dump(key)
                fields = await redis.redis.hgetall(key) if await redis.redis.type(key) == b"hash" else {}
                found[key.decode()] = repr(fields) + repr(value)
            return found

        yield read


async def test_nothing_about_the_person_is_left(ann, ben, bot, telegram, stored):
    for chat in (ann, ben):
        assert photos(await chat.say(SAID))
    picture = io.BytesIO()
    Image.new("RGB", (300, 400), (200, 30, 30)).save(picture, "JPEG")
    await ann.send_photo(picture.getvalue(), "with long sleeves")
    await ann.say("/settings")
    await ann.tap("English")
    before = await stored()
    assert any(":dialog:1:1" in key for key in before)
    assert any(key.endswith(":settings:1") for key in before)
    assert sum(SAID in value for value in before.values()) == 2
    assert "forgotten" in words(await ann.say("/forget"))
    after = await stored()
    assert any(key.endswith(":1") for key in before)
    assert not any(key.endswith(":1") for key in after)
    assert sum(SAID in value for value in after.values()) == 1
    assert any(":dialog:2:2" in key for key in after)
    assert "expired" in (await ann.tap("2"))["text"]
    assert photos(await ann.say(SAID))


async def test_dialogs_in_groups_are_forgotten_too(ann, bot, stored):
    ann.chat = GROUP
    await ann.say("/start")
    await ann.answer()
    first = (await ann.transcript())[-1]["message_id"]
    await ann.say("a blue shirt", reply_to=first)
    assert any(f":dialog:{GROUP}:1" in key for key in await stored())
    ann.chat = ann.user
    await ann.say("/forget")
    assert not any(":dialog:" in key for key in await stored())


async def test_forgetting_twice_is_no_error(ann, bot):
    assert "forgotten" in words(await ann.say("/forget"))
    assert "forgotten" in words(await ann.say("/forget"))
