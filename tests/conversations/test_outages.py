"""Redis away, Telegram refusing, pictures gone: one clear sentence, nothing lost, the rest goes on."""

import asyncio
import shutil

import pytest
from pydantic import SecretStr

from storage.embedded_redis import EmbeddedRedis
from tests.chat import labels, photos, words
from tests.conversations.conftest import running


async def test_redis_gone_in_mid_dialog_and_back(ann, settings, tmp_path, eventually, telegram):
    server = EmbeddedRedis(tmp_path / "redis")
    server.join()
    url = SecretStr(f"unix://{server.socket_path}")
    async with running(settings.model_copy(update={"redis_url": url})):
        await ann.say("a red dress")
        await asyncio.to_thread(server.leave)
        await ann.post("message", text="a blue hat")

        async def told() -> bool:
            return "as soon as it is back" in words(await ann.transcript())

        await eventually(told)
        again = EmbeddedRedis(tmp_path / "redis")
        await asyncio.to_thread(again.join)
        try:
            assert len(photos(await ann.answer())) == 6
            assert len(photos(await ann.say("/undo"))) == 6  # the dialog before was kept
            assert words(await ann.transcript()).count("as soon as it is back") == 1
            await asyncio.to_thread(again.leave)
            answer = await ann.tap_while_busy("2")
            assert answer["alert"]
            assert "as soon as it is back" in answer["text"]
            await asyncio.to_thread(again.join)
            (card,) = await ann.answer()
            assert "This is it" in labels(card)
            _forgive(telegram)  # the tap is done now, but its query has been answered already
        finally:
            await asyncio.to_thread(again.leave)


@pytest.mark.usefixtures("bot")
class TestTelegramRefuses:
    async def test_retry_after_is_waited_for(self, ann, telegram):
        await ann.post("faults", method="sendMediaGroup", count=1, kind="429", retry_after=1)
        assert len(photos(await ann.say("a red dress"))) == 6
        _forgive(telegram)

    async def test_an_album_that_may_have_arrived_is_not_sent_again(self, ann, telegram):
        await ann.post("faults", method="sendMediaGroup", count=1, kind="drop")
        answer = await ann.say("a red dress")
        assert len(photos(answer)) == 6
        assert "slow to arrive" in answer[-1]["text"]
        await ann.tap("2")
        assert len(photos(await ann.answer())) == 1
        _forgive(telegram)

    async def test_a_server_error_gets_a_sentence_and_the_next_message_is_answered(self, ann, telegram):
        await ann.post("faults", method="sendMediaGroup", count=1, kind="500")
        assert "slow to arrive" in words(await ann.say("a red dress"))
        assert len(photos(await ann.say("a red dress"))) == 6
        _forgive(telegram)

    async def test_a_person_who_blocked_the_bot_disturbs_nobody(self, ann, ben, telegram):
        await ben.post("faults", method="*", chat=ben.chat, count=20, kind="blocked")
        await ben.post("message", text="a red dress")
        assert len(photos(await ann.say("a red dress"))) == 6
        await ann.settle()
        _forgive(telegram)

    async def test_a_tap_whose_answer_fails_is_done_all_the_same(self, ann, telegram):
        await ann.say("a red dress")
        await ann.post("faults", method="answerCallbackQuery", count=1, kind="500")
        await ann.tap_while_busy("2")
        assert len(photos(await ann.answer())) == 1
        _forgive(telegram)

    async def test_the_same_update_twice_is_answered_once(self, ann):
        await ann.post("faults", count=1, kind="duplicate")
        assert len(photos(await ann.say("a red dress"))) == 6
        await asyncio.sleep(0.3)
        assert await ann.answer() == []


def _forgive(telegram):
    """Refusals that were ordered are no problems of the bot."""
    telegram.world.calls.clear()


async def test_pictures_that_are_gone_give_their_places_to_the_next_hits(ann, settings, collection, tmp_path):
    own = tmp_path / "data"
    shutil.copytree(collection / "snapshots", own / "snapshots", symlinks=True)
    images = collection / "catalogue" / "images"
    hidden = tmp_path / "hidden"
    async with running(settings.model_copy(update={"data_dir": own})):
        first = await ann.say("a red dress")
        card = await _first_card(ann)
        assert card
        shutil.move(images, hidden)
        try:
            assert "nothing" in words(await ann.say("a purple coat")).lower()
            # What Telegram holds already is still shown.
            assert len(photos(await ann.say("a red dress"))) == len(photos(first))
        finally:
            shutil.move(hidden, images)
        assert len(photos(await ann.say("a purple coat"))) == 6


async def _first_card(chat):
    await chat.tap("1")
    (card,) = await chat.answer()
    return card
