"""Administrators decide who may use the bot."""

import pytest

from tests.chat import photos, words
from tests.conversations.conftest import ADMIN, BEN, GROUP, running

QUERY = "a red dress"


async def test_by_default_everybody_may_but_those_kept_out(ann, ben, bot):
    assert photos(await ben.say(QUERY))
    assert "kept out" in words(await ann.say(f"/users deny {BEN}"))
    answer = await ben.say(QUERY)
    assert not photos(answer)
    assert f"name your id, {BEN}" in words(answer)
    tapped = await ben.tap("2")
    assert tapped["alert"]
    assert "invited" in tapped["text"]
    assert photos(await ann.say(QUERY))
    await ann.say(f"/users reset {BEN}")
    assert photos(await ben.say(QUERY))


async def test_with_a_list_nobody_may_but_those_let_in(ann, ben, settings):
    async with running(settings.model_copy(update={"access": "list"})):
        assert "invited" in words(await ben.say("/start"))
        assert photos(await ann.say(QUERY))
        await ann.say(f"/users allow {BEN}")
        listed = words(await ann.say("/users"))
        assert "Only those who are let in" in listed
        assert f"Let in: {BEN}" in listed
        assert photos(await ben.say(QUERY))


async def test_who_is_kept_out_may_still_be_forgotten(ann, ben, bot):
    await ben.say(QUERY)
    await ann.say(f"/users deny {BEN}")
    assert "forgotten" in words(await ben.say("/forget"))


async def test_an_administrator_cannot_lock_himself_out(ann, bot):
    await ann.say(f"/users deny {ADMIN}")
    assert photos(await ann.say(QUERY))


async def test_in_a_group_a_refusal_is_not_everybodys_business(ann, ben, bot):
    ann.chat = GROUP
    await ann.say("/start")
    first = (await ann.answer() or await ann.transcript())[-1]["message_id"]
    await ann.say(f"/users deny {BEN}")
    ben.chat = GROUP
    await ben.answer()
    assert await ben.say(QUERY, reply_to=first) == []


@pytest.mark.parametrize("command", ["/users allow", "/users allow bob", "/users 5", "/users allow -5"])
async def test_nonsense_is_answered_with_how_it_goes(ann, bot, command):
    assert "/users allow ID" in words(await ann.say(command))


async def test_only_administrators_decide(ben, bot):
    assert "for administrators" in words(await ben.say(f"/users allow {BEN}"))
