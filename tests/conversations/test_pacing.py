"""Whoever writes too fast is asked once to wait; buttons go on working."""

from tests.chat import photos, words
from tests.conversations.conftest import running


async def test_one_polite_stop_and_then_silence(ann, ben, settings):
    async with running(settings.model_copy(update={"messages_per_minute": 3})):
        for _ in range(3):
            assert photos(await ann.say("a red dress"))
        assert "3 messages in a minute" in words(await ann.say("a blue dress"))
        assert await ann.say("a green dress") == []
        assert (await ann.tap("2"))["text"] == "Picture 2 is chosen"
        assert photos(await ben.say("a red dress"))
