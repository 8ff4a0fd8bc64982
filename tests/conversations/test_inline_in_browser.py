"""Inline mode and a group's collage as people meet them, by clicking in a real browser."""

import pytest
from playwright.async_api import async_playwright, expect

from bot.settings import Settings
from tests.conversations.conftest import GROUP, running
from tests.conversations.test_in_browser import ARGUMENTS


@pytest.mark.chromium
async def test_a_picture_is_posted_into_a_group_and_leads_to_the_chat(
    ann, settings: Settings, telegram, chromium
) -> None:
    async with running(settings), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1000, "height": 1400})
        expect.set_options(timeout=20_000)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await ann.say("a red dress")  # from now on Telegram has these pictures
        await page.goto(f"{telegram.url}/#user=1&chat={GROUP}")
        field = page.get_by_label("Message", exact=True)

        await field.fill("@pictalk_bot a red dress")
        results = page.locator(".inline-result")
        await expect(results).to_have_count(12)
        assert await results.first.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        await results.first.click()
        await expect(field).to_have_value("")
        posted = page.locator(".row", has=page.get_by_role("button", name="More like this"))
        await expect(posted).to_have_count(1)

        await field.fill("/find a blue hat")
        await page.keyboard.press("Enter")
        collage = page.locator(".row", has=page.get_by_role("button", name="Mine", exact=True))
        await expect(collage).to_contain_text("a blue hat")
        await collage.get_by_role("button", name="♥ 2", exact=True).click()
        await expect(collage).to_contain_text("♥ 2: ")

        await posted.get_by_role("button", name="More like this").click()
        await expect(page.get_by_role("log").get_by_text("Pictures like ")).to_be_visible()  # in the chat with the bot
        await field.fill("@pictalk_bot ")
        example = page.locator(".inline-result").first
        words = await example.locator(".inline-title").inner_text()
        await example.click()
        await page.get_by_role("button", name="Show pictures").click()
        await expect(field).to_have_value(f"@pictalk_bot {words}")
        await expect(page.get_by_role("button", name="Search in the chat")).to_be_visible()
        await browser.close()
        assert errors == []
