"""The conversation of the first page of the README, by clicking in a real browser."""

import re

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.settings import Settings
from tests.conversations.conftest import running

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic",
]  # fmt: skip


@pytest.mark.chromium
async def test_a_newcomer_finds_a_dress_with_long_sleeves(settings: Settings, telegram, chromium) -> None:
    async with running(settings), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1000, "height": 1400})
        await page.goto(telegram.url)
        pictures = page.get_by_role("button", name=re.compile(r"^Open picture \d of 6"))

        await _say(page, "a red summer dress")
        await expect(pictures).to_have_count(6, timeout=20_000)
        controls = page.locator(".row", has=page.get_by_role("button", name="More", exact=True))
        await expect(controls.last).to_contain_text("a red summer dress")
        for label in ("1", "6", "Undo", "New"):
            await expect(controls.last.get_by_role("button", name=label, exact=True)).to_be_visible()

        await controls.last.get_by_role("button", name="1", exact=True).click()
        card = page.locator(".row", has=page.get_by_role("button", name="This is it"))
        await expect(card.last).to_contain_text("dress · colour red")
        await _say(page, "the same with long sleeves")
        await expect(controls).to_have_count(2, timeout=20_000)
        await expect(controls.last).to_contain_text("the same with long sleeves")
        await expect(pictures).to_have_count(12)

        # The right album: a person who opens the first three sees dresses with long sleeves.
        seen = []
        for label in ("1", "2", "3"):
            await controls.last.get_by_role("button", name=label, exact=True).click()
            await page.wait_for_timeout(400)
            seen.append(await card.last.inner_text())
        right = [text for text in seen if "dress ·" in text and "sleeve long" in text]
        assert len(right) >= 2, seen

        await card.last.get_by_role("button", name="This is it").click()
        await expect(page.get_by_text(re.compile("^Chosen: ")).last).to_be_visible()
        await browser.close()


async def _say(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")
