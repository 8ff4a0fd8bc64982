"""The folder of files where several people send the same picture at the same moment."""

import asyncio

from bot.local_telegram.file_store import FileStore
from tests.local_telegram.simulator import picture


async def test_the_same_picture_from_many_at_once_is_kept_once_and_whole(tmp_path):
    store = FileStore(tmp_path)
    data = picture(size=(640, 480))
    stored = await asyncio.gather(*(store.add_sent(data) for _ in range(20)))
    assert len(set(stored)) == 1
    reference = stored[0].reference("m")
    small = await asyncio.gather(*(store.read(reference) for _ in range(20)))
    assert len(set(small)) == 1
    assert {path.suffix for path in tmp_path.iterdir()} == {"", ".json"}
    assert len(list(tmp_path.iterdir())) == 3  # the picture, what is known of it, and the smaller size
