"""Pictures that Telegram refuses, and what it makes of those that it takes."""

import io
import random

import pytest
from PIL import Image
from telegram import Bot
from telegram.error import BadRequest

from bot.local_telegram import LocalTelegram
from tests.local_telegram.simulator import Simulator, exactly, picture


def noise(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.frombytes("RGB", size, random.Random(1).randbytes(3 * size[0] * size[1])).save(
        buffer, "PNG", compress_level=0
    )
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (b"\xff\xd8\xff not a picture", "a.jpg", "Image_process_failed"),
        (picture()[:400], "a.jpg", "Image_process_failed"),
        (b"just text", None, "Image_process_failed"),
        (picture(size=(9000, 1001)), "a.jpg", "Photo_invalid_dimensions"),
        (picture(size=(2001, 100)), "a.jpg", "Photo_invalid_dimensions"),
        (
            picture(kind="WEBP"),
            "a.webp",
            "Photo has unsupported extension. use one of .jpg, .jpeg, .gif, .png, .tif or .bmp",
        ),
        (
            noise((1900, 1900)),
            "a.png",
            "File of size 10835528 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
    ids=["garbage", "truncated", "text", "too large", "too long", "extension", "too heavy"],
)
async def test_refused_photos(bot: Bot, ann: int, data: bytes, name: str | None, refusal: str):
    with pytest.raises(BadRequest) as caught:
        await bot.send_photo(ann, data, filename=name)
    assert caught.value.message.lower() == refusal.lower()


async def test_missing_and_empty_photos(telegram: LocalTelegram, sim: Simulator, bot: Bot, ann: int):
    url = f"/bot{telegram.token}/sendPhoto"
    async with sim.session.post(url, data={"chat_id": "1"}) as response:
        assert (await response.json())["description"] == "Bad Request: there is no photo in the request"
    async with sim.session.post(url, data={"chat_id": "1", "photo": io.BytesIO(b"")}) as response:
        assert (await response.json())["description"] == "Bad Request: file must be non-empty"


async def test_a_body_over_50_mb(telegram: LocalTelegram, sim: Simulator, bot: Bot, ann: int):
    url = f"/bot{telegram.token}/sendDocument"
    async with sim.session.post(url, data=b"x", headers={"Content-Length": str(60_000_000)}) as response:
        assert response.status == 413
        assert (await response.json())["description"] == "Request Entity Too Large"
        response.close()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "CMYK", "I;16"])
async def test_every_kind_of_picture_comes_back_as_a_jpeg(bot: Bot, ann: int, mode: str):
    buffer = io.BytesIO()
    kind = "TIFF" if mode == "CMYK" else "PNG"
    Image.new(mode, (64, 32)).save(buffer, kind)
    sent = await bot.send_photo(ann, buffer.getvalue(), filename=f"a.{kind[:4].lower().replace('tiff', 'tif')}")
    data = await (await sent.photo[-1].get_file()).download_as_bytearray()
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert (sent.photo[-1].width, sent.photo[-1].height) == (64, 32)


async def test_a_turned_photo_is_turned(bot: Bot, sim: Simulator, ann: int):
    exif = Image.Exif()
    exif[0x0112] = 6
    sent = await bot.send_photo(ann, picture(size=(200, 100), exif=exif))
    assert (sent.photo[-1].width, sent.photo[-1].height) == (100, 200)


async def test_a_small_jpeg_is_kept_as_it_is(bot: Bot, ann: int):
    data = picture(size=(640, 800))
    sent = await bot.send_photo(ann, data)
    assert bytes(await (await sent.photo[-1].get_file()).download_as_bytearray()) == data
    small = await (await sent.photo[1].get_file()).download_as_bytearray()
    assert Image.open(io.BytesIO(small)).size == (sent.photo[1].width, sent.photo[1].height) == (256, 320)


async def test_what_a_person_sends_is_recompressed(bot: Bot, sim: Simulator):
    data = picture(size=(1600, 1200))
    await sim.upload("photo", data, caption="like this")
    [update] = await bot.get_updates(timeout=1)
    assert update.message
    assert update.message.caption == "like this"
    assert (update.message.photo[-1].width, update.message.photo[-1].height) == (1280, 960)
    assert await (await update.message.photo[-1].get_file()).download_as_bytearray() != data


@pytest.mark.parametrize(
    "data", [b"not a picture", picture(size=(20000, 10), kind="PNG"), picture()[:300]], ids=["garbage", "long", "torn"]
)
async def test_what_a_client_cannot_send_as_a_photo_goes_out_as_a_file(bot: Bot, sim: Simulator, data: bytes):
    await sim.upload("photo", data, name="photo.jpg")
    [update] = await bot.get_updates(timeout=1)
    assert update.message
    assert update.message.document
    assert update.message.document.mime_type == "image/jpeg"
    assert bytes(await (await update.message.document.get_file()).download_as_bytearray()) == data


async def test_a_raw_photo_arrives_untouched(bot: Bot, sim: Simulator):
    await sim.upload("photo", b"not a picture", raw=1)
    [update] = await bot.get_updates(timeout=1)
    assert update.message
    assert bytes(await (await update.message.photo[-1].get_file()).download_as_bytearray()) == b"not a picture"
    assert bytes(await (await update.message.photo[0].get_file()).download_as_bytearray()) == b"not a picture"


async def test_a_file_over_20_mib_cannot_be_downloaded(bot: Bot, sim: Simulator):
    await sim.upload("document", bytes(21 * 1024 * 1024), name="big.jpg")
    [update] = await bot.get_updates(timeout=1)
    assert update.message
    assert update.message.document
    with pytest.raises(BadRequest, match=exactly("File is too big")):
        await update.message.document.get_file()
