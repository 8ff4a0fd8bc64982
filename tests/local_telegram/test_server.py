"""Tokens, ways to send parameters, files over a restart, the command line."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest

from bot.local_telegram import LocalTelegram, Options
from tests.local_telegram.simulator import Simulator, exactly, picture

OTHER = "42:" + "x" * 35
ROOT = Path(__file__).parents[2]


async def test_names_and_tokens(telegram: LocalTelegram, sim: Simulator):
    async with sim.session.get(f"/bot{telegram.token}/GETME") as response:
        assert (await response.json())["result"]["is_bot"]
    async with sim.session.get(f"/bot{telegram.token}/getEverything") as response:
        assert (response.status, await response.json()) == (
            404,
            {"ok": False, "error_code": 404, "description": "Not Found: method not found"},
        )
    async with sim.session.get("/bot12:short/getMe") as response:
        assert (response.status, (await response.json())["description"]) == (
            401,
            "Unauthorized: invalid token specified",
        )
    assert [call["status"] for call in await sim.calls()] == [200, 404, 401]


async def test_every_way_to_send_parameters(telegram: LocalTelegram, sim: Simulator):
    await sim.say("hello")
    url = f"/bot{telegram.token}/sendMessage"
    form = aiohttp.FormData({"chat_id": "1", "text": "multipart"})
    form._is_multipart = True
    requests = (
        sim.session.get(url, params={"chat_id": "1", "text": "query"}),
        sim.session.post(url, data={"chat_id": "1", "text": "form"}),
        sim.session.post(url, json={"chat_id": 1, "text": "json", "reply_markup": {"inline_keyboard": []}}),
        sim.session.post(url, data=form),
    )
    for request in requests:
        async with request as response:
            assert response.status == 200, await response.text()
    assert [message["text"] for message in await sim.transcript()][1:] == ["query", "form", "json", "multipart"]


async def test_broken_bodies(telegram: LocalTelegram, sim: Simulator):
    url = f"/bot{telegram.token}/sendMessage"
    for body, kind in (
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"x", "multipart/form-data; boundary=y"),
    ):
        async with sim.session.post(url, data=body, headers={"Content-Type": kind}) as response:
            assert response.status == 400
            assert not (await response.json())["ok"]


async def test_unknown_parameters_are_linted(telegram: LocalTelegram, bot: Bot, sim: Simulator, ann: int):
    async with sim.session.post(
        f"/bot{telegram.token}/sendMessage", data={"chat_id": 1, "text": "x", "parsemode": "HTML"}
    ) as response:
        assert response.status == 200
    assert [entry.partition(":")[0] for entry in await sim.lint()] == ["unknown-parameter"]
    call = (await sim.calls())[-1]
    assert call["parameters"]["parsemode"] == "HTML"
    assert await sim.calls(since=call["n"]) == []


async def test_texts_that_are_refused(bot: Bot, ann: int):
    for text, mode, refusal in (
        ("   ", None, "Message text is empty"),
        ("<b></b>", "HTML", "Message text is empty"),
        ("x" * 4097, None, "Message is too long"),
        ("x" * 32769, None, "Text is too long"),
        ("x", "RTF", "Unsupported parse_mode"),
        ("<b>x", "HTML", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
    ):
        with pytest.raises(BadRequest, match=exactly(refusal)):
            await bot.send_message(ann, text, parse_mode=mode)
    await bot.send_message(ann, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match=exactly("Chat_id is empty")):
        await bot.send_message("", "x")


async def test_file_ids_belong_to_a_token_and_a_type(telegram: LocalTelegram, bot: Bot, sim: Simulator, ann: int):
    file_id = (await bot.send_photo(ann, picture())).photo[-1].file_id
    for wrong, refusal in (
        ("AgACnothing!", "Wrong remote file identifier specified: wrong character in the string"),
        ("AgACa", "Wrong remote file identifier specified: wrong string length"),
        ("AgACaB", "Wrong remote file identifier specified: wrong padding in the string"),
        ("AgAC" + "A" * 39, "Wrong remote file identifier specified: can't unserialize it"),
        ("https://example.org/a.jpg", "Failed to get HTTP URL content"),
    ):
        with pytest.raises(BadRequest, match=exactly(refusal)):
            await bot.send_photo(ann, wrong)
    with pytest.raises(BadRequest, match=exactly("Can't use file of type Photo as Document")):
        await bot.send_document(ann, file_id)
    async with Bot(OTHER, base_url=telegram.base_url) as stranger:
        assert stranger.id == 42
        with pytest.raises(BadRequest, match=exactly("Wrong file identifier/HTTP URL specified")):
            await stranger.send_photo(-1001, file_id)
    with pytest.raises(BadRequest, match=exactly("File_id not specified")):
        await bot.get_file("")


async def test_file_ids_survive_a_restart(tmp_path: Path):
    async with LocalTelegram(state=tmp_path) as first, Bot(first.token, base_url=first.base_url) as bot:
        photo = (await bot.send_photo(-1001, picture())).photo[-1].file_id
        document = (await bot.send_document(-1001, b"x", filename="\n👗.txt")).document
    async with (
        LocalTelegram(state=tmp_path) as second,
        Bot(second.token, base_url=second.base_url, base_file_url=second.base_file_url) as bot,
    ):
        sent = await bot.send_photo(-1001, photo)
        assert sent.photo[-1].file_id == photo
        assert document
        assert bytes(await (await bot.get_file(document.file_id)).download_as_bytearray()) == b"x"


async def test_what_was_written_before_the_first_call_waits_for_the_bot(telegram: LocalTelegram, sim: Simulator):
    await sim.say("early")
    async with Bot(OTHER, base_url=telegram.base_url) as bot:
        [update] = await bot.get_updates()
        assert update.message
        assert update.message.text == "early"
        await bot.send_message(1, "found you")
    assert [message["from"] for message in await sim.transcript()] == ["user", "bot"]


async def test_other_sites_are_refused(sim: Simulator):
    async with sim.session.get("/sim/state?user=1", headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 403
    async with sim.session.get("/sim/state?user=1", headers={"Host": "evil.example"}) as response:
        assert response.status == 403


async def test_a_taken_port_is_an_error(telegram: LocalTelegram):
    port = int(telegram.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        await LocalTelegram(port).start()


async def test_the_name_of_the_bot_can_be_chosen():
    async with (
        LocalTelegram(options=Options("Fotos", "fotos_bot")) as server,
        Bot(server.token, base_url=server.base_url) as bot,
    ):
        assert (bot.first_name, bot.username) == ("Fotos", "fotos_bot")


async def test_the_command_line_runs_until_interrupted(tmp_path: Path):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.local_telegram", "--port", "0", "--state", str(tmp_path),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    url = line.split()[2]
    async with aiohttp.ClientSession() as session, session.get(f"{url}/sim/state?user=1") as response:
        assert json.loads(await response.text())["me"]["first_name"] == "Ann"
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 10) == 0
