"""Languages where no update says which: on pages, in what a click there sends; and in albums that a group sees."""

import pytest

from bot import texts
from bot.languages import NAMES
from bot.translations import load_languages
from tests.chat import labels
from tests.conversations.conftest import GROUP, running
from tests.conversations.pages import Visitor, link, with_pages


@pytest.fixture(autouse=True)
async def bot(settings):
    async with running(with_pages(settings)):
        yield


@pytest.fixture(scope="module")
def languages():
    return load_languages().languages


async def test_a_page_answers_as_the_person_has_chosen_and_so_does_the_chat(ann, http, languages):
    await ann.say("/settings")
    await ann.tap("Deutsch")
    await ann.say("a striped shirt")
    web = Visitor(http, await link(ann, "/web"), accepts="ru")
    _, page = await web.get("data/web")
    place = {"snapshot": page["snapshot"], "row": page["items"][0]["row"]}
    say = languages["de"].say
    assert await web.post("do/refine", place) == (200, {"said": say(texts.PAGE_DONE)})
    (card,) = await ann.answer()
    assert say(texts.CARD_HINT) in card["caption"]


async def test_a_page_answers_a_stranger_as_the_browser_says(ann, http, languages):
    await ann.say("a striped shirt")
    address = await link(ann, "/web")
    for accepts, code in (("fr-CH, es;q=0.9, en;q=0.8", "es"), ("zh-TW", "zh"), ("*", "en"), ("", "en")):
        _, refusal = await Visitor(http, address, accepts).get("data/web", ticket="nonsense")
        assert refusal == {"said": languages[code].say(texts.PAGE_FORGED, command="web")}


@pytest.mark.parametrize("code", NAMES)
async def test_albums_cards_and_histories_in_a_group(ann, ben, languages, code):
    """What has a language is said in it; taps on what one language's labels show work."""
    say = languages[code].say
    ann.chat = ben.chat = GROUP
    await ann.post("user", id=ann.user, first_name="Ann", language_code=code)
    (collage,) = await ann.say("/find a red dress")
    assert [say(texts.BUTTON_MORE), say(texts.BUTTON_UNDO), say(texts.BUTTON_NEW), say(texts.BUTTON_FORK)] in collage[
        "buttons"
    ]
    assert (await ben.tap("♥ 3", collage["message_id"]))["text"] == texts.TOAST_VOTED.format(number=3)
    await ben.tap(say(texts.BUTTON_FORK), collage["message_id"])
    assert texts.BUTTON_FORK in labels((await ben.transcript())[-1])
    await ann.answer()
    await ann.tap("1", collage["message_id"])
    (card,) = await ann.answer()
    assert [say(texts.BUTTON_TAKE), say(texts.BUTTON_SIMILAR), say(texts.BUTTON_BACK)] == card["buttons"][0]
    (listed,) = await ann.say("/history")
    assert say(texts.HISTORY) in listed["text"]
