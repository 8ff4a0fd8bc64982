"""Pictures are made fit for Telegram, and what cannot be read gives its place to the next."""

import io

import pytest
from PIL import Image

from bot.pictures import MAX_SIDE, jpeg_for_telegram, load
from retrieval.errors import PictureUnreadable
from retrieval.item_table import Item


@pytest.mark.parametrize("size", [(300, 400), (5000, 3000), (20_000, 10), (10, 12_000), (1, 1)])
def test_every_picture_is_within_telegrams_limits(tmp_path, size):
    path = tmp_path / "picture.png"
    Image.new("RGB", size, "red").save(path)
    with Image.open(io.BytesIO(jpeg_for_telegram(path))) as sent:
        assert sent.format == "JPEG"
        assert max(sent.size) <= MAX_SIDE
        assert max(sent.size) / min(sent.size) <= 20


class Known:
    """Telegram has one of them."""

    async def get_many(self, content_hashes):
        return {"known": "file id"} if "known" in content_hashes else {}


async def test_unreadable_ones_are_left_out(tmp_path):
    good = tmp_path / "good.png"
    Image.new("RGB", (30, 40), "red").save(good)
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    items = [
        Item("gone", str(tmp_path / "gone.jpg"), "1", {}),
        Item("bad", str(tmp_path / "bad.jpg"), "2", {}),
        Item("known", str(tmp_path / "gone.jpg"), "known", {}),
        Item("good", str(good), "4", {}),
        Item("spare", str(good), "5", {}),
    ]
    pictures = await load(items, 2, Known())
    assert [picture.item.id for picture in pictures] == ["known", "good"]
    assert pictures[0].media == "file id"
    assert isinstance(pictures[1].media, bytes)
    with pytest.raises(PictureUnreadable):
        jpeg_for_telegram(tmp_path / "gone.jpg")
