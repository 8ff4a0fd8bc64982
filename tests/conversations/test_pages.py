"""The pages of the web and the map over HTTP: whose they are, and what a click does in the chat."""

import io

import numpy as np
import pytest
from PIL import Image

from bot.pages.links import LIFETIME_S, Links
from bot.pages.server import HEADERS
from tests.chat import labels, photos, words
from tests.conversations.conftest import ADMIN, BEN, GROUP, PRODUCTS, running
from tests.conversations.pages import Visitor, link, with_pages


@pytest.fixture
def paged(settings):
    return with_pages(settings)


@pytest.fixture
async def bot(paged):
    async with running(paged):
        yield


@pytest.fixture
async def web(ann, bot, http):
    """Ann's web of a search, as her browser would open it."""
    await ann.say("a striped shirt")
    return Visitor(http, await link(ann, "/web"))


@pytest.fixture
async def on_map(ann, bot, http):
    return Visitor(http, await link(ann, "/map"))


async def test_the_web_holds_the_nearest_fifty_in_groups_with_pictures(web):
    status, page = await web.get("data/web?canvas=wide")
    assert status == 200
    assert page["asked"] == "a striped shirt"
    assert len(page["items"]) == 50
    assert page["width"] > page["height"]
    assert sum(group["count"] for group in page["groups"]) == 50
    assert {item["group"] for item in page["items"]} == set(range(len(page["groups"])))
    status, jpeg = await web.get(f"data/picture/{page['snapshot']}/{page['items'][0]['row']}?size=large")
    assert status == 200
    assert Image.open(io.BytesIO(jpeg)).format == "JPEG"
    _, tall = await web.get("data/web")
    assert tall["width"] < tall["height"]


async def test_refine_from_this_one_puts_it_into_the_chat_as_the_reference(ann, web):
    _, page = await web.get("data/web")
    last = page["items"][-1]
    assert await web.post("do/refine", {"snapshot": page["snapshot"], "row": last["row"]}) == (
        200, {"said": "It is in the chat: write there what should be different."}
    )  # fmt: skip
    (card,) = await ann.answer()
    assert last["title"] in words([card])
    assert {"This is it", "Similar", "More", "Undo"} <= set(labels(card))
    answer = await ann.say("in blue")
    assert len(photos(answer)) == 6
    assert "a striped shirt" in words(answer)  # what was said before still counts
    assert "in blue" in words(answer)


async def test_the_map_holds_every_picture_and_rings_what_is_on_screen(ann, on_map, http):
    head, rows, places = await on_map.map()
    assert (head["count"], len(rows), head["hits"]) == (PRODUCTS, PRODUCTS, [])
    assert np.abs(places).max() <= 1 + 1e-6
    assert "dress" in head["categories"]
    await ann.say("a striped shirt")
    head, *_ = await on_map.map()
    assert len(head["hits"]) == 6
    status, found = await on_map.get("data/found?q=shoes")
    assert status == 200
    assert set(found["rows"]) <= set(rows)
    _, item = await on_map.get(f"data/item/{head['snapshot']}/{found['rows'][0]}")
    assert item["category"] == "shoe"


async def test_the_search_goes_on_inside_what_was_encircled(ann, on_map):
    await ann.say("a red dress")
    head, *_ = await on_map.map()
    _, found = await on_map.get("data/found?q=shoes")
    inside = found["rows"][:4]
    assert (await on_map.post("do/inside", {"snapshot": head["snapshot"], "rows": inside}))[0] == 200
    answer = await ann.answer()
    assert len(photos(answer)) == 4
    assert "4 of the map" in words(answer)
    assert "a red dress" in words(answer)
    assert (await ann.tap("✕ 4 of the map"))["text"]
    assert len(photos(await ann.answer())) == 6


async def test_a_click_waits_behind_what_was_said_before_it(ann, web, eventually):
    _, page = await web.get("data/web")
    click = {"snapshot": page["snapshot"], "row": page["items"][-1]["row"]}
    before = sum(call["method"] == "sendMediaGroup" for call in await ann.calls())
    await ann.post("message", text="a green hat")

    async def begun() -> bool:
        return sum(call["method"] == "sendMediaGroup" for call in await ann.calls()) > before

    await eventually(begun)
    status, _ = await web.post("do/refine", click)
    assert status == 200
    answer = await ann.answer()
    assert [bool(message["photo"]) for message in answer] == [True] * 6 + [False, True]


async def test_only_a_ticket_of_ones_own_opens_anything(ann, ben, web, paged, http):
    await ben.say("a blue bag")
    token = paged.telegram_bot_token.get_secret_value()
    mine, bens = web.ticket, Visitor(http, await link(ben, "/web")).ticket
    late = Links(token, "", now=lambda: 0.0).web(ADMIN, 1).partition("#")[2]
    other_bot = Links("1:other", "").web(ADMIN, 1).partition("#")[2]
    mixed = f"{mine.partition('.')[0]}.{bens.partition('.')[2]}"
    for path in ("data/web", "data/map", "data/found?q=hat", "data/item/x/0", "data/picture/x/0"):
        for ticket in ("", "garbage", "a.b", other_bot, mixed, mine[:-3], "x" * 5000):
            status, answer = await web.get(path, ticket)
            assert (status, set(answer)) == (403, {"said"}), (path, ticket)
        status, answer = await web.get(path, late)
        assert status == 410
        assert "expired" in answer["said"]
    # Ben's link is Ben's: it opens his search, whatever page it is put behind.
    assert (await web.get("data/web", bens))[1]["asked"] == "a blue bag"
    assert (await web.get("data/web"))[1]["asked"] == "a striped shirt"
    assert LIFETIME_S <= 3600


async def test_pages_hold_nothing_without_a_ticket_and_load_nothing_from_elsewhere(web, http):
    for path in ("web", "map", "assets/map.js", "assets/vendor/kdbush.js", "assets/vendor/kdbush.LICENSE", "nowhere"):
        async with http.get(web.address(path)) as answer:
            assert answer.status == (404 if path == "nowhere" else 200)
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
            assert "striped" not in await answer.text()
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    async with http.get(web.address("assets/../links.py")) as answer:
        assert answer.status == 404


async def test_what_is_hidden_is_on_no_page(ann, web, on_map):
    _, page = await web.get("data/web")
    first = page["items"][0]
    shown = photos(await ann.say("a striped shirt"))
    hidden = words(await ann.say("/hide", reply_to=shown[0]["message_id"])).split("/unhide ")[1].split(" ")[0]
    status, item = await web.get(f"data/item/{page['snapshot']}/{first['row']}")
    assert (status, "no longer" in item["said"]) == (404, True), hidden
    assert (await web.get(f"data/picture/{page['snapshot']}/{first['row']}"))[0] == 404
    assert (await web.post("do/refine", {"snapshot": page["snapshot"], "row": first["row"]}))[0] == 404
    assert first["row"] not in [each["row"] for each in (await web.get("data/web"))[1]["items"]]
    assert first["row"] not in (await on_map.map())[1]
    assert first["row"] not in (await on_map.get("data/found?q=a striped shirt"))[1]["rows"]


async def test_a_question_that_makes_no_sense_changes_nothing(ann, web):
    _, page = await web.get("data/web")
    snapshot = page["snapshot"]
    rows = (None, "0", -1, 10**9, True)
    for body in (b"", b"[]", b"{", b"[" * 9000, *({"snapshot": snapshot, "row": row} for row in rows)):
        status, answer = await web.post("do/refine", body)
        assert (status in (400, 409), set(answer)) == (True, {"said"}), body
    for several in ([], "all", [0] * 3000, [None], [{}]):
        status, _ = await web.post("do/inside", {"snapshot": snapshot, "rows": several})
        assert status in (400, 413), several
    assert (await web.post("do/refine", {"snapshot": "another", "row": 0}))[0] == 409
    assert (await web.get("data/found?q="))[0] == 400
    assert (await web.get(f"data/found?q={'x' * 301}"))[0] == 400
    assert await ann.answer() == []


async def test_a_forgotten_search_and_a_person_kept_out_are_told_so(ann, ben, bot, http):
    await ben.say("a striped shirt")
    visitor = Visitor(http, await link(ben, "/web"))
    await ben.say("/forget")
    status, answer = await visitor.get("data/web")
    assert (status, "expired" in answer["said"]) == (410, True)
    await ann.say(f"/users deny {BEN}")
    status, answer = await visitor.get("data/map")
    assert (status, answer["said"]) == (403, "You may not use this bot.")


async def test_whoever_asks_too_often_is_told_to_wait(ann, settings, http):
    async with running(with_pages(settings, messages_per_minute=4)):
        visitor = Visitor(http, await link(ann, "/map"))
        statuses = [(await visitor.get("data/found?q=hat"))[0] for _ in range(5)]
        assert statuses == [200] * 3 + [429] * 2


async def test_in_a_group_there_is_a_picture_and_no_link(ann, bot):
    ann.chat = GROUP
    (answer,) = await ann.say("/map")
    assert answer["photo"]
    assert not answer["buttons"]
    assert "Write to me alone" in answer["caption"]
