"""The files of the simulated Telegram: contents by digest, in a folder.

``<digest>.json`` describes the content ``<digest>``; smaller sizes of photos (``<digest>-m`` …) are made when
somebody first asks for them. Reading and writing happen in threads.
"""

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.local_telegram import photos
from bot.local_telegram.errors import ApiError, bad_request
from bot.local_telegram.file_ids import FileReference, digest_of

_BOUNDS = dict(photos.LADDER)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a content without reading it; ``width`` and ``height`` are 0 where it is no picture."""

    kind: str
    digest: str
    size_bytes: int
    name: str = ""
    mime_type: str = ""
    width: int = 0
    height: int = 0

    def reference(self, size: str | None = None) -> FileReference:
        """Return the reference to the file, or to a smaller size of a photo."""
        if self.kind != "photo":
            return FileReference(self.kind, self.digest)
        return FileReference(self.kind, self.digest, size or self.sizes()[-1][0])

    def sizes(self) -> list[tuple[str, int, int]]:
        """Return (tag, width, height) of every size, the smallest first."""
        return photos.sizes(self.width, self.height)


class FileStore:
    """Contents under a folder, and the memory of which uploads were good photos."""

    def __init__(self, directory: Path) -> None:
        """Use ``directory``, which exists."""
        self._directory = directory
        self._known: dict[str, StoredFile] = {}
        self._uploads: dict[tuple[str, str], StoredFile | ApiError] = {}

    async def add_upload(self, data: bytes, filename: str) -> StoredFile:
        """Keep a photo that a bot uploads. Raises ApiError where Telegram would refuse it."""
        key = (digest_of(data), Path(filename).suffix.lower())
        if key not in self._uploads:
            try:
                prepared = await asyncio.to_thread(photos.prepare_upload, data, filename)
                self._uploads[key] = await self._add_photo(prepared)
            except ApiError as refusal:
                self._uploads[key] = refusal
        outcome = self._uploads[key]
        if isinstance(outcome, ApiError):
            raise ApiError(outcome.status, outcome.description, outcome.parameters)
        return outcome

    async def add_sent(self, data: bytes) -> StoredFile | None:
        """Keep a photo that a person sends, recompressed; None where a client would send it as a file."""
        prepared = await asyncio.to_thread(photos.prepare_sent, data)
        return None if prepared is None else await self._add_photo(prepared)

    async def add_raw_photo(self, data: bytes) -> StoredFile:
        """Keep bytes as a photo untouched, whatever they are: for tests of hostile pictures."""
        measured = await asyncio.to_thread(photos.measure, data)
        width, height = measured or (1280, 960)
        scaled = photos.fitting(width, height, photos.LONGEST_SIDE)
        return await self._add_photo(photos.PreparedPhoto(data, *scaled))

    async def add_file(self, kind: str, data: bytes, name: str, mime_type: str) -> StoredFile:
        """Keep a document, voice message or sticker as it is."""
        measured = await asyncio.to_thread(photos.measure, data)
        width, height = measured or (0, 0)
        # The name belongs to the identity: the same content under two names is two files.
        digest = digest_of(data, name.encode("utf-8", "surrogatepass"))
        return await self._write(StoredFile(kind, digest, len(data), name, mime_type, width, height), data)

    def find(self, reference: FileReference) -> StoredFile | None:
        """Return the file that ``reference`` names, or None where it is not (or no longer) kept."""
        key = f"{reference.kind}-{reference.digest}"
        if key not in self._known:
            path = self._directory / f"{key}.json"
            if not path.is_file():
                return None
            self._known[key] = StoredFile(**json.loads(path.read_text("utf-8")))
        return self._known[key]

    async def read(self, reference: FileReference) -> bytes:
        """Return the content. Raises ApiError where it is not kept."""
        stored = self.find(reference)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return await asyncio.to_thread(self._read, stored, reference.size)

    async def thumbnail(self, reference: FileReference) -> bytes:
        """Return a JPEG of at most 320 pixels. Raises ApiError where the file is no picture."""
        data = await self.read(reference)
        try:
            return await asyncio.to_thread(photos.shrink, data, _BOUNDS["m"])
        except photos.UNDECODABLE as error:
            raise ApiError(404, "Not Found: the file has no preview") from error

    async def _add_photo(self, photo: photos.PreparedPhoto) -> StoredFile:
        stored = StoredFile(
            "photo", digest_of(photo.data), len(photo.data), "", "image/jpeg", photo.width, photo.height
        )
        return await self._write(stored, photo.data)

    async def _write(self, stored: StoredFile, data: bytes) -> StoredFile:
        key = f"{stored.kind}-{stored.digest}"
        if key not in self._known:
            await asyncio.to_thread(self._write_files, key, stored, data)
            self._known[key] = stored
        return stored

    def _write_files(self, key: str, stored: StoredFile, data: bytes) -> None:
        # The description comes last: a content without one was never finished, and counts as absent.
        self._write_whole(key, data)
        self._write_whole(f"{key}.json", json.dumps(asdict(stored)).encode())

    def _write_whole(self, name: str, data: bytes) -> None:
        # Several people may send the same picture at once: each writes a file of its own, and none is seen half.
        with tempfile.NamedTemporaryFile(dir=self._directory, delete=False) as unfinished:
            unfinished.write(data)
        Path(unfinished.name).replace(self._directory / name)

    def _read(self, stored: StoredFile, size: str) -> bytes:
        key = f"{stored.kind}-{stored.digest}"
        original = self._directory / key
        if stored.kind != "photo" or size == stored.sizes()[-1][0] or size not in _BOUNDS:
            return original.read_bytes()
        smaller = self._directory / f"{key}-{size}"
        if not smaller.is_file():
            try:
                data = photos.shrink(original.read_bytes(), _BOUNDS[size])
            except photos.UNDECODABLE:
                return original.read_bytes()  # a raw photo of a test: every size is as broken as the whole
            self._write_whole(smaller.name, data)
        return smaller.read_bytes()
