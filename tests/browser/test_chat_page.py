"""The chat page in a real browser, in front of the real local Bot API server and a small scripted bot."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect
from telegram import BotCommand

from bot.local_telegram import LocalTelegram
from tests.browser.scripted_bot import COLOURS, picture, scripted_bot

# One browser and one event loop for all tests: a browser takes a second to start.
pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic",
]  # fmt: skip
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="module")
async def telegram() -> AsyncIterator[str]:
    """The address of a local Telegram in which a bot is at work."""
    async with LocalTelegram(port=0) as server:
        application = scripted_bot(server)
        async with application:
            assert application.updater is not None
            await application.bot.set_my_commands([BotCommand("start", "Begin"), BotCommand("help", "Explain")])
            await application.updater.start_polling(poll_interval=0.0, timeout=5)
            await application.start()
            yield server.url
            await application.updater.stop()
            await application.stop()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("there is no Chromium here (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        expect.set_options(timeout=10_000)  # a busy machine is no failure
        running = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, telegram: str) -> AsyncIterator[OpenPage]:
    """Opens the chat page in windows of their own; an error of the page's scripts fails the test."""
    errors: list[str] = []
    async with AsyncExitStack() as stack:

        async def opened(size: dict[str, int] = DESKTOP, user: int = 1, touch: bool = False) -> Page:
            context = await browser.new_context(
                viewport=size, has_touch=touch, reduced_motion="reduce", base_url=telegram
            )  # type: ignore[arg-type]
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.set_default_timeout(8000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
            # What others do before the stream stands is read, but it is not news, and counts as no unread message.
            async with page.expect_response(lambda response: "/sim/events" in response.url):
                await page.goto(f"{telegram}/#user={user}")
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            return page

        yield opened
    assert errors == []


def messages(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


async def test_album_buttons_alert_edit_and_deletion(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(messages(page).get_by_text("Hello. <not a tag>")).to_be_visible()  # text is never markup

    # Not wait_for_function: it needs eval, which the page's content security policy forbids.
    busy = """new Promise(resolve => {
        const look = () => /sending a photo/.test(document.querySelector(".chat-status").textContent)
            ? resolve(true) : requestAnimationFrame(look);
        look();
    })"""
    sending = asyncio.create_task(page.evaluate(busy))
    await say(page, "a red summer dress")
    assert await asyncio.wait_for(sending, 8)
    pictures = page.get_by_role("button", name=re.compile(r"^Open picture \d of 6"))
    await expect(pictures).to_have_count(6)
    await expect(messages(page).get_by_text("Six of forty")).to_be_visible()
    control = page.locator(".row").last
    await expect(control.locator("strong")).to_have_text("Query:")
    await expect(control.locator("code")).to_have_text("a red summer dress")
    await expect(control.get_by_role("link", name="about")).to_have_attribute("rel", re.compile("noopener"))
    # All at once: the list may still be scrolling.
    tops = await pictures.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top))")
    assert len(set(tops)) == 2  # two rows of three
    assert await pictures.first.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0

    await control.get_by_role("button", name="Toast").click()
    await expect(page.locator(".toast")).to_have_text("Noted")
    alert = control.get_by_role("button", name="Alert")
    await alert.click()
    await expect(control.locator("[aria-busy=true]")).to_have_count(1)
    await expect(page.get_by_role("alertdialog")).to_contain_text("Read this first.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_be_hidden()
    await expect(control.locator("[aria-busy=true]")).to_have_count(0)

    await control.get_by_role("button", name="3").click()
    await expect(messages(page).get_by_text("The third")).to_be_visible()
    await page.get_by_role("button", name="Edit", exact=True).click()
    await expect(messages(page).get_by_text("Something else")).to_be_visible()
    await expect(page.locator(".edited")).to_have_count(1)
    await expect(page.get_by_role("button", name="Once more")).to_be_visible()
    await say(page, "another")
    await page.get_by_role("button", name="Delete").click()
    await expect(messages(page).get_by_text("Query:")).to_have_count(0)


async def test_zoom_and_reply_to_one_picture_of_an_album_with_keys_only(open_page: OpenPage) -> None:
    page = await open_page()
    await page.keyboard.type("a hat")  # the field has the focus from the start
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("with a brim")
    await page.keyboard.press("Enter")
    await expect(messages(page).get_by_text("a hat\nwith a brim")).to_have_count(2)
    await page.get_by_role("button", name="Open picture 2 of 6").focus()
    await page.keyboard.press("Enter")
    zoom = page.locator("dialog.zoom")
    await expect(zoom.get_by_text("2 of 6")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(zoom.get_by_text("3 of 6")).to_be_visible()
    await page.keyboard.press("End")
    await expect(zoom.get_by_role("button", name="Next picture")).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(zoom).to_be_hidden()
    await expect(page.get_by_role("button", name="Open picture 2 of 6")).to_be_focused()

    toast = page.get_by_role("button", name="Toast")
    await toast.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_have_text("Noted")
    await expect(toast).to_be_focused()  # though the message was drawn anew

    await page.get_by_role("button", name="Reply to picture 3").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".reply-preview")).to_contain_text("Picture 3 of 6")
    wanted = await page.locator(".tile").nth(2).get_attribute("data-message")
    await page.keyboard.type("the same in blue")
    await page.keyboard.press("Enter")
    await expect(messages(page).get_by_text(f"A reply to message {wanted}")).to_be_visible()
    await expect(page.locator(".reply-preview")).to_be_hidden()
    await expect(page.locator(".row.out").last.locator(".quote")).to_contain_text("Photo")

    await page.keyboard.type("/st")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(messages(page).get_by_text("Hello. <not a tag>")).to_be_visible()


async def test_photos_are_previewed_then_sent(open_page: OpenPage, tmp_path: Path) -> None:
    page = await open_page()
    files = []
    for colour in COLOURS[:3]:
        files.append(tmp_path / f"{colour} 🎨.jpg")
        files[-1].write_bytes(picture(colour, (240, 320)))
    choose = page.locator("#composer input[type=file]")
    await choose.set_input_files(files[0])
    await expect(page.get_by_role("heading", name="Send a photo")).to_be_visible()
    await page.get_by_label("Caption").fill("the same in green")
    await page.keyboard.press("Enter")
    await expect(messages(page).get_by_text("A photo of 240 by 320: the same in green")).to_be_visible()
    await choose.set_input_files(files)
    await page.get_by_role("button", name=f"Remove {files[1].name}").click()
    await expect(page.get_by_role("heading", name="Send 2 photos")).to_be_visible()
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("button", name=re.compile(r"^Open picture \d of 2"))).to_have_count(2)
    handed_over = """([name, type]) => {
        const data = new DataTransfer();
        data.items.add(new File(["picture"], name, {type}));
        const details = {clipboardData: data, dataTransfer: data, bubbles: true, cancelable: true};
        const event = name === "pasted.png" ? new ClipboardEvent("paste", details) : new DragEvent("drop", details);
        document.getElementById("transcript").dispatchEvent(event);
    }"""
    for name in ("pasted.png", "dropped.heic"):
        await page.evaluate(handed_over, [name, "image/png" if name.endswith("png") else ""])
    await expect(page.get_by_role("heading", name="Send 2 photos")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    note = tmp_path / "note.txt"
    note.write_text("no picture")
    await choose.set_input_files(note)
    await expect(page.locator(".toast")).to_have_text("Only pictures can be sent here.")


async def test_a_phone_shows_one_pane_and_never_scrolls_sideways(open_page: OpenPage) -> None:
    page = await open_page(PHONE, touch=True)
    await say(page, "a coat " + "x" * 300)
    await expect(page.get_by_role("button", name=re.compile(r"^Open picture \d of 6"))).to_have_count(6)
    await expect(page.get_by_role("button", name="Toast")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.getElementById('transcript'))") == 0
    await expect(page.get_by_role("navigation", name="Chats")).to_be_hidden()
    await page.get_by_role("button", name="Back to the chats").tap()
    await expect(page.get_by_role("navigation", name="Chats")).to_be_visible()
    await page.locator(".chat-entry").nth(1).tap()
    await expect(page.get_by_role("navigation", name="Chats")).to_be_hidden()
    await expect(page.locator(".chat-status")).to_contain_text("group")


async def test_people_unread_messages_and_the_call_log(open_page: OpenPage) -> None:
    page = await open_page()
    await page.request.post("/sim/message", data={"user": 2, "chat": -1001, "text": "Hello everybody"})
    group = page.locator(".chat-entry").nth(1)
    await expect(group).to_contain_text("Ben: Hello everybody")
    await expect(group.locator(".badge")).to_contain_text("1")
    await group.click()
    await expect(messages(page).get_by_text("Unread messages")).to_be_visible()
    await expect(group.locator(".badge")).to_have_count(0)
    await page.get_by_role("button", name="You write as Ann").click()
    await page.get_by_role("menuitemradio", name=re.compile("Ben")).click()
    await expect(page.get_by_role("button", name="You write as Ben")).to_be_visible()
    await say(page, "/start")
    await expect(messages(page).get_by_text("Hello. <not a tag>")).to_be_visible()
    await expect(page.locator("#announcer")).to_contain_text("Hello.")
    log = page.get_by_role("complementary", name="Bot API calls")
    await expect(log).to_be_hidden()
    await page.get_by_role("button", name="Bot API calls").click()
    await expect(log.locator("summary", has_text="sendMessage")).to_have_count(1)
    unnamed = "[...document.querySelectorAll('button')].filter(b => !(b.ariaLabel || b.textContent).trim()).length"
    assert await page.evaluate(unnamed) == 0
    await page.keyboard.press("Escape")
    await expect(log).to_be_hidden()


async def test_formatting_counts_as_telegram_does_and_lets_nothing_through(open_page: OpenPage) -> None:
    page = await open_page()
    html = """async ([text, entities]) => {
        const box = document.createElement("div");
        box.append((await import("/page/entities.js")).formatted(text, entities));
        return box.innerHTML;
    }"""

    async def formatted(text: str, *entities: tuple[str, int, int]) -> str:
        listed = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in entities]
        return str(await page.evaluate(html, [text, listed]))

    assert await formatted("👗 red", ("bold", 3, 3)) == "👗 <strong>red</strong>"  # the emoji is two UTF-16 units
    nested = await formatted("one two three", ("bold", 0, 7), ("italic", 4, 3), ("code", 8, 5))
    assert nested == "<strong>one <em>two</em></strong> <code>three</code>"
    assert await formatted("<b>&", ("underline", 0, 99), ("bold", 40, 2)) == "<u>&lt;b&gt;&amp;</u>"
    assert 'href="https://example.org"' in await formatted("example.org", ("url", 0, 11))
    script = [{"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}]
    assert await page.evaluate(html, ["x", script]) == "<span>x</span>"


async def test_a_lost_connection_is_said_and_mended(browser: Browser) -> None:
    page = await browser.new_page()
    async with LocalTelegram(port=0) as server:
        port = int(server.url.rpartition(":")[2])
        await page.goto(server.url)
        await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
        await expect(page.locator("#connection")).to_be_hidden()
    await expect(page.locator("#connection")).to_contain_text("Connection lost")
    await say(page, "not sent")
    await expect(page.locator(".toast")).to_have_text("The server cannot be reached.")
    await expect(page.get_by_label("Message", exact=True)).to_have_value("not sent")  # nothing is lost
    async with LocalTelegram(port=port):
        await expect(page.locator("#connection")).to_be_hidden(timeout=8000)
        await page.keyboard.press("Enter")
        await expect(messages(page).get_by_text("not sent")).to_be_visible()
        await page.close()
