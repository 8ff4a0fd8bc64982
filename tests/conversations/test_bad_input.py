"""Everything odd that a person can send gets one clear sentence, and the conversation goes on."""

import io

import pytest
from PIL import Image

from tests.chat import photos, words

pytestmark = pytest.mark.usefixtures("bot")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("!?", "few words or a photo"),
        ("x" * 5000, "up to 300 characters"),
        ("👗❤️😀", "few words or a photo"),
        ("فستان صيفي أحمر", "only understand English"),
        ("אדום", "only understand English"),
    ],
)
async def test_texts_that_cannot_be_searched(ann, text, sentence, caplog):
    caplog.set_level("INFO")
    answer = await ann.say(text)
    assert sentence in words(answer)
    assert len(answer) == (2 if len(text) > 4096 else 1)  # Telegram's clients cut longer texts into two messages
    assert "refused" in caplog.text
    assert text not in caplog.text
    assert len(photos(await ann.say("a red dress"))) == 6


@pytest.mark.parametrize(
    "text",
    [
        "<b>a red</b> dress <script>alert(1)</script>",
        "a red & blue <dress",
        "dress\nwith\tred\u202estripes",
        "a red dress 'quoted' \"twice\" \\ % { } ${x}",
        "a red فستان dress",
    ],
)
async def test_texts_with_markup_are_searched_and_shown_as_they_are(ann, text):
    answer = await ann.say(text)
    assert len(photos(answer)) == 6
    assert "dress" in answer[-1]["text"]
    assert "&lt;" not in answer[-1]["text"]


async def test_kinds_of_messages_that_are_not_understood(ann):
    for kind in ("sticker", "voice", "location"):
        await ann.post(kind)
        assert "words and photos" in words(await ann.answer())
    await ann.upload("document", b"%PDF-1.4", name="price list.pdf")
    assert "words and photos" in words(await ann.answer())


def _encoded(picture: Image.Image, form: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()


def _bomb() -> bytes:
    return _encoded(Image.new("1", (30_000, 30_000)), "PNG")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"this is no picture", id="text"),
        pytest.param(b"", id="empty"),
        pytest.param(_encoded(Image.effect_noise((400, 300), 80))[:3000], id="truncated"),
        pytest.param(_bomb(), id="bomb"),
    ],
)
async def test_photos_that_are_none(ann, data):
    assert "cannot read that picture" in words(await ann.send_photo(data, raw="1"))
    await ann.upload("document", data or b"\0", name="photo.png")
    assert "cannot read that picture" in words(await ann.answer())
    assert len(photos(await ann.say("a red dress"))) == 6


async def test_a_very_long_picture_is_searched(ann):
    long = _encoded(Image.new("RGB", (20_000, 10), "red"), "PNG")
    await ann.upload("document", long, name="strip.png")
    assert len(photos(await ann.answer())) == 6


async def test_a_picture_over_telegrams_limit(ann):
    noise = _encoded(Image.effect_noise((300, 300), 90)) + b"\0" * (21 * 1024 * 1024)
    await ann.upload("document", noise, name="huge.jpg")
    assert "up to 20 MB" in words(await ann.answer())


async def test_a_photo_with_an_overlong_caption(ann):
    data = _encoded(Image.new("RGB", (300, 300), "red"))
    assert "up to 300 characters" in words(await ann.send_photo(data, caption="in blue " * 60))


async def test_an_update_that_cannot_be_read_is_passed_over_once(ann, caplog):
    """As when Telegram sends a new kind of message: the library that reads them raises."""
    await ann.post("message", content={"poll": {"id": "1"}})
    assert await ann.answer() == []
    assert len([record for record in caplog.records if "cannot be parsed" in record.message]) == 1
    assert [record for record in caplog.records if "failed" in record.message] == []
    assert len(photos(await ann.say("a red dress"))) == 6
