"""The pages in a real browser, by clicking and by keys: on a phone and on a desk, light and dark."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.chat import photos, words
from tests.conversations.conftest import PRODUCTS, running
from tests.conversations.pages import link, with_pages

# SwiftShader stands in for a graphics card.
ARGUMENTS = [
    "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-quic", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "color_scheme": "light"}
DESK = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}

pytestmark = pytest.mark.chromium


@pytest.fixture
async def bot(settings):
    async with running(with_pages(settings, path="/pictalk")):
        yield


@pytest.fixture
async def browser(chromium) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        expect.set_options(timeout=20_000)
        running_browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running_browser
        await running_browser.close()


@pytest.fixture
async def open_page(browser):
    """Opens an address; an error of the page's scripts, a blocked one among them, fails the test."""
    errors: list[str] = []

    async def opened(address: str, device: dict) -> Page:
        page = await (await browser.new_context(reduced_motion="reduce", **device)).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        await page.goto(address)
        return page

    yield opened
    assert errors == []


async def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    wide: bool = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return wide


async def test_a_picture_of_the_web_is_refined_from_on_a_phone(ann, bot, open_page):
    await ann.say("a striped shirt")
    page = await open_page(await link(ann, "/web"), PHONE)
    items = page.locator(".item")
    await expect(items).to_have_count(50)
    await expect(page.get_by_role("heading", name="a striped shirt")).to_be_visible()
    await expect(page.locator("image[href^='blob:']")).to_have_count(50)
    assert await fits(page)
    await items.last.tap()
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_role("heading")).to_be_visible()
    title = await sheet.get_by_role("heading").inner_text()
    await sheet.get_by_role("button", name="Refine from this one").tap()
    await expect(page.get_by_role("status")).to_contain_text("It is in the chat")
    await expect(sheet).to_be_hidden()
    assert title in words(await ann.answer())
    assert len(photos(await ann.say("in blue"))) == 6


async def test_the_web_is_used_with_keys_and_in_the_dark(ann, bot, open_page):
    await ann.say("a striped shirt")
    page = await open_page(await link(ann, "/web"), DESK)
    await expect(page.locator(".item")).to_have_count(50)
    colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", colour)[:3])) < 60
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    focused = await page.evaluate("document.activeElement.getAttribute('aria-label')")
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name=focused)
    await expect(sheet).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")  # the first button of the sheet has the focus
    await expect(page.get_by_role("status")).to_contain_text("It is in the chat")
    assert focused in words(await ann.answer())


async def test_the_map_is_searched_encircled_and_searched_inside(ann, bot, open_page):
    await ann.say("a red dress")
    page = await open_page(await link(ann, "/map"), DESK)
    count = page.locator("#count")
    await expect(count).to_have_text("6 of “a red dress” are ringed")
    await page.get_by_role("searchbox", name="Show on the map").fill("striped shoes")
    await page.keyboard.press("Enter")
    await expect(count).to_have_text("50 found for “striped shoes”")
    box = await page.locator("#map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # Over the map until something is under the pointer.
    preview = page.locator("#preview")
    for step in range(60):
        await page.mouse.move(middle[0] - 180 + 6 * step, middle[1] - 60 + 2 * step)
        if await preview.is_visible():
            break
    await expect(preview.locator("img[src^='blob:']")).to_be_visible()
    await page.get_by_role("button", name="Encircle pictures").click()
    reach = min(box["width"], box["height"]) / 2.2
    await page.mouse.move(middle[0] - reach, middle[1] - reach)
    await page.mouse.down()
    for x, y in ((1, -1), (1, 1), (-1, 1), (-1, -0.9)):
        await page.mouse.move(middle[0] + x * reach, middle[1] + y * reach, steps=5)
    await page.mouse.up()
    chosen = page.get_by_role("region", name="Encircled pictures")
    await expect(chosen).to_be_visible()
    encircled = int((await chosen.get_by_text(re.compile(r"\d+ pictures")).inner_text()).split()[0])
    assert PRODUCTS / 2 < encircled <= PRODUCTS
    await chosen.get_by_role("button", name="Search inside these").click()
    await expect(page.get_by_role("status").last).to_contain_text(f"among these {encircled}")
    assert f"{encircled} of the map" in words(await ann.answer())


async def test_the_map_is_used_with_keys_and_with_a_finger(ann, bot, open_page):
    page = await open_page(await link(ann, "/map"), PHONE)
    await expect(page.locator("#count")).to_have_text(f"{PRODUCTS} pictures")
    assert await fits(page)
    await page.locator("#map").focus()
    for key in ("+", "+", "ArrowLeft", "ArrowDown", "-", "0", "Enter"):
        await page.keyboard.press(key)
    sheet = page.get_by_role("dialog")
    await expect(sheet.locator("img[src^='blob:']")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("v")
    await expect(page.get_by_role("region", name="Encircled pictures")).to_contain_text("pictures")
    await page.get_by_role("button", name="Search inside these").tap()
    await expect(page.get_by_role("status").last).to_contain_text("The search goes on in the chat")
    assert photos(await ann.answer())


async def test_a_link_that_is_cut_says_what_to_do(ann, bot, browser):
    page = await (await browser.new_context()).new_page()
    await page.goto((await link(ann, "/map"))[:-4])
    await expect(page.get_by_role("status").last).to_have_text(re.compile("not valid: send /map in the chat"))
