"""Whose language an update is answered in."""

import pytest
from telegram import Update

from bot import texts
from bot.handlers.spoken_language import SpokenLanguage
from bot.languages import say, spoken
from bot.translations import load_languages
from storage.preferences import LANGUAGE, Preferences


@pytest.fixture
def preferences(redis, keys):
    return Preferences(redis, keys)


@pytest.fixture
def language(preferences):
    return SpokenLanguage(load_languages(), preferences)


def update(code, user=7):
    sender = {"id": user, "is_bot": False, "first_name": "X", "language_code": code}
    chat = {"id": user, "type": "private", "first_name": "X"}
    return Update.de_json({"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": chat, "from": sender}}, None)


async def test_settings_come_before_telegram_and_english_is_last(language, preferences):
    for code, expected in (("ru", "ru"), ("pt-br", "en"), (None, "en")):
        with await language.answering(update(code)):
            assert spoken().code == expected
    await preferences.put(7, LANGUAGE, "ar")
    with await language.answering(update("ru")):
        assert say(texts.BUTTON_MORE) == "المزيد"
    with await language.answering(update("ru", user=8)):
        assert spoken().code == "ru"
    assert spoken().code == "en"


async def test_without_redis_it_is_telegrams_language(language, preferences):
    await preferences.put(7, LANGUAGE, "ar")
    with language.guessing(update("ru")):
        assert spoken().code == "ru"


async def test_an_update_without_a_person_is_answered_in_english(language):
    with await language.answering(Update(1)):
        assert spoken().code == "en"


async def test_a_language_that_is_no_longer_spoken_counts_as_none(language, preferences):
    await preferences.put(7, LANGUAGE, "tlh")
    with await language.answering(update("de")):
        assert spoken().code == "de"
