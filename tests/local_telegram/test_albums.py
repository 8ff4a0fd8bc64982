"""sendMediaGroup: uploads and file_ids, all or nothing."""

import time

import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from bot.local_telegram import LocalTelegram
from tests.local_telegram.simulator import Simulator, exactly, picture

COLOURS = ("red", "green", "blue", "yellow", "black", "white")


async def test_an_album_of_uploads_and_file_ids(bot: Bot, sim: Simulator, ann: int):
    first = await bot.send_media_group(ann, [InputMediaPhoto(picture(colour)) for colour in COLOURS], caption="Six")
    assert len({message.media_group_id for message in first}) == 1
    ids = [message.message_id for message in first]
    assert ids == list(range(ids[0], ids[0] + 6))
    assert [message.caption for message in first] == ["Six", None, None, None, None, None]
    mixed = [InputMediaPhoto(first[3].photo[-1].file_id), InputMediaPhoto(picture("pink"))]
    second = await bot.send_media_group(ann, mixed)
    assert second[0].photo == first[3].photo
    assert second[0].media_group_id != first[0].media_group_id
    shown = await sim.transcript()
    assert [message["media_group_id"] for message in shown[1:7]] == [first[0].media_group_id] * 6
    assert shown[1]["caption"] == "Six"
    assert await sim.lint() == []


async def test_documents_can_be_an_album(bot: Bot, ann: int):
    sent = await bot.send_media_group(
        ann, [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b", filename="b.txt")]
    )
    assert [message.document and message.document.file_name for message in sent] == ["a.txt", "b.txt"]


async def test_one_bad_item_fails_the_whole_album(bot: Bot, sim: Simulator, ann: int):
    items = [InputMediaPhoto(picture()), InputMediaPhoto(b"\xff\xd8\xff not a picture"), InputMediaPhoto(picture())]
    with pytest.raises(
        BadRequest, match=exactly('Failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"')
    ):
        await bot.send_media_group(ann, items)
    assert len(await sim.transcript()) == 1


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        (None, 'parameter "media" is required'),
        ("{", "can't parse media JSON object"),
        ("{}", "expected an Array of InputMedia"),
        ("[]", "there are no messages to send"),
        ('[{"type":"photo"},{"type":"photo"}]', "can't parse InputMedia: media not found"),
        ('[{"type":"photo","media":"attach://x"}]', "can't parse InputMedia: media not found"),
        (
            '[{"type":"animation","media":"attach://x"}]',
            "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
        ),
        (
            '[{"type":"photo","media":"x"},{"type":"document","media":"y"}]',
            "document can't be mixed with other media types",
        ),
        ('[{"type":"painting","media":"x"}]', 'can\'t parse InputMedia: type "painting" is unsupported'),
        (
            '[{"type":"photo","media":"x","show_caption_above_media":true},{"type":"photo","media":"y"}]',
            "parameter show_caption_above_media must be the same for all messages",
        ),
        ("[" + ",".join(['{"type":"photo","media":"x"}'] * 11) + "]", "too many messages to send as an album"),
        ('[{"type":"photo","media":"https://example.org/a.jpg"}]', "failed to get HTTP URL content"),
    ],
)
async def test_refused_albums(
    telegram: LocalTelegram, sim: Simulator, bot: Bot, ann: int, media: str | None, refusal: str
):
    parameters = {"chat_id": "1"} | ({} if media is None else {"media": media})
    async with sim.session.post(f"/bot{telegram.token}/sendMediaGroup", data=parameters) as response:
        body = await response.json()
    assert (response.status, body["error_code"]) == (400, 400)
    assert body["description"] == f"Bad Request: {refusal}"


async def test_an_album_of_one_and_a_keyboard_on_an_album_are_linted(
    telegram: LocalTelegram, bot: Bot, sim: Simulator, ann: int
):
    sent = await bot.send_media_group(ann, [InputMediaPhoto(picture())])
    assert sent[0].media_group_id is None
    media = f'[{{"type":"photo","media":"{sent[0].photo[-1].file_id}"}}]'
    parameters = {"chat_id": 1, "media": media, "reply_markup": '{"inline_keyboard":[]}'}
    async with sim.session.post(f"/bot{telegram.token}/sendMediaGroup", json=parameters) as response:
        assert response.status == 200
    rules = [entry.partition(":")[0] for entry in await sim.lint()]
    assert rules == ["album-of-one", "album-of-one", "album-keyboard"]
    assert telegram.problems()


async def test_six_uploads_are_quick(bot: Bot, ann: int):
    album = [InputMediaPhoto(picture(colour, (640, 800), quality=95)) for colour in COLOURS]
    await bot.send_media_group(ann, album)
    began = time.perf_counter()
    await bot.send_media_group(ann, album)
    assert time.perf_counter() - began < 0.5  # 20 ms on an idle machine; no work on pictures that are known
