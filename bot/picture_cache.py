"""`file_id`s for inline mode, which can show no pictures but those that Telegram has.

Most are there already, from albums. The others are uploaded into a chat kept for that, if there is one.
"""

import asyncio
import logging
from collections.abc import Sequence

from telegram.error import TelegramError

from bot.photo_sender import PhotoSender
from bot.protocols import Person
from bot.screens import PictureRefused
from retrieval.item_table import Item
from storage.errors import StorageUnavailable

logger = logging.getLogger(__name__)

PATIENCE_S = 4.0
"""How long a query waits for uploads. They go on after that, for the next one."""
_ALBUM = 10


class PictureCache:
    """Knows the `file_id`s of pictures, and gets those that are lacking."""

    def __init__(self, photos: PhotoSender, chat: int | None) -> None:
        """Upload into `chat`; without one, nothing is uploaded."""
        self._photos = photos
        self._chat = chat
        self._uploading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def file_ids(self, items: Sequence[Item]) -> dict[str, str]:
        """The `file_id`s by content hash, of those that are known by the end of `PATIENCE_S`.

        Raises:
            StorageUnavailable: Redis does not answer.
        """
        names = [item.content_hash for item in items]
        known = await self._photos.known(names)
        missing = [item for item in items if item.content_hash not in known]
        if self._chat is None or not missing:
            return known
        task = asyncio.create_task(self._upload(Person(self._chat, 0), missing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=PATIENCE_S)
        return await self._photos.known(names)

    async def forget(self, items: Sequence[Item]) -> None:
        """Forget the `file_id`s of these, one of which Telegram does not take any more."""
        for item in items:
            await self._photos.forget(item.content_hash)

    async def close(self) -> None:
        """Upload no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _upload(self, place: Person, items: Sequence[Item]) -> None:
        """Upload, one album after the other; whatever goes wrong, these pictures are lacking, and that is all."""
        try:
            async with self._uploading:
                known = await self._photos.known([item.content_hash for item in items])
                missing = [item for item in items if item.content_hash not in known]
                for start in range(0, len(missing), _ALBUM):
                    await self._upload_album(place, missing[start : start + _ALBUM])
        except (TelegramError, StorageUnavailable) as error:
            logger.warning("Pictures for inline mode cannot be uploaded into CACHE_CHAT: %s", error)

    async def _upload_album(self, place: Person, items: Sequence[Item]) -> None:
        while loaded := await self._photos.load(items, len(items)):
            try:
                if len(loaded) > 1:
                    await self._photos.send_group_once(place, loaded, "")
                else:
                    await self._photos.send_photo(place, loaded[0], "", None)
            except PictureRefused as refusal:
                logger.warning("Telegram refused the picture of item %r: %s", refusal.item_id, refusal)
                items = [picture.item for picture in loaded if picture.item.id != refusal.item_id]
            else:
                return
