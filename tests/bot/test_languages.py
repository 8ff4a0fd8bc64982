"""What is said in which language: plurals, direction, and whose wish counts."""

import asyncio
import datetime

import pytest

from bot import admin_texts, texts
from bot.album import render, trail
from bot.direction import from_right_to_left
from bot.filter_labels import labels
from bot.languages import NAMES, directed, listed, quoted, say, say_plural, speaking
from bot.ledger import Entry
from bot.translations import load_languages
from bot.turns import Turn
from retrieval.filter import Filter, Mentions, PriceTo, Taken
from retrieval.item_table import Item
from retrieval.query import TextQuery


@pytest.fixture(scope="module")
def languages():
    return load_languages()


def test_english_is_spoken_where_no_language_was_set():
    assert say(texts.TOAST_CHOSEN, number=3) == "Picture 3 is chosen"
    assert say_plural(texts.BUTTON_WEAK, 2) == "Show 2 weak anyway"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("de", "Bild 3 ist gewählt"),
        ("es", "Has elegido la imagen 3"),
        ("ru", "Выбрана картинка 3"),
        ("zh", "已选第 3 张"),
        ("ar", "اختيرت الصورة 3"),
    ],
)
def test_every_language_is_spoken_within_its_context_only(languages, code, sentence):
    with speaking(languages.choose(code)):
        assert say(texts.TOAST_CHOSEN, number=3) == sentence
    assert say(texts.TOAST_CHOSEN, number=3) == "Picture 3 is chosen"


async def test_updates_handled_side_by_side_do_not_mix_their_languages(languages):
    async def told(code):
        with speaking(languages.choose(code)):
            await asyncio.sleep(0)
            return await asyncio.create_task(later())

    async def later():
        await asyncio.sleep(0)
        return say(texts.BUTTON_MORE)

    assert await asyncio.gather(*map(told, NAMES)) == ["More", "Mehr", "Más", "Ещё", "更多", "المزيد"]


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("en", {1: "(1 picture)", 2: "(2 pictures)", 0: "(0 pictures)"}),
        ("de", {1: "(1 Bild)", 2: "(2 Bilder)"}),
        ("es", {1: "(1 imagen)", 21: "(21 imágenes)"}),
        ("ru", {1: "(1 картинка)", 3: "(3 картинки)", 5: "(5 картинок)", 11: "(11 картинок)", 21: "(21 картинка)"}),
        ("zh", {1: "（1 张图）", 5: "（5 张图）"}),
        (
            "ar",
            {0: "(لا صور)", 1: "(صورة واحدة)", 2: "(صورتان)", 3: "(3 صور)", 11: "(11 صورة)", 100: "(100 صورة)"},
        ),
    ],
)
def test_plural_forms(languages, code, forms):
    language = languages.choose(code)
    for count, form in forms.items():
        assert form in language.say_plural(admin_texts.ROLLED_BACK, count, snapshot="s")


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        (("de", "ru"), "de"),
        ((None, "ru"), "ru"),
        ((None, "zh-hans"), "zh"),
        ((None, "de-AT"), "de"),
        ((None, "es_MX"), "es"),
        ((None, "fr"), "en"),
        (("klingon", "fr"), "en"),
        ((None, None), "en"),
        (("", "ar"), "ar"),
    ],
)
def test_whose_wish_counts(languages, wishes, code):
    assert languages.choose(*wishes).code == code


def test_lists_and_quotations_are_those_of_the_language(languages):
    said = {}
    for code in NAMES:
        with speaking(languages.choose(code)):
            said[code] = quoted(["a", "b"])
    assert said["en"] == "“a”, “b”"
    assert said["de"] == "„a“, „b“"
    assert said["es"] == said["ru"] == "«a», «b»"
    assert said["zh"] == "“a”、“b”"
    assert said["ar"].replace("\u2068", "").replace("\u2069", "") == "«a»، «b»"


def test_what_stands_in_an_arabic_sentence_is_isolated(languages):
    with speaking(languages.choose("ar")):
        assert say(texts.ACCEPTED, title="Red dress (XL)") == "الاختيار: \u2068Red dress (XL)\u2069"
        assert listed(["12", "7"]) == "\u206812\u2069، \u20687\u2069"


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("الاختيار: x", False),
        ("Red dress", True),
        ("<b>Red</b> فستان", True),
        ("<b>فستان</b> red", False),
        ("1 – 2", True),
        ("\u2068a red dress\u2069 › فستان", False),
        ("\u2068a red dress\u2069", True),
        ("&amp; فستان", False),
        ("", False),
    ],
)
def test_lines_that_begin_otherwise_get_a_mark(line, marked):
    assert from_right_to_left(f"{line}\nالاختيار") == ("\u200f" if marked else "") + f"{line}\nالاختيار"


def test_only_what_is_written_from_right_to_left_is_marked(languages):
    assert directed("Red dress") == "Red dress"
    with speaking(languages.choose("ar")):
        assert directed("Red dress") == "\u200fRed dress"


def test_commands_in_arabic_keep_their_slash_in_front(languages):
    with speaking(languages.choose("ar")):
        assert "\u2068/help\u2069" in say(texts.UNKNOWN_COMMAND)
        assert "\u2068/unhide\u2069 \u2068a/b\u2069" in say(admin_texts.HIDDEN, title="x", id="a/b")


def test_labels_of_filters_that_are_cut_close_what_they_isolate(languages):
    with speaking(languages.choose("ar")):
        (label,) = labels(Filter((Mentions("a dress " * 20),)))
    assert label.endswith("…\u2069")
    assert label.count("\u2068") == label.count("\u2069") == 1


def test_dates_in_arabic_do_not_turn_around(languages):
    with speaking(languages.choose("ar")):
        day = datetime.date(2019, 3, 2)
        assert labels(Filter((Taken(day, datetime.date.max),))) == ("التُقطت منذ \u20682019-03-02\u2069",)


def test_an_album_in_arabic(languages):
    turn = Turn(
        2,
        (Entry(TextQuery("a red dress"), "a red dress"), Entry(TextQuery("longer"), "longer")),
        within=Filter((PriceTo(50),)),
    )
    items = (Item("a", "/a", "0", {}), Item("b", "/b", "0", {}))
    with speaking(languages.choose("ar")):
        album = render(turn, items, 1, withheld=3)
    assert [button.label for button in album.keyboard[2]] == ["المزيد", "تراجع", "جديد"]
    assert album.keyboard[1][0].label == "اعرض 3 ضعيفة"
    assert "حتى \u206850\u2069" in album.control
    assert trail(turn) in album.control
    assert album.caption == "\u2068longer\u2069 · الصفحة 2"
