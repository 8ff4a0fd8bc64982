"""Conversations in all six languages, as Telegram says them or as chosen in /settings, over real HTTP."""

import pytest

from bot import admin_texts, texts
from bot.languages import NAMES
from bot.notices import Notice
from bot.translations import load_languages
from tests.chat import labels, photos, words
from tests.conversations.conftest import GROUP

pytestmark = pytest.mark.usefixtures("bot")
DIRECTIONS = str.maketrans("", "", "\u2068\u2069\u200f")


def plain(text):
    """What is read, without what only directs it."""
    return text.translate(DIRECTIONS)


@pytest.fixture(scope="module")
def languages():
    return load_languages().languages


async def speaks(chat, code):
    """The person's Telegram is set to this language."""
    await chat.post("user", id=chat.user, first_name="Somebody", language_code=code)


@pytest.mark.parametrize("code", NAMES)
async def test_a_whole_conversation(ann, languages, code):
    say = languages[code].say
    await speaks(ann, code)
    assert plain(say(texts.START)) in plain(words(await ann.say("/start")))
    assert say(texts.DRAWN_LABEL) in words(await ann.transcript())
    assert say(texts.BUTTON_MORE) in words(await ann.say("/help"))
    assert plain(words(await ann.say("/dance"))) == plain(say(texts.UNKNOWN_COMMAND))

    answer = await ann.say("a red summer dress")
    assert len(photos(answer)) == 6
    assert [say(texts.BUTTON_MORE), say(texts.BUTTON_UNDO), say(texts.BUTTON_NEW)] in answer[-1]["buttons"]
    assert say(texts.CHOOSE_HINT) in answer[-1]["text"]

    assert (await ann.tap("3"))["text"] == say(texts.TOAST_CHOSEN, number=3)
    (card,) = await ann.answer()
    assert labels(card)[:3] == [say(texts.BUTTON_TAKE), say(texts.BUTTON_SIMILAR), say(texts.BUTTON_BACK)]
    assert say(texts.CARD_HINT) in card["caption"]

    answer = await ann.say("the same with long sleeves under 60")
    assert say(texts.STEP, number=2) in answer[-1]["text"]
    assert plain(say(texts.FILTER_UNDER, amount="60")) in plain(answer[-1]["text"])
    await ann.tap(say(texts.BUTTON_MORE))
    assert say(texts.PAGE, number=2) in words(await ann.answer())
    await ann.tap(say(texts.BUTTON_AS_SEARCH))
    await ann.tap(say(texts.BUTTON_UNDO))
    await ann.answer()
    await ann.tap("1")
    await ann.answer()
    assert (await ann.tap(say(texts.BUTTON_ORIGINAL)))["text"] == say(texts.TOAST_ORIGINAL)
    await ann.tap(say(texts.BUTTON_TAKE))
    chosen = (await ann.transcript())[-2]
    assert plain(chosen["caption"]).startswith(plain(say(texts.ACCEPTED, title="")))
    assert labels(chosen) == [say(texts.BUTTON_LINK), say(texts.BUTTON_SHARE)]
    await ann.answer()

    assert words(await ann.say("/new")) == say(texts.STARTED_OVER)
    assert words(await ann.say("!?")) == say(texts.NOTICES[Notice.NO_WORDS])
    await ann.post("sticker")
    assert words(await ann.answer()) == say(texts.NOTICES[Notice.KIND_NOT_UNDERSTOOD])
    assert say(admin_texts.NOT_RUNNING) in words(await ann.say("/status"))
    assert plain(words(await ann.say("/users"))).endswith(plain(say(admin_texts.USERS_USAGE)))
    await ann.say("/reindex")
    await ann.tap(say(admin_texts.BUTTON_CANCEL))
    assert words(await ann.transcript()).endswith(say(admin_texts.REINDEX_DROPPED))
    await ann.answer()
    assert words(await ann.say("/forget")) == say(texts.FORGOTTEN)


async def test_settings_change_the_language_from_then_on(ann, languages):
    (asked,) = await ann.say("/settings")
    assert labels(asked) == [*NAMES.values(), "✓ As Telegram says"]
    current = "As Telegram says"
    for code, name in NAMES.items():
        say = languages[code].say
        assert (await ann.tap(name))["text"] == say(texts.TOAST_SETTINGS)
        changed = next(each for each in await ann.transcript() if each["message_id"] == asked["message_id"])
        assert plain(changed["text"]) == say(texts.SETTINGS)
        assert f"✓ {name}" in plain(" ".join(labels(changed)))
        assert words(await ann.say("!?")) == say(texts.NOTICES[Notice.NO_WORDS])
        current = say(texts.BUTTON_LANGUAGE_AUTO)
    await ann.tap(current)
    assert words(await ann.say("!?")) == texts.NOTICES[Notice.NO_WORDS]


async def test_a_tap_on_what_is_set_already_is_answered(ann):
    (asked,) = await ann.say("/settings")
    await ann.tap("Deutsch")
    assert (await ann.tap("✓ Deutsch", asked["message_id"]))["text"] == "Ab jetzt auf Deutsch"


async def test_forgetting_takes_the_language_back(ann):
    await ann.say("/settings")
    await ann.tap("Deutsch")
    await ann.answer()
    assert words(await ann.say("/forget")).startswith("Ich habe dich vergessen")
    assert words(await ann.say("!?")) == texts.NOTICES[Notice.NO_WORDS]


@pytest.mark.parametrize(
    ("code", "more", "undo", "second", "new", "query"),
    [
        ("de", "mehr", "zurück", "die zweite", "neue Suche", "ein rotes Kleid"),
        ("es", "más", "atrás", "la segunda", "nueva búsqueda", "un vestido rojo"),
        ("ru", "ещё", "назад", "вторая", "заново", "красное платье"),
        ("zh", "更多", "撤销", "第二个", "重来", "红色连衣裙"),
        ("ar", "المزيد", "تراجع", "الثانية", "من جديد", "فستان أحمر"),
    ],
)
async def test_what_is_said_in_a_language(ann, languages, code, more, undo, second, new, query):
    """Commands are understood; queries are not, with a model that knows English only, and the bot says so."""
    await speaks(ann, code)
    await ann.say("a blue hat")
    await ann.say("a red dress")
    page = await ann.say(more)
    assert len(photos(page)) == 6
    assert languages[code].say(texts.PAGE, number=2) in words(page)
    assert "a blue hat" in words(await ann.say(undo))
    await ann.say("a red dress")
    assert languages[code].say(texts.CARD_HINT) in words(await ann.say(second))
    assert words(await ann.say(query)) == languages[code].say(texts.NOTICES[Notice.LANGUAGE_UNKNOWN])
    assert words(await ann.say(new)) == languages[code].say(texts.STARTED_OVER)


async def test_in_a_group_everybody_is_answered_in_their_own_language(ann, ben, languages):
    ann.chat = ben.chat = GROUP
    await speaks(ann, "ru")
    await speaks(ben, "zh")
    for chat, code in ((ann, "ru"), (ben, "zh"), (ann, "ru")):
        assert words((await chat.say("/new"))[-1:]) == languages[code].say(texts.STARTED_OVER)
    await ann.say("/settings")
    control = await ann.last_with("Deutsch")
    answer = await ben.tap("Deutsch", control["message_id"])
    assert answer["text"] == languages["zh"].say(texts.NOTICES[Notice.FOREIGN])


async def test_menus_follow_telegrams_language_and_then_the_chosen_one(ann, ben, languages):
    async def menu(chat):
        return {each["command"]: each["description"] for each in (await chat.get("state", user=chat.user))["commands"]}

    for code, language in languages.items():
        await speaks(ben, code)
        assert (await menu(ben))["new"] == language.say(texts.COMMANDS["new"])
    await speaks(ben, "fr")
    assert (await menu(ben))["new"] == texts.COMMANDS["new"]
    await ben.say("/settings")
    await ben.tap("Español")
    assert (await menu(ben))["new"] == languages["es"].say(texts.COMMANDS["new"])
    assert "reindex" not in await menu(ben)
    await ben.tap("Como en Telegram")
    assert (await menu(ben))["new"] == texts.COMMANDS["new"]

    await speaks(ann, "de")
    await ann.say("/start")
    assert (await menu(ann))["users"] == languages["de"].say(admin_texts.COMMANDS["users"])


async def test_lines_in_arabic_run_from_right_to_left(ann):
    await speaks(ann, "ar")
    answer = await ann.say("a red dress")
    assert answer[0]["caption"].startswith("\u200f\u2068a red dress")
    assert answer[-1]["text"].startswith("\u200f\u2068a red dress")
    await ann.tap("1")
    (card,) = await ann.answer()
    assert card["caption"].startswith("\u200f")
